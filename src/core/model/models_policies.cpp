// authentik_policies*: policies and what they are bound to.
// Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 2> kByTargetOrder{"target", "order"};
constexpr Field kPolicyBindingFields[] = {
    {.name = "target", .type = Type::reference, .flags = kRequired, .target = "policybindingmodel"},
    {.name = "policy", .type = Type::reference, .flags = kNullable, .target = "policy"},
    {.name = "group",
     .type = Type::reference,
     .flags = kNullable,
     .target = "authentik_core.group"},
    {.name = "user", .type = Type::reference, .flags = kNullable, .target = "authentik_core.user"},
    {.name = "order", .type = Type::integer, .flags = kRequired},
    {.name = "enabled", .type = Type::boolean, .fallback = "true"},
    {.name = "negate", .type = Type::boolean, .fallback = "false"},
    {.name = "timeout", .type = Type::integer, .fallback = "30"},
    {.name = "failure_result", .type = Type::boolean, .fallback = "false"},
};
// What of a password is counted, and how strong libzxcvbn holds it to be. attributes: {postern:
// {breach_list: /path}} names what check_have_i_been_pwned looks into.
constexpr Field kPasswordPolicyFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "execution_logging",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "password_field", .home = Home::settings, .fallback = R"("password")"},
    {.name = "check_static_rules",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "true"},
    {.name = "length_min", .type = Type::integer, .home = Home::settings, .fallback = "0"},
    {.name = "amount_digits", .type = Type::integer, .home = Home::settings, .fallback = "0"},
    {.name = "amount_uppercase", .type = Type::integer, .home = Home::settings, .fallback = "0"},
    {.name = "amount_lowercase", .type = Type::integer, .home = Home::settings, .fallback = "0"},
    {.name = "amount_symbols", .type = Type::integer, .home = Home::settings, .fallback = "0"},
    {.name = "symbol_charset",
     .home = Home::settings,
     .fallback = R"("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~ ")"},
    {.name = "error_message", .home = Home::settings, .fallback = R"("")"},
    {.name = "check_have_i_been_pwned",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "hibp_allowed_count", .type = Type::integer, .home = Home::settings, .fallback = "1"},
    {.name = "check_zxcvbn", .type = Type::boolean, .home = Home::settings, .fallback = "false"},
    {.name = "zxcvbn_score_threshold",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "2"},
    {.name = "attributes", .type = Type::json, .home = Home::settings, .fallback = "{}"},
};
constexpr Field kUniquePasswordFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "execution_logging",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "password_field", .home = Home::settings, .fallback = R"("password")"},
    {.name = "num_historical_passwords",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "1"},
};
// attributes: {postern: {warning, minimum_age (durations), grace_logins}}
constexpr Field kPasswordExpiryFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "execution_logging",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "days", .type = Type::integer, .home = Home::settings, .flags = kRequired},
    {.name = "deny_only", .type = Type::boolean, .home = Home::settings, .fallback = "false"},
    {.name = "attributes", .type = Type::json, .home = Home::settings, .fallback = "{}"},
};

constexpr Field kLogging{.name = "execution_logging",
                         .type = Type::boolean,
                         .home = Home::settings,
                         .fallback = "false"};
constexpr Field kName{.name = "name", .flags = kRequired | kUnique};

constexpr Field any_text(string_view name) {  // null = any
  return {.name = name, .home = Home::settings, .flags = kNullable};
}
constexpr Field number_setting(string_view name, string_view fallback) {
  return {.name = name, .type = Type::integer, .home = Home::settings, .fallback = fallback};
}
constexpr Field flag_setting(string_view name, string_view fallback) {
  return {.name = name, .type = Type::boolean, .home = Home::settings, .fallback = fallback};
}

constexpr Field kExpressionFields[] = {
    kName,
    kLogging,
    {.name = "expression", .home = Home::settings, .flags = kRequired},
};
constexpr Field kReputationFields[] = {
    kName,
    kLogging,
    flag_setting("check_ip", "true"),
    flag_setting("check_username", "true"),
    number_setting("threshold", "-5"),
};
constexpr Field kGeoIpFields[] = {
    kName,
    kLogging,
    {.name = "asns", .type = Type::integers, .home = Home::settings, .fallback = "[]"},
    {.name = "countries", .type = Type::texts, .home = Home::settings, .fallback = "[]"},
    flag_setting("check_history_distance", "false"),
    number_setting("history_max_distance_km", "100"),
    number_setting("distance_tolerance_km", "50"),
    number_setting("history_login_count", "5"),
    flag_setting("check_impossible_travel", "false"),
    number_setting("impossible_tolerance_km", "100"),
};
constexpr Field kEventMatcherFields[] = {
    kName,           kLogging,          any_text("action"), any_text("client_ip"),
    any_text("app"), any_text("model"), any_text("query"),
};
// Written by logins: how far a name and an address are trusted. The key is made from both.
constexpr Field kScoreFields[] = {
    {.name = "identifier", .flags = kReadOnly},
    {.name = "ip", .flags = kReadOnly},
    {.name = "score", .type = Type::integer, .flags = kReadOnly, .fallback = "0"},
    {.name = "updated", .type = Type::time, .flags = kReadOnly},
    {.name = "expires", .type = Type::time, .flags = kReadOnly},
};

constexpr Model policy(string_view name, std::span<const Field> fields) {
  return {name, "policy", "policies", Key::uuid, "pk", Feed::config, "", fields, kByName};
}
constexpr Model kPolicyBinding{"authentik_policies.policybinding",
                               "",
                               "policy_bindings",
                               Key::uuid,
                               "pk",
                               Feed::config,
                               "",
                               kPolicyBindingFields,
                               kByTargetOrder};

constexpr Model kPasswordPolicy =
    policy("authentik_policies_password.passwordpolicy", kPasswordPolicyFields);
constexpr Model kUniquePassword =
    policy("authentik_policies_unique_password.uniquepasswordpolicy", kUniquePasswordFields);
constexpr Model kPasswordExpiry =
    policy("authentik_policies_expiry.passwordexpirypolicy", kPasswordExpiryFields);

constexpr Model kExpression =
    policy("authentik_policies_expression.expressionpolicy", kExpressionFields);
constexpr Model kReputation =
    policy("authentik_policies_reputation.reputationpolicy", kReputationFields);
constexpr Model kGeoIp = policy("authentik_policies_geoip.geoippolicy", kGeoIpFields);
constexpr Model kEventMatcher =
    policy("authentik_policies_event_matcher.eventmatcherpolicy", kEventMatcherFields);
constexpr Model kScore{"authentik_policies_reputation.reputation",
                       "",
                       "reputation",
                       Key::uuid,
                       "pk",
                       Feed::none,
                       "",
                       kScoreFields,
                       {}};

constexpr std::array<const Model*, 9> kModels{&kPolicyBinding,  &kPasswordPolicy, &kUniquePassword,
                                              &kPasswordExpiry, &kExpression,     &kReputation,
                                              &kGeoIp,          &kEventMatcher,   &kScore};

}  // namespace

std::span<const Model* const> models_of_policies() noexcept { return kModels; }

}  // namespace postern::core
