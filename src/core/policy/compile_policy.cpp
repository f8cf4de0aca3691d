#include "core/policy/compile_policy.h"

#include <algorithm>

#include "core/access/stored_fields.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

namespace json = boost::json;

constexpr std::string_view kPassword = "authentik_policies_password.passwordpolicy";
constexpr std::string_view kUniquePassword =
    "authentik_policies_unique_password.uniquepasswordpolicy";
constexpr std::string_view kExpiry = "authentik_policies_expiry.passwordexpirypolicy";
constexpr std::string_view kExpression = "authentik_policies_expression.expressionpolicy";
constexpr std::string_view kReputation = "authentik_policies_reputation.reputationpolicy";
constexpr std::string_view kGeoIp = "authentik_policies_geoip.geoippolicy";
constexpr std::string_view kEventMatcher = "authentik_policies_event_matcher.eventmatcherpolicy";
constexpr std::string_view kNoAction = "(none)";  // which no event has
constexpr std::int64_t kDay = 86'400'000;

int small(const json::object& row, std::string_view name, int most) {
  return static_cast<int>(std::clamp<std::int64_t>(integer_of(row, name, 0), 0, most));
}

// attributes.postern; null = there is none.
const json::object* own_settings(const json::object& row) {
  const json::value* attributes = member(row, "attributes");
  const json::object* all = attributes == nullptr ? nullptr : attributes->if_object();
  const json::value* own = all == nullptr ? nullptr : member(*all, "postern");
  return own == nullptr ? nullptr : own->if_object();
}

