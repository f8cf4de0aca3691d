#pragma once
// DynamicPolicies: the judge of policies that look at who asks, from where and for what:
// expressions in Lua, reputation, GeoIP, event matchers (which match events: no login passes one).
// An error, and every run of a policy with execution_logging, leaves an event; those that come from
// judging events say so (kJudgedEvent), so that no rule is asked about them in turn.
//
// Thread-safe; blocks on the Store. Source: reference, policies 4.1.

#include "core/policy/expression.h"
#include "core/policy/policy_case.h"
#include "core/ports/clock.h"
#include "core/ports/event_log.h"

namespace postern::core {

// PolicyCase::protocol where an event is judged and not a login; its context holds the `event`.
inline constexpr std::string_view kEventProtocol = "event";
inline constexpr std::string_view kJudgedEvent = "postern.core.rules";

class DynamicPolicies final : public PolicyJudge {
 public:
  struct Parts {
    Store& store;
    const Directory& directory;
    EventLog& events;
    const Clock& clock;
    const GeoIp* geo = nullptr;
  };
  explicit DynamicPolicies(const Parts& parts) : parts_(parts) {}

  PolicyAnswer judge(const Policy& policy, const PolicyCase& facts,
                     std::chrono::milliseconds timeout) const noexcept override;

 private:
  PolicyAnswer decide(const Policy& policy, const PolicyCase& facts,
                      std::chrono::milliseconds timeout) const;
  void tell(const Policy& policy, const PolicyCase& facts, const PolicyAnswer& answer) const;

  const Parts parts_;
};

// Sum of the scores that fit; an empty name or address is not looked at.
std::int64_t reputation_score(Store& store, std::string_view identifier, std::string_view ip);

}  // namespace postern::core
