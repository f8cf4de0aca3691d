#pragma once
// For how long a right code may be shown again (login_leases.h), as a provider's setting
// attributes.postern.login_lease says it: {"idle": "minutes=5", "max": "hours=8"}. Thread: pure.

#include <chrono>
#include <optional>
#include <string_view>

namespace boost::json {
class value;
}

namespace postern::core {

struct LeaseTerms {
  std::chrono::milliseconds idle{0}, most{0};
  bool any() const noexcept { return most.count() > 0; }
  bool operator==(const LeaseTerms&) const = default;
};

inline constexpr std::string_view kLeaseTermsWanted =
    "must be {\"idle\": \"minutes=5\", \"max\": \"hours=8\"}: idle from 10 seconds, max from idle "
    "to "
    "30 days";

// Nothing: it is not that.
std::optional<LeaseTerms> parse_lease_terms(const boost::json::value& value);

}  // namespace postern::core
