// policies/*: the built-in ones, the family, and what they are bound to.

#include "core/access/access_check.h"
#include "http/api/family.h"
#include "http/api/named_resource.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

Value show_bound_to(Showing& showing, const Object& policy) {
  std::int64_t count = 0;
  for (const Object& binding : showing.all("authentik_policies.policybinding")) {
    count += binding.at("policy") == policy.at("pk") ? 1 : 0;
  }
  return count;
}

Value show_countries(Showing&, const Object& policy) {
  boost::json::array out;
  for (const Value& code : policy.at("countries").as_array()) {
    out.push_back(Object{{"code", code}, {"name", code}});
  }
  return out;
}

#define POSTERN_POLICY_FIELDS                                           \
  {.name = "pk", .use = Use::read}, {.name = "name", .required = true}, \
      {.name = "execution_logging"}, {                                  \
    .name = "bound_to", .use = Use::read, .show = &show_bound_to        \
  }

constexpr ApiField kPolicyFields[] = {POSTERN_POLICY_FIELDS};
constexpr ApiField kPassword[] = {
    POSTERN_POLICY_FIELDS,          {.name = "password_field"},          {.name = "amount_digits"},
    {.name = "amount_uppercase"},   {.name = "amount_lowercase"},        {.name = "amount_symbols"},
    {.name = "length_min"},         {.name = "symbol_charset"},          {.name = "error_message"},
    {.name = "check_static_rules"}, {.name = "check_have_i_been_pwned"}, {.name = "check_zxcvbn"},
    {.name = "hibp_allowed_count"}, {.name = "zxcvbn_score_threshold"},
};
constexpr ApiField kUnique[] = {
    POSTERN_POLICY_FIELDS,
    {.name = "password_field"},
    {.name = "num_historical_passwords"},
};
constexpr ApiField kExpiry[] = {
    POSTERN_POLICY_FIELDS,
    {.name = "days", .required = true},
    {.name = "deny_only"},
};
constexpr ApiField kExpression[] = {
    POSTERN_POLICY_FIELDS,
    {.name = "expression", .required = true},
};
constexpr ApiField kReputation[] = {
    POSTERN_POLICY_FIELDS,
    {.name = "check_ip"},
    {.name = "check_username"},
    {.name = "threshold"},
};
constexpr ApiField kGeoIp[] = {
    POSTERN_POLICY_FIELDS,
    {.name = "asns"},
    {.name = "countries", .required = true},
    {.name = "countries_obj", .use = Use::read, .show = &show_countries},
    {.name = "check_history_distance"},
    {.name = "history_max_distance_km"},
    {.name = "distance_tolerance_km"},
    {.name = "history_login_count"},
    {.name = "check_impossible_travel"},
    {.name = "impossible_tolerance_km"},
};
constexpr ApiField kEventMatcher[] = {
    POSTERN_POLICY_FIELDS, {.name = "action"}, {.name = "client_ip"},
    {.name = "app"},       {.name = "model"},  {.name = "query"},
};
#undef POSTERN_POLICY_FIELDS

constexpr ApiFilter kByName[] = {{"name", "name"}, {"policy_uuid", "pk"}};

constexpr Resource policy(std::string_view path, std::string_view model,
                          std::span<const ApiField> fields, std::string_view component,
                          std::string_view name, std::string_view plural) {
  Resource out = named_resource(path, model, fields, component, name, plural);
  out.filters = kByName;
  return out;
}

const Resource kPasswordPolicy =
    policy("policies/password", "authentik_policies_password.passwordpolicy", kPassword,
           "ak-policy-password-form", "Password Policy", "Password Policies");
const Resource kUniquePolicy =
    policy("policies/unique_password", "authentik_policies_unique_password.uniquepasswordpolicy",
           kUnique, "ak-policy-password-uniqueness-form", "Password Uniqueness Policy",
           "Password Uniqueness Policies");
const Resource kExpiryPolicy =
    policy("policies/password_expiry", "authentik_policies_expiry.passwordexpirypolicy", kExpiry,
           "ak-policy-password-expiry-form", "Password Expiry Policy", "Password Expiry Policies");

const Resource kExpressionPolicy =
    policy("policies/expression", "authentik_policies_expression.expressionpolicy", kExpression,
           "ak-policy-expression-form", "Expression Policy", "Expression Policies");
