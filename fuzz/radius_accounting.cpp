// LINK: postern_outpost postern_core postern_radius Boost::json OpenSSL::Crypto
// The accounting server over sessions in memory, and the client of Disconnect, fed with datagrams:
// two octets of length, then the datagram, again and again. Each is delivered as it is and once
// more with a right Request Authenticator. Whatever comes: at most one answer to a datagram, only
// after something was stored, and what is stored is bounded text without control characters.

#include <cstdint>
#include <cstdlib>

#include "core/log.h"
#include "outpost/radius/accounting_server.h"
#include "outpost/radius/dynamic_request.h"
#include "protocols/radius/extended.h"
#include "sessions/radius_world.h"
#include "support/fake_network_sessions.h"

namespace {

using namespace postern;

constexpr std::size_t kLongest = 4 * 253;  // every octet escaped

Octets with_right_authenticator(const Octets& datagram, test::PlainDigests& digests) {
  const auto packet = radius::decode_packet(datagram);
  if (!packet.ok()) return {};
  Octets out(packet->octets.begin(), packet->octets.end());
  std::fill_n(out.begin() + 4, 16, std::uint8_t{0});
  const radius::Md5 right = digests.md5({OctetView(out), radius::as_octets(test::kSecretText)});
  std::copy(right.begin(), right.end(), out.begin() + 4);
  return out;
}

void check(const core::NetworkSession& session) {
  for (const std::string* text :
       {&session.session_id, &session.outer_name, &session.username, &session.nas_identifier,
        &session.calling_station, &session.nas_port_id, &session.multi_session_id}) {
    if (text->size() > kLongest) std::abort();
    for (const char c : *text) {
      if (static_cast<unsigned char>(c) < 0x20) std::abort();
    }
  }
  if (session.in_octets < 0 || session.seconds < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::configure(log::Level::error, log::Format::text);
  test::RadiusWorld world;
  test::KeptSessions sessions;
  const outpost::LoginClass classes(world.states);
  outpost::AccountingServer server(world.services, world.server.clients(), classes, sessions);
  const auto deliver = [&](const Octets& datagram) {
    if (datagram.empty()) return;
    world.sends.clear();
    DatagramIo io{world.now, world.sends, world.runs, world.timer};
    server.datagram(io, test::RadiusWorld::peer(), datagram);
    while (!world.runs.empty()) {
      const Run run = world.runs.front();
      world.runs.erase(world.runs.begin());
      run.work->run();
      server.done(io, run.id);
    }
    if (world.sends.size() > 1) std::abort();
    if (!world.sends.empty() && world.sends[0].octets[1] != datagram[1]) std::abort();
    world.clock.advance(std::chrono::seconds(10));
    world.now += std::chrono::seconds(10);
  };
  const auto secret = radius::as_octets(test::kSecretText);
  const auto asked = outpost::dynamic_request(outpost::DynamicKind::disconnect, 1, {}, {},
                                              1'700'000'000'000, secret, world.digests);
  for (std::size_t at = 0; size - at > 2;) {
    const std::size_t wanted = static_cast<std::size_t>(data[at]) << 8 | data[at + 1];
    at += 2;
    const std::size_t taken = std::min(wanted, size - at);
    const Octets datagram(data + at, data + at + taken);
    at += taken;
    deliver(datagram);
    deliver(with_right_authenticator(datagram, world.digests));
    (void)outpost::read_dynamic_answer(*asked, datagram, secret, world.digests);
    if (const auto packet = radius::decode_packet(datagram); packet.ok()) {
      for (const auto& one : radius::extended_attributes(*packet)) (void)radius::tlvs(one.value);
    }
  }
  for (const core::NetworkSession& session : sessions.all) check(session);
  return 0;
}
