#pragma once
// `postern radius ...`: what an administrator asks about RADIUS. Thread: the command's.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct ReplyQuestion {
  std::string user, provider, nas, ssid, client;
};
// What an Access-Accept for this user and request would carry, rule by rule.
int radius_reply(CommandContext& context, const ReplyQuestion& question);

struct RadiusTest {
  std::string user, provider, server, nas, ssid, code;
  std::string method = "pap";  // or chap, mschap, mschapv2
  bool status = false;
  bool eap = false;    // EAP-TTLS with PAP
  std::string eap_ca;  // file: the authority that the server's certificate has to be of
};
// Asks a RADIUS server as a NAS would, with the provider's own secret, and tells the answer; when
// none comes, what this server has dropped last.
int radius_test(CommandContext& context, const RadiusTest& test);

// Prints the current shared secret of a provider, and leaves an event (secret_view).
int radius_secret(CommandContext& context, const std::string& provider);

// Packets that were dropped without an answer: by cause, and the last sources.
int radius_dropped(CommandContext& context);

}  // namespace postern::app
