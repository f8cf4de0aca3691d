#pragma once
// Probe: this program as a NAS that asks a RADIUS server, for `postern radius test`. It sends what
// a NAS sends (Access-Request with PAP, CHAP, MS-CHAP or EAP, or Status-Server), verifies both
// authenticators of the answer and tells its attributes. Blocks; any thread. Errors are sentences.

#include <optional>
#include <string>
#include <vector>

#include "app/radius/probe_proof.h"
#include "core/secret.h"
#include "protocols/radius/attribute.h"
#include "protocols/radius/dictionary.h"
#include "protocols/session.h"

namespace postern::app {

struct ProbeRequest {
  std::string server;  // "127.0.0.1:1812"
  core::Secret shared_secret;
  bool status = false;
  std::string user;
  core::Secret password;
  ProbeMethod method = ProbeMethod::pap;
  std::string nas_identifier, ssid;  // "" = left out
  std::string state;                 // octets, of a challenge that is answered
  Octets eap;                        // an EAP packet instead of the password
};

struct ProbeAnswer {
  radius::Code code{};
  std::vector<std::string> attributes;  // "Name = value", for people
  std::string state;
  Octets eap;  // the EAP packet in it
  std::string
      unproven;  // of an Access-Accept: why the server has not shown that it is the right one
};

struct ProbeResult {
  std::optional<ProbeAnswer> answer;
  std::string problem;  // without an answer
};

ProbeResult probe(const ProbeRequest& request, const radius::Dictionary& dictionary);

}  // namespace postern::app
