#pragma once
// Stored policy objects -> Policy. What cannot be read is named in `problems` and taken as the
// strict reading of it. Thread: pure. Source: reference, policies 4.1.

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/policy.h"

namespace postern::core {

// Models of this version's policies.
bool is_policy_model(std::string_view model) noexcept;

std::shared_ptr<const Policy> compile_policy(std::string_view model, const boost::json::object& row,
                                             std::vector<std::string>& problems);

// The stricter of the two in each respect.
PasswordAge stricter(const PasswordAge& a, const PasswordAge& b) noexcept;
inline PasswordAge age_of(const Policy& policy) noexcept {
  return {policy.max_age_ms, policy.warning_ms, policy.grace_logins};
}

}  // namespace postern::core
