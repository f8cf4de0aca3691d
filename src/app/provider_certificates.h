#pragma once
// The certificates that LDAP providers show instead of the server's own, to clients that ask for
// their TLS server name. One that cannot be used is left out and named in the log, so that it
// closes no other door. Thread: main's.

#include <vector>

#include "app/appliance.h"
#include "net/tls_context.h"

namespace postern::app {

std::vector<net::TlsIdentity> provider_certificates(Appliance& appliance);

}  // namespace postern::app
