#include "outpost/radius/eap/gtc.h"

#include <utility>

#include "protocols/eap/packet.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

InnerAsk ask(std::string_view prompt) { return {Octets(prompt.begin(), prompt.end()), true, {}}; }

}  // namespace

std::uint8_t GtcMethod::type() const noexcept { return eap::type::gtc; }

InnerAsk GtcMethod::start(std::string_view identity) {
  identity_ = identity;
  return ask(kPasswordPrompt);
}

InnerAnswer GtcMethod::respond(OctetView type_data) {
  core::LoginOutcome outcome = talk_.give(identity_, radius::as_text(type_data));
  if (const auto* wanted = std::get_if<core::CodeWanted>(&outcome)) {
    InnerAsk next = ask(code_prompt(*wanted));
    next.delay = wanted->delay;
    return next;
  }
  return outcome;
}

}  // namespace postern::outpost
