#include "core/network/merge.h"

#include <algorithm>
#include <utility>

namespace postern::core {
namespace {

constexpr std::int64_t kRounding = 2'000;     // reports tell whole seconds
constexpr std::int64_t kSameStart = 300'000;  // a Start again, from a NAS that keeps no delay time
constexpr std::int64_t kDrift = 60'000;       // of a computed start
constexpr std::uint32_t kNasReboot = 11, kAdminReboot = 7;

// When the session began, as far as the report says.
std::optional<WallMs> beginning(const AccountingRecord& record) noexcept {
  if (record.status == accounting::kStart) return record.at;
  if (!record.seconds) return std::nullopt;
  return record.at - *record.seconds * 1000;
}

WallMs last_event(const NetworkSession& session) noexcept {
  return std::max({session.started, session.interim, session.stopped});
}

bool same_session(const NetworkSession& known, const AccountingRecord& record) noexcept {
  const std::optional<WallMs> began = beginning(record);
  if (!began) return true;
  if (record.status != accounting::kStart) return *began <= last_event(known) + kDrift;
  if (!known.start_seen) return *began <= last_event(known) + kRounding;
  if (*began <= last_event(known)) return true;
  const bool repeated = known.live() && known.interim == 0 &&
                        *began - known.started <= kSameStart &&
                        known.outer_name == record.facts.outer_name;
  return repeated;
}

void take(std::string& known, const std::string& said) {
  if (!said.empty()) known = said;
}
template <typename Number>
void take(std::optional<Number>& known, const std::optional<Number>& said) {
  if (said) known = said;
}

// What a report says of the session takes the place of what was known. A name that is not tied to a
// login does not replace one that is.
void take_facts(NetworkSession& known, const NetworkSession& said) {
  take(known.multi_session_id, said.multi_session_id);
  take(known.outer_name, said.outer_name);
  if (said.login.at != 0 || known.login.at == 0) {
    if (said.user != 0 || known.user == 0) {
      known.user = said.user;
      take(known.username, said.username);
    }
    if (said.login.at != 0) known.login = said.login;
  }
  take(known.client, said.client);
  take(known.nas_identifier, said.nas_identifier);
  take(known.nas_address, said.nas_address);
  take(known.nas_port, said.nas_port);
  take(known.nas_port_type, said.nas_port_type);
  take(known.nas_port_id, said.nas_port_id);
  take(known.framed_address, said.framed_address);
  take(known.framed_ipv6, said.framed_ipv6);
  take(known.calling_station, said.calling_station);
  take(known.called_station, said.called_station);
}

// Counters only grow, so that an older report takes nothing back.
void take_counters(NetworkSession& known, const AccountingRecord& record) {
  const NetworkSession& said = record.facts;
  known.seconds = std::max(known.seconds, record.seconds.value_or(0));
  known.in_octets = std::max(known.in_octets, said.in_octets);
  known.out_octets = std::max(known.out_octets, said.out_octets);
  known.in_packets = std::max(known.in_packets, said.in_packets);
  known.out_packets = std::max(known.out_packets, said.out_packets);
}

void take_times(NetworkSession& known, const AccountingRecord& record) {
  if (record.status == accounting::kStart) {
    known.started = known.start_seen ? std::min(known.started, record.at) : record.at;
    known.start_seen = true;
  } else if (!known.start_seen) {
    const WallMs began = beginning(record).value_or(record.at);
    known.started = known.started == 0 ? began : std::min(known.started, began);
  }
  if (record.status == accounting::kStop) {
    if (known.stopped == 0 || known.terminate_cause == 0) {
      known.terminate_cause = record.facts.terminate_cause;
    }
    known.stopped = std::max(known.stopped, record.at);
  } else if (record.status != accounting::kStart) {
    known.interim = std::max(known.interim, record.at);
  }
  known.seen = std::max(known.seen, record.facts.seen);
  if (known.stopped != 0 && known.seconds == 0 && known.stopped > known.started) {
    known.seconds = (known.stopped - known.started) / 1000;
  }
}

NetworkSession opened_by(const AccountingRecord& record) {
  NetworkSession session = record.facts;
  session.pk = 0;
  session.terminate_cause = 0;
  take_counters(session, record);
  take_times(session, record);
  return session;
}

}  // namespace

Merged merge(const NetworkSession* newest, const AccountingRecord& record) {
  Merged out;
  if (newest == nullptr || !same_session(*newest, record)) {
    out.session = opened_by(record);
    if (newest != nullptr && newest->live()) {
      out.closes = *newest;
      out.closes->stopped = std::max(last_event(*newest), WallMs{1});
      out.closes->terminate_cause = kNasReboot;
    }
    return out;
  }
  out.session = *newest;
  take_facts(out.session, record.facts);
  take_counters(out.session, record);
  take_times(out.session, record);
  return out;
}

bool close_by(const AccountingRecord& record, NetworkSession& session) noexcept {
  if (!session.live() || session.started > record.at) return false;
  session.stopped = std::max(record.at, last_event(session));
  session.terminate_cause = record.status == accounting::kOff ? kAdminReboot : kNasReboot;
  session.seconds = std::max(session.seconds, (session.stopped - session.started) / 1000);
  return true;
}

}  // namespace postern::core