const Resource kReputationPolicy =
    policy("policies/reputation", "authentik_policies_reputation.reputationpolicy", kReputation,
           "ak-policy-reputation-form", "Reputation Policy", "Reputation Policies");
const Resource kGeoIpPolicy =
    policy("policies/geoip", "authentik_policies_geoip.geoippolicy", kGeoIp, "ak-policy-geoip-form",
           "GeoIP Policy", "GeoIP Policies");
const Resource kEventMatcherPolicy = policy(
    "policies/event_matcher", "authentik_policies_event_matcher.eventmatcherpolicy", kEventMatcher,
    "ak-policy-event-matcher-form", "Event Matcher Policy", "Event Matcher Policies");

const FamilyMember kMembers[] = {
    {&kPasswordPolicy, "Ensures that a password is long and varied enough."},
    {&kUniquePolicy, "Prevents the user from reusing recent passwords."},
    {&kExpiryPolicy, "Makes passwords expire."},
    {&kExpressionPolicy, "Decides by an expression in Lua."},
    {&kReputationPolicy, "Passes when the reputation of a name and an address is low."},
    {&kGeoIpPolicy, "Looks at where an address is, and how far from earlier logins."},
    {&kEventMatcherPolicy, "Matches events, for notification rules."},
};
const Family kPolicies{"policies/all", Resource::Address::uuid, kPolicyFields, kMembers};

Value show_policy(Showing& showing, const Object& binding) {
  return show_member(kPolicies, showing, binding.at("policy"));
}
Value show_group(Showing& showing, const Object& binding) {
  return show_partial_group(showing, binding.at("group"));
}
Value show_false(Showing&, const Object&) { return false; }

constexpr ApiField kBindingFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "policy"},
    {.name = "group"},
    {.name = "user"},
    {.name = "policy_obj", .use = Use::read, .show = &show_policy},
    {.name = "group_obj", .use = Use::read, .show = &show_group},
    {.name = "user_obj", .use = Use::read, .show = &show_partial_user},
    {.name = "target", .required = true},
    {.name = "negate"},
    {.name = "enabled"},
    {.name = "order", .required = true},
    {.name = "timeout"},
    {.name = "failure_result"},
    {.name = "expires", .use = Use::read, .show = &show_nothing},
    {.name = "expiring", .use = Use::read, .show = &show_false},
};
constexpr ApiFilter kBindingFilters[] = {
    {"target", "target"},
    {"policy", "policy"},
    {"group", "group"},
    {"user", "user"},
    {"enabled", "enabled"},
    {"order", "order"},
    {"timeout", "timeout"},
    {"target_in", "target"},
    {"policy__isnull", "policy", ApiFilter::Op::is_null},
};

constexpr ApiField kScoreFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "identifier", .use = Use::read},
    {.name = "ip", .use = Use::read},
    {.name = "ip_geo_data", .use = Use::fixed, .constant = "{}"},
    {.name = "ip_asn_data", .use = Use::fixed, .constant = "{}"},
    {.name = "score", .use = Use::read},
    {.name = "updated", .use = Use::read},
};
constexpr ApiFilter kScoreFilters[] = {{"identifier", "identifier"},
                                       {"identifier_in", "identifier"},
                                       {"ip", "ip"},
                                       {"score", "score"}};
constexpr std::string_view kScoreSearch[] = {"identifier", "ip"};
const Resource kScoreResource{
    .path = "policies/reputation/scores",
    .model = "authentik_policies_reputation.reputation",
    .fields = kScoreFields,
    .filters = kScoreFilters,
    .search = kScoreSearch,
    .order = "-updated",
    .methods = Resource::kList | Resource::kRead | Resource::kDelete,
};

}  // namespace

const Resource kBindingResource{
    .path = "policies/bindings",
    .model = "authentik_policies.policybinding",
    .fields = kBindingFields,
    .filters = kBindingFilters,
    .order = "order",
};

const Family& policy_family() noexcept { return kPolicies; }

void add_policies(Router& router) {
  add_family(router, kPolicies);
  for (const FamilyMember& member : kMembers) add_resource(router, *member.resource);
  add_resource(router, kBindingResource);
  add_resource(router, kScoreResource);
  add_policy_tests(router);
}

}  // namespace postern::http
