#pragma once
// `postern serve`: the server in the foreground, from the state lock to the last goodbye. SIGTERM
// and SIGINT stop it, SIGHUP reloads. Prints one line on stdout when it is ready:
//   ready ldap=127.0.0.1:3389 ldaps=127.0.0.1:6636
// Thread: main's. Returns the exit code.

#include <filesystem>

#include "app/config/config.h"

namespace postern::app {

// `file` is read again at SIGHUP.
int serve(const Config& config);

}  // namespace postern::app
