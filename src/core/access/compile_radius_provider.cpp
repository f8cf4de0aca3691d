#include "core/access/compile_radius_provider.h"

#include <optional>
#include <utility>

#include "core/access/compile_provider.h"
#include "core/access/stored_fields.h"
#include "core/hex.h"

namespace postern::core {
namespace {

namespace json = boost::json;

std::string_view text_in(const json::value& value) noexcept {
  if (const json::string* text = value.if_string()) return {text->data(), text->size()};
  const bool* flag = value.if_bool();
  return flag != nullptr && !*flag ? "off" : std::string_view();
}

// The list is right when every item was taken.
template <typename Take>
bool take_list(const json::value& value, Take&& take) {
  const json::array* list = value.if_array();
  if (list == nullptr) return false;
  bool all = true;
  for (const json::value& item : *list) {
    const json::string* text = item.if_string();
    all = text != nullptr && take(std::string_view(text->data(), text->size())) && all;
  }
  return all;
}

constexpr std::int64_t kMostSimultaneous = 1000;
constexpr std::int64_t kLastPort = 65535;

class OwnSettings {
 public:
  OwnSettings(RadiusProvider& provider, const GroupOfRule& group)
      : provider_(provider), group_(group) {}

  bool otp_given = false;

  bool take(std::string_view key, const json::value& value) {
    const std::string_view text = text_in(value);
    if (const auto taken = take_common_setting(provider_, key, text, value.is_string())) {
      return *taken;
    }
    if (key == "otp") return take_otp(text);
    if (key == "login_lease") return take_lease(provider_, value);
    if (key == "message_authenticator") {
      provider_.message_authenticator_required = text != "if-present";
      return text == "if-present" || text == "required";
    }
    if (key == "secrets") {
      return take_list(value, [this](std::string_view item) { return take_secret(item); });
    }
    if (key == "replies") {
      auto parsed = parse_reply_rules(value, group_);
      provider_.replies = std::move(parsed.rules);
      return !parsed.problem;
    }
    if (key == "eap") return take_eap(value);
    if (key == "radsec") {
      auto parsed = parse_radsec_settings(value);
      provider_.radsec = std::move(parsed.settings);
      return !parsed.problem;
    }
    if (key == "session_class") return take_flag(value, provider_.session_class);
    if (key == "disconnect") return take_flag(value, provider_.disconnect);
    if (key == "simultaneous_use") {
      return take_number(value, 0, kMostSimultaneous, provider_.simultaneous_use);
    }
    if (key == "coa_port") return take_number(value, 1, kLastPort, provider_.coa_port);
    if (key == "coa_secret") return take_blob(text, provider_.coa_secret);
    if (key == "nas_identifiers") {
      return take_list(value, [this](std::string_view item) {
        provider_.nas_identifiers.emplace_back(item);
        return true;
      });
    }
    return false;
  }

 private:
  bool take_otp(std::string_view text) {
    otp_given = true;
    provider_.otp = text == "auto"        ? OtpMode::automatic
                    : text == "challenge" ? OtpMode::challenge
                                          : OtpMode::append;
    return text == "append" || text == "challenge" || text == "auto";
  }

  bool take_eap(const json::value& value) {
    auto parsed = parse_eap_settings(value);
    static_cast<EapSettings&>(provider_) = std::move(parsed.settings);
    if (parsed.problem) provider_.eap_methods.clear();
    return !parsed.problem;
  }

  bool take_secret(std::string_view text) {
    std::string blob;
    if (!take_blob(text, blob)) return false;
    provider_.secrets.push_back(std::move(blob));
    return true;
  }

  static bool take_blob(std::string_view text, std::string& out) {
    if (!text.starts_with(kSealedPrefix)) return false;
    const auto blob = from_hex(text.substr(kSealedPrefix.size()));
    if (blob) out = *blob;
    return blob.has_value();
  }

  static bool take_flag(const json::value& value, bool& out) {
    if (!value.is_bool()) return false;
    out = value.get_bool();
    return true;
  }

  template <typename Number>
  static bool take_number(const json::value& value, std::int64_t least, std::int64_t most,
                          Number& out) {
    const auto* number = value.if_int64();
    if (number == nullptr || *number < least || *number > most) return false;
    out = static_cast<Number>(*number);
    return true;
  }

  RadiusProvider& provider_;
  const GroupOfRule& group_;
};

}  // namespace

void read_radius_provider(const json::object& row, const GroupOfRule& group,
                          RadiusProvider& provider, std::vector<std::string>& problems) {
  provider.pk = integer_of(row, "pk", 0);
  provider.name = text_of(row, "name");
  provider.certificate = key_text(member(row, "certificate"));
  const auto problem = [&](std::string_view what) {
    problems.push_back("RADIUS provider " + provider.name + ": " + std::string(what));
  };

  std::string_view wrong;
  if (auto networks = parse_networks(text_of(row, "client_networks"), wrong)) {
    provider.networks = *std::move(networks);
  } else {
    problem("client_networks cannot be read, it serves nobody");
  }
  if (const auto blob = from_hex(text_of(row, "sealed_secret")); blob && !blob->empty()) {
    provider.secrets.push_back(*blob);
  }

  OwnSettings own(provider, group);
  const json::value* attributes = member(row, "attributes");
  const json::object* all = attributes == nullptr ? nullptr : attributes->if_object();
  const json::value* settings = all == nullptr ? nullptr : member(*all, "postern");
  if (settings != nullptr && settings->is_object()) {
    for (const json::key_value_pair& item : settings->get_object()) {
      const std::string_view key(item.key().data(), item.key().size());
      if (!own.take(key, item.value())) {
        problem("attributes.postern." + std::string(key) +
                " is unknown or not one of the allowed values");
      }
    }
  } else if (settings != nullptr && !settings->is_null()) {
    problem("attributes.postern is not a map");
  }
  if (!flag_of(row, "mfa_support", true)) {
    provider.inline_code = InlineCode::off;
    if (!own.otp_given) provider.otp = OtpMode::append;
  }
  if (provider.secrets.empty()) problem("it has no shared secret, it serves nobody");
}

}  // namespace postern::core
