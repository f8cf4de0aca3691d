#pragma once
// What RADIUS providers show and demand in EAP, made from the store and from files: their own
// certificate or else that of the server, client authorities, revocation lists. A provider whose
// parts cannot be used is named in the log and answers no EAP, unless it did before. Thread:
// main's.

#include <filesystem>
#include <string>

#include "app/appliance.h"
#include "outpost/radius/eap/setups.h"

namespace postern::app {

// The certificate that listeners show, by the paths of its PEM files.
struct ServerCertificate {
  std::filesystem::path certificate, key;
};

// One that had a setup in `before` keeps it when its new parts cannot be used.
outpost::EapSetups::Map eap_setups(Appliance& appliance, const ServerCertificate& fallback,
                                   const outpost::EapSetups::Map& before);

// Changes when a file that eap_setups() reads is replaced or written.
std::string eap_stamp(Appliance& appliance, const ServerCertificate& fallback);

}  // namespace postern::app
