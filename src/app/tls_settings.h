#pragma once
// The certificates that a node shows and asks for, as its configuration names them: the server's
// own (generated where none is configured), those of providers by name, and RadSec's. Errors: a
// Fault that names the file. Thread: main's.

#include <memory>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/provider_certificates.h"
#include "app/radius/eap_certificates.h"
#include "app/radius/radsec_front.h"
#include "app/state_dir.h"
#include "net/tls_context.h"

namespace postern::app {

// Changes when one of the files of `tls` is replaced or written.
std::string stamp_of(const Config& config);
net::Fallible<ServerCertificate> server_certificate(const Config& config, const StateDir& state);
net::TlsOptions tls_options(const Config& config, const ServerCertificate& own,
                            std::vector<net::TlsIdentity> named);
// What certificates of RadSec clients are judged by: the text of the file, "" = there is none.
std::string radsec_authorities(const Config& config);
// RadSec shows the same certificate, but asks clients for theirs by its own authorities.
net::Fallible<std::shared_ptr<const net::TlsContext>> load_radsec(net::TlsOptions options,
                                                                  const Config& config,
                                                                  RadsecFront& front);

}  // namespace postern::app
