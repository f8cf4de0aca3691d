#pragma once
// NetworkSession: what is known of one stay of a user in a network, from the RADIUS accounting of
// the gear that let him in; AccountingRecord: what one Accounting-Request says of it; LoginTie:
// which login of ours opened it.
//
// Texts come from the network: bounded, UTF-8, control characters escaped (printable()). Times are
// by our clock. Thread: values. Sources: RFC 2866 5, RFC 2869 5.1-5.2, RFC 3162.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/time.h"

namespace postern::core {

// Which login opened a session: what the Class of its Access-Accept says, which comes back in
// accounting. `at` 0 = none came back.
struct LoginTie {
  ProviderId provider = 0;
  UserId user = 0;
  std::uint64_t generation = 0;
  WallMs at = 0;
  std::uint64_t credential = 0;   // Grant::credential
  std::uint32_t interim = 0;      // seconds between interim reports that were asked for; 0 = none
  bool account_password = false;  // the login was by it
  bool operator==(const LoginTie&) const = default;
};

struct NetworkSession {
  std::int64_t pk = 0;
  ProviderId provider = 0;
  std::string nas;         // tells the NAS of a provider apart
  std::string session_id;  // Acct-Session-Id
  std::string multi_session_id;
  UserId user = 0;         // 0 = unknown
  std::string username;    // of the user; what the NAS says when he is unknown
  std::string outer_name;  // User-Name as the NAS says it
  LoginTie login;
  std::string client;  // the address that reports come from
  std::string nas_identifier, nas_address;
  std::optional<std::uint32_t> nas_port, nas_port_type;
  std::string nas_port_id;
  std::string framed_address, framed_ipv6;  // of the user's device
  std::string calling_station, called_station;
  WallMs started = 0, interim = 0, stopped = 0;  // 0 = not (yet)
  WallMs seen = 0;                               // when a report came last
  bool start_seen = false;                       // a Start has come, `started` is not computed
  std::int64_t seconds = 0, in_octets = 0, out_octets = 0, in_packets = 0, out_packets = 0;
  std::uint32_t terminate_cause = 0;
  std::string disconnect;  // what came of the last request to end it; "" = never asked
  WallMs disconnect_at = 0;
  WallMs end_asked = 0;  // when somebody wanted it to end; 0 = nobody has

  bool live() const noexcept { return stopped == 0; }
};

// Tells one app password of a user from another, in eight octets; never 0.
std::uint64_t credential_mark(std::string_view token_pk) noexcept;

// Acct-Status-Type, RFC 2866 5.1.
namespace accounting {
inline constexpr std::uint32_t kStart = 1, kStop = 2, kInterim = 3, kOn = 7, kOff = 8;
}

struct AccountingRecord {
  std::uint32_t status = 0;
  WallMs at = 0;                        // when it happened
  std::optional<std::int64_t> seconds;  // Acct-Session-Time
  NetworkSession facts;                 // all but pk, times and the result of a Disconnect
};

// A live session that was not heard of for so long that it does not count any more: twice the
// interval that was asked for, else `patience_ms`.
bool is_stale(const NetworkSession& session, WallMs now, std::int64_t patience_ms) noexcept;

// RFC 2866 5.10; "" = no such cause.
const char* terminate_cause_name(std::uint32_t cause) noexcept;

}  // namespace postern::core
