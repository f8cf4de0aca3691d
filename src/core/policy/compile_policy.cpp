#include "core/policy/compile_policy.h"

#include <algorithm>

#include "core/access/stored_fields.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

namespace json = boost::json;

constexpr std::string_view kPassword = "authentik_policies_password.passwordpolicy";
constexpr std::string_view kUnique = "authentik_policies_unique_password.uniquepasswordpolicy";
constexpr std::string_view kExpiry = "authentik_policies_expiry.passwordexpirypolicy";
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

}  // namespace

bool is_policy_model(std::string_view model) noexcept {
  return model == kPassword || model == kUnique || model == kExpiry;
}

std::shared_ptr<const Policy> compile_policy(std::string_view model, const json::object& row,
                                             std::vector<std::string>& problems) {
  auto out = std::make_shared<Policy>();
  out->pk = key_text(member(row, "pk"));
  out->name = text_of(row, "name");
  if (member(row, "password_field") != nullptr) {
    out->password_field = text_of(row, "password_field");
  }
  if (model == kPassword) {
    out->kind = Policy::Kind::password;
    read_password(row, *out, problems);
  } else if (model == kUnique) {
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
