#include "core/network/session.h"

#include <array>

namespace postern::core {

bool is_stale(const NetworkSession& session, WallMs now, std::int64_t patience_ms) noexcept {
  if (!session.live()) return false;
  const std::int64_t asked = std::int64_t{session.login.interim} * 2 * 1000;
  return now - session.seen > (asked != 0 ? asked : patience_ms);
}

std::uint64_t credential_mark(std::string_view token_pk) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : token_pk) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash | 1;
}

const char* terminate_cause_name(std::uint32_t cause) noexcept {
  constexpr std::array<const char*, 19> kNames{"",
                                               "User-Request",
                                               "Lost-Carrier",
                                               "Lost-Service",
                                               "Idle-Timeout",
                                               "Session-Timeout",
                                               "Admin-Reset",
                                               "Admin-Reboot",
                                               "Port-Error",
                                               "NAS-Error",
                                               "NAS-Request",
                                               "NAS-Reboot",
                                               "Port-Unneeded",
                                               "Port-Preempted",
                                               "Port-Suspended",
                                               "Service-Unavailable",
                                               "Callback",
                                               "User-Error",
                                               "Host-Request"};
  return cause < kNames.size() ? kNames[cause] : "";
}

}  // namespace postern::core
