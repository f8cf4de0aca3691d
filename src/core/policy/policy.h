#pragma once
// Policy: a rule about passwords, compiled from a stored policy object, and what it is asked about.
// judge() is pure but for the history, which costs a slow hash per remembered password: hash lane
// only. Faults are words of the password-policy draft (behera-10 8.2), messages are for the person.
//
// Kinds, by authentik's models: passwordpolicy (length, classes, libzxcvbn's estimate, leaked
// ones), uniquepasswordpolicy (not one of the last), passwordexpirypolicy (as a validation policy:
// the minimum age; bound to a login flow: PasswordAge below); and the dynamic ones. Thread:
// immutable, any. Source: reference, policies 4.1; behera-10 5.2, 8.2.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/breached_passwords.h"
#include "core/time.h"

namespace postern::core {

struct Policy {
  enum class Kind : std::uint8_t {
    password,
    unique_password,
    password_expiry,
    // Judged by a PolicyJudge (policy_case.h): they look at who asks, from where and for what.
    expression,
    reputation,
    geoip,
    event_matcher,
  } kind{};
  bool is_dynamic() const noexcept { return kind >= Kind::expression; }
  std::string pk, name;
  std::string password_field = "password";
  // password
  bool check_static_rules = true, check_zxcvbn = false;
  int length_min = 0, digits = 0, uppercase = 0, lowercase = 0, symbols = 0;
  std::string symbol_charset, error_message;
  int zxcvbn_score_threshold = 2;  // a score at or below it fails
  std::string breach_list;         // file or folder of leaked passwords; "" = not looked at
  int breaches_allowed = 0;        // a password that leaked more often fails
  // unique_password
  int remembered = 1;
  // password_expiry
  std::int64_t max_age_ms = 0, warning_ms = 0, minimum_age_ms = 0;
  int grace_logins = 0;
  bool execution_logging = false;
  std::string expression;  // Lua
  // reputation: passes when the score is at or below the threshold
  bool check_ip = true, check_username = true;
  std::int64_t threshold = -5;
  // geoip
  std::vector<std::int64_t> asns;
  std::vector<std::string> countries;  // ISO 3166 alpha-2
  bool check_history_distance = false, check_impossible_travel = false;
  std::int64_t history_max_distance_km = 100, distance_tolerance_km = 50;
  std::int64_t history_login_count = 5, impossible_tolerance_km = 100;
  // event_matcher; "" = any
  std::string action, client_ip, app, model;
};

inline constexpr int kMaxRemembered = 24;  // passwords kept and compared, whatever a policy says

// How long a password lasts at services of one login flow: the strictest of its expiry policies.
struct PasswordAge {
  std::int64_t max_ms = 0;  // 0 = for ever
  std::int64_t warning_ms = 0;
  int grace_logins = 0;
};

enum class PasswordFault : std::uint8_t {
  none,
  too_short,
  too_long,
  weak,  // classes, strength, leaked
  in_history,
  too_young,  // the one in use was set a moment ago
};

struct PasswordCandidate {
  std::string_view password;
  std::string_view username, email, name;          // what a password must not be made of
  WallMs changed = 0, now = 0;                     // of the one in use; 0 = not known
  bool own = true;                                 // chosen by its owner, not by an administrator
  std::function<bool(int remembered)> in_history;  // compares with the one in use and those before
  const BreachedPasswords* breached = nullptr;     // lists of leaked passwords
};

struct PolicyVerdict {
  PasswordFault fault = PasswordFault::none;
  std::string message;
  bool passed() const noexcept { return fault == PasswordFault::none; }
};

PolicyVerdict judge(const Policy& policy, const PasswordCandidate& candidate);

// libzxcvbn's estimate, 0 (worst) to 4; a password made of the given words scores less.
int password_score(std::string_view password, std::string_view username, std::string_view email,
                   std::string_view name);

}  // namespace postern::core
