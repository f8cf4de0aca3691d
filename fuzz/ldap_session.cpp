// LINK: postern_outpost postern_core postern_ldap postern_ber
// An LDAP session fed with arbitrary octets. Input: the first octet seeds the pieces, the second
// says what happens around the octets, the rest is what the client sends. Played whole and in
// pieces, the session must answer the same; every answer must be a well-formed run of PDUs; and
// nobody who was not granted a bind may see an entry.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "core/log.h"
#include "outpost/ldap/services.h"
#include "outpost/ldap/session.h"
#include "protocols/ber/frame.h"
#include "sessions/ldap_fakes.h"
#include "support/session_script.h"

namespace {

using namespace postern;
using postern::test::SessionScript;

constexpr std::uint8_t kRefuseRuns = 0x01, kShutDown = 0x02, kRemote = 0x04, kTlsUp = 0x08;

struct Outcome {
  Octets output;
  bool closed = false;
};

Outcome play(OctetView input, std::uint8_t manner, const SessionScript::Chunker& chunker) {
  test::FakeLogin login;
  login.users[{test::kFirst, "alice"}] = {7, "app-alice"};
  login.users[{test::kFirst, "slow"}] = {11, "pw-slow"};
  test::FakeDirectory directory;
  test::FakeTree tree;
  test::FakeClock clock;
  outpost::LdapSettings settings;
  settings.tls_available = true;
  outpost::LdapServices services(login, directory, tree, clock, settings, {});
  PeerInfo peer{"192.0.2.7", 40000, (manner & kRemote) == 0, false};
  SessionScript script(std::make_unique<outpost::LdapSession>(peer, services));
  script.chunk_by(chunker);
  script.start();
  script.send(input);
  for (int i = 0; i < 64 && !script.wants().close; ++i) {
    script.settle();
    const bool ran = (manner & kRefuseRuns) != 0 ? script.refuse_run() : script.finish_run();
    if (!ran) break;
  }
  if (script.wants().start_tls && (manner & kTlsUp) != 0) script.tls_up();
  if ((manner & kShutDown) != 0) script.shutdown();
  script.settle();
  const bool saw_an_entry = tree.turns_given > 0;
  if (saw_an_entry && login.attempts == 0) std::abort();
  return {script.take_output(), script.wants().close};
}

void require_whole_pdus(OctetView output) {
  while (!output.empty()) {
    const ber::Frame frame = ber::frame(output, std::size_t{64} << 20U);
    if (frame.state != ber::Frame::State::complete) std::abort();
    output = output.subspan(frame.length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool quiet = (log::configure(log::Level::error, log::Format::text), true);
  static_cast<void>(quiet);
  if (size < 3) return 0;
  const OctetView input(data + 2, size - 2);
  const Outcome whole = play(input, data[1], SessionScript::whole());
  std::uint32_t state = data[0] + 1U;
  const Outcome pieces = play(input, data[1], [&state](std::size_t left) {
    state = state * 1664525U + 1013904223U;
    const std::size_t size_of_piece = 1 + (state >> 24U) % 24;
    return size_of_piece < left ? size_of_piece : left;
  });
  require_whole_pdus(whole.output);
  if (whole.closed != pieces.closed || whole.output != pieces.output) std::abort();
  return 0;
}
