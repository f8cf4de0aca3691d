// LINK: postern_outpost postern_core postern_radius Boost::json OpenSSL::Crypto
// The RADIUS server over a core that is a table, fed with datagrams: two octets of length, then the
// datagram, again and again. Each is delivered as it is and once more with a right
// Message-Authenticator. Whatever comes: at most one answer to a datagram, every answer decodes and
// begins with Message-Authenticator, nobody is let in but by the right password or code.

#include <cstdint>
#include <cstdlib>

#include "core/log.h"
#include "sessions/radius_world.h"

namespace {

using namespace postern;

Octets with_right_mac(const Octets& datagram, test::PlainDigests& digests) {
  const auto packet = radius::decode_packet(datagram);
  if (!packet.ok()) return {};
  const radius::Attribute* mac = packet->find(radius::type::message_authenticator);
  if (mac == nullptr || mac->value.size() != 16) return {};
  Octets out(packet->octets.begin(), packet->octets.end());
  std::fill_n(out.begin() + mac->offset, 16, std::uint8_t{0});
  const radius::Md5 right = digests.hmac_md5(radius::as_octets(test::kSecretText), {out});
  std::copy(right.begin(), right.end(), out.begin() + mac->offset);
  return out;
}

void deliver(test::RadiusWorld& world, const Octets& datagram) {
  if (datagram.empty()) return;
  world.sends.clear();
  world.deliver(datagram);
  world.work();
  if (world.sends.size() > 1) std::abort();
  for (const Outgoing& one : world.sends) {
    const auto reply = radius::decode_packet(one.octets);
    if (!reply.ok() || reply->attributes.empty()) std::abort();
    if (reply->attributes.front().type != radius::type::message_authenticator) std::abort();
    if (reply->identifier != datagram[1]) std::abort();
  }
  world.pass(std::chrono::seconds(2));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::configure(log::Level::error, log::Format::text);
  test::RadiusWorld world;
  std::size_t at = 0;
  while (size - at > 2) {
    const std::size_t wanted = static_cast<std::size_t>(data[at]) << 8 | data[at + 1];
    at += 2;
    const std::size_t taken = std::min(wanted, size - at);
    const Octets datagram(data + at, data + at + taken);
    at += taken;
    deliver(world, datagram);
    deliver(world, with_right_mac(datagram, world.digests));
  }
  const auto& counters = world.services.counters;
  if (counters.accepts > 0 && world.login.decided == 0) std::abort();
  return 0;
}
