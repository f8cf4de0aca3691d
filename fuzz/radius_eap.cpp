// LINK: postern_outpost postern_core postern_radius postern_eap Boost::json OpenSSL::SSL
// OpenSSL::Crypto EAP conversations over a core that is a table. The input is EAP responses, two
// octets of length before each; a length with its first bit set sends the answer of a real EAP-TTLS
// supplicant instead, altered by the octets. Whatever comes: at most one answer, Success goes with
// Accept and Failure with Reject, conversations are bounded, and nobody is let in but by the right
// password.

#include <cstdint>
#include <cstdlib>

#include "core/log.h"
#include "sessions/eap_supplicant.cpp"  // a target is one source beside its rooms
#include "sessions/eap_world.h"

namespace {

using namespace postern;

void demand(bool holds) {
  if (!holds) std::abort();
}

void check(const test::EapWorld& world, const test::EapWorld::Reply& reply) {
  demand(world.sends.size() <= 1);
  if (!reply.answer) return;
  demand(!reply.eap.empty());
  if (reply.code() == radius::Code::access_accept) demand(reply.eap[0] == 3);
  if (reply.code() == radius::Code::access_reject) demand(reply.eap[0] == 4);
  if (reply.code() == radius::Code::access_challenge) demand(reply.eap[0] == 1);
  demand(reply.eap.size() <= 1400);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::configure(log::Level::error, log::Format::text);
  static test::EapWorld world;
  world.pass(std::chrono::seconds(121));  // what was before is forgotten
  world.login.decided = 0;
  test::EapSupplicant peer(world.wish(eap::type::ttls));
  auto reply = world.send(test::EapWorld::identity(), {});
  std::size_t at = 0;
  for (int step = 0; size - at > 2 && step < 64; ++step) {
    const bool real = (data[at] & 0x80) != 0;
    const std::size_t wanted = static_cast<std::size_t>(data[at] & 0x0f) << 8 | data[at + 1];
    const std::size_t taken = std::min(wanted, size - at - 2);
    Octets response(data + at + 2, data + at + 2 + taken);
    at += 2 + taken;
    const bool asked = reply.code() == radius::Code::access_challenge;
    if (real && asked) {
      Octets right;
      try {
        right = peer.respond(reply.eap);
      } catch (const std::exception&) {
        return 0;  // the supplicant is at its wits' end
      }
      for (std::size_t i = 0; i + 1 < response.size(); i += 2) {
        right[response[i] % right.size()] ^= response[i + 1];
      }
      response = std::move(right);
    } else if (asked && response.size() > 1) {
      response[1] = reply.eap[1];
    }
    const auto next = world.send(response, reply.state);
    check(world, next);
    demand(world.eap_conversations() <= outpost::EapConversations::kPerStation);
    if (next.code() == radius::Code::access_accept) {
      demand(world.login.decided > 0 && world.login.last.password.equal("wonder"));
    }
    if (next.answer) reply = next;
  }
  return 0;
}
