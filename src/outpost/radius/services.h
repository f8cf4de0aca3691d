#pragma once
// RadiusServices: what the RADIUS server stands on. Owned by the composition; outlives the server
// and every Work that it started. Counters may be read from any thread.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "core/credentials/sealer.h"
#include "core/login.h"
#include "core/observations.h"
#include "core/operation_meter.h"
#include "core/policy/reply_mappings.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/network_session_store.h"
#include "core/spotlight.h"
#include "outpost/radius/eap/setups.h"
#include "outpost/radius/radsec_links.h"
#include "outpost/radius/reply_book.h"

namespace postern::outpost {

// Since start, by what was done with a packet.
struct RadiusCounters {
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> accepts{0};
  std::atomic<std::uint64_t> rejects{0};
  std::atomic<std::uint64_t> challenges{0};
  std::atomic<std::uint64_t> status{0};
  std::atomic<std::uint64_t> accounted{0};  // reports stored
  std::atomic<std::uint64_t> repeats{0};    // duplicates answered again
  std::atomic<std::uint64_t> pending{0};    // duplicates of one under way
  std::atomic<std::uint64_t> undecided{0};  // no answer: the core was not ready or had no room
  std::atomic<std::uint64_t> dropped{0};    // no answer: the packet was at fault
  std::atomic<std::uint64_t> unnamed{0};    // served although the NAS names itself in no way
};

struct RadiusServices {
  core::Login& login;
  core::Directory& directory;
  const core::Clock& clock;
  const core::Sealer& secrets;  // opens shared secrets
  const core::Sealer& states;   // seals State; a key of its own
  core::Observations& observations;
  const ReplyBook& replies;
  RadiusCounters counters{};
  // Sessions without a report for this long do not count, unless an interval was asked for.
  std::chrono::milliseconds session_patience{std::chrono::hours(24)};
  core::NetworkSessionStore* sessions = nullptr;  // for limits; nullptr = there are none
  const EapServices* eap = nullptr;               // none: EAP is not offered
  core::OperationMeter* meter = nullptr;          // none: nothing is measured
  core::Spotlight* spotlight = nullptr;           // none: nobody ever looks
  core::ReplyMappings* mappings = nullptr;        // none: rules alone say what is sent
  RadsecLinks* links = nullptr;                   // none: nobody is asked over RadSec
};

}  // namespace postern::outpost
