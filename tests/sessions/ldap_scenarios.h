#pragma once
// Scenarios: whole conversations as data, so that each can be played whole, byte by byte, in random
// pieces, or with a failure after any event.

#include <string>
#include <vector>

#include "sessions/ldap_world.h"

namespace postern::test {

struct Step {
  enum class Kind : std::uint8_t { send, finish_run, refuse_run, settle, pass, tls_up } kind;
  Octets octets;                      // send
  std::chrono::milliseconds time{0};  // pass
};

struct Scenario {
  std::string name;
  std::vector<Step> steps;
};

std::vector<Scenario> scenarios();

struct Played {
  Octets output;
  bool closed = false;
  std::size_t events = 0;
  bool operator==(const Played& other) const {
    return output == other.output && closed == other.closed;
  }
};
// Plays all steps, then lets everything settle.
Played play(LdapWorld& world, const Scenario& scenario);
Played play(const Scenario& scenario, const SessionScript::Chunker& chunker);

}  // namespace postern::test