void read_password(const json::object& row, Policy& out, std::vector<std::string>& problems) {
  constexpr int kMost = 1024;
  out.check_static_rules = flag_of(row, "check_static_rules", true);
  out.length_min = small(row, "length_min", kMost);
  out.digits = small(row, "amount_digits", kMost);
  out.uppercase = small(row, "amount_uppercase", kMost);
  out.lowercase = small(row, "amount_lowercase", kMost);
  out.symbols = small(row, "amount_symbols", kMost);
  out.symbol_charset = text_of(row, "symbol_charset");
  out.error_message = text_of(row, "error_message");
  out.check_zxcvbn = flag_of(row, "check_zxcvbn", false);
  out.zxcvbn_score_threshold = small(row, "zxcvbn_score_threshold", 4);
  out.breaches_allowed = small(row, "hibp_allowed_count", 1'000'000'000);
  const json::object* own = own_settings(row);
  for (const auto& item : own == nullptr ? json::object() : *own) {
    const json::string* text = item.value().if_string();
    if (item.key() == "breach_list" && text != nullptr && text->starts_with('/')) {
      out.breach_list = std::string(*text);
    } else {
      problems.push_back("policy " + out.name + ": attributes.postern." + std::string(item.key()) +
                         " is unknown or not one of the allowed values");
    }
  }
  if (!flag_of(row, "check_have_i_been_pwned", false)) {
    out.breach_list.clear();
  } else if (out.breach_list.empty()) {
    problems.push_back("policy " + out.name +
                       ": check_have_i_been_pwned asks a list on disk, and "
                       "attributes.postern.breach_list names none (an absolute path); the other "
                       "rules hold");
  }
}

// attributes.postern of an expiry policy.
void read_own(const json::object& own, Policy& out, std::vector<std::string>& problems) {
  for (const auto& item : own) {
    const std::string_view key(item.key().data(), item.key().size());
    const json::string* text = item.value().if_string();
    const auto duration =
        text == nullptr ? std::nullopt : parse_duration({text->data(), text->size()});
    if (key == "warning" && duration) {
      out.warning_ms = *duration;
    } else if (key == "minimum_age" && duration) {
      out.minimum_age_ms = *duration;
    } else if (key == "grace_logins" && item.value().is_int64()) {
      out.grace_logins = small(own, "grace_logins", 1000);
    } else {
      problems.push_back("policy " + out.name + ": attributes.postern." + std::string(key) +
                         " is unknown or not one of the allowed values");
    }
  }
}

void read_expiry(const json::object& row, Policy& out, std::vector<std::string>& problems) {
  out.max_age_ms = std::clamp<std::int64_t>(integer_of(row, "days", 0), 0, 36'500) * kDay;
  if (const json::object* own = own_settings(row)) read_own(*own, out, problems);
}

void read_geoip(const json::object& row, Policy& out) {
  if (const json::value* list = member(row, "asns"); list != nullptr && list->is_array()) {
    for (const json::value& one : list->get_array()) {
      if (one.is_int64()) out.asns.push_back(one.get_int64());
    }
  }
  if (const json::value* list = member(row, "countries"); list != nullptr && list->is_array()) {
    for (const json::value& one : list->get_array()) {
      if (one.is_string()) out.countries.emplace_back(one.get_string());
    }
  }
  constexpr std::int64_t kMostKm = 100'000;
  out.check_history_distance = flag_of(row, "check_history_distance", false);
  out.check_impossible_travel = flag_of(row, "check_impossible_travel", false);
  const auto km = [&](std::string_view name, std::int64_t fallback) {
    return std::clamp<std::int64_t>(integer_of(row, name, fallback), 0, kMostKm);
  };
  out.history_max_distance_km = km("history_max_distance_km", 100);
  out.distance_tolerance_km = km("distance_tolerance_km", 50);
  out.impossible_tolerance_km = km("impossible_tolerance_km", 100);
  out.history_login_count =
      std::clamp<std::int64_t>(integer_of(row, "history_login_count", 5), 1, 100);
}

// False: none of the dynamic ones.
bool read_dynamic(std::string_view model, const json::object& row, Policy& out,
                  std::vector<std::string>& problems) {
  if (model == kExpression) {
    out.kind = Policy::Kind::expression;
    out.expression = text_of(row, "expression");
  } else if (model == kReputation) {
    out.kind = Policy::Kind::reputation;
    out.check_ip = flag_of(row, "check_ip", true);
    out.check_username = flag_of(row, "check_username", true);
    out.threshold = integer_of(row, "threshold", -5);
  } else if (model == kGeoIp) {
    out.kind = Policy::Kind::geoip;
    read_geoip(row, out);
  } else if (model == kEventMatcher) {
    out.kind = Policy::Kind::event_matcher;
    out.action = text_of(row, "action");
    out.client_ip = text_of(row, "client_ip");
    out.app = text_of(row, "app");
    out.model = text_of(row, "model");
    if (!text_of(row, "query").empty()) {
      out.action = kNoAction;
      problems.push_back("policy " + out.name + ": its query cannot be read, it matches nothing");
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool is_policy_model(std::string_view model) noexcept {
  return model == kPassword || model == kUniquePassword || model == kExpiry ||
         model == kExpression || model == kReputation || model == kGeoIp || model == kEventMatcher;
}

std::shared_ptr<const Policy> compile_policy(std::string_view model, const json::object& row,
                                             std::vector<std::string>& problems) {
  auto out = std::make_shared<Policy>();
  out->pk = key_text(member(row, "pk"));
  out->name = text_of(row, "name");
  if (member(row, "password_field") != nullptr) {
    out->password_field = text_of(row, "password_field");
  }
  out->execution_logging = flag_of(row, "execution_logging", false);
  if (read_dynamic(model, row, *out, problems)) return out;
  if (model == kPassword) {
    out->kind = Policy::Kind::password;
    read_password(row, *out, problems);
  } else if (model == kUniquePassword) {
    out->kind = Policy::Kind::unique_password;
    out->remembered = small(row, "num_historical_passwords", kMaxRemembered);
  } else {
    out->kind = Policy::Kind::password_expiry;
    read_expiry(row, *out, problems);
  }
  return out;
}

PasswordAge stricter(const PasswordAge& a, const PasswordAge& b) noexcept {
  if (a.max_ms == 0) return b;
  if (b.max_ms == 0) return a;
  return {std::min(a.max_ms, b.max_ms), std::max(a.warning_ms, b.warning_ms),
          std::min(a.grace_logins, b.grace_logins)};
}

}  // namespace postern::core
