#include "core/access/compile_provider.h"

#include <algorithm>

#include "core/access/stored_fields.h"
#include "core/access/update_settings.h"
#include "core/credentials/split.h"

namespace postern::core {
namespace {

namespace json = boost::json;

class OwnSettings {
 public:
  OwnSettings(LdapProvider& provider, std::vector<std::string>& problems)
      : provider_(provider), problems_(problems) {}

  void read(const json::object& settings) {
    for (const json::key_value_pair& item : settings) {
      const std::string_view key(item.key().data(), item.key().size());
      if (key == "search" || key == "search_default") continue;  // read together, below
      if (key == "login_lease") {
        if (!take_lease(provider_, item.value())) problem(key);
        continue;
      }
      if (key == "bind_names") {
        if (!take_bind_names(item.value())) problem(key);
        continue;
      }
      if (read_update_setting(key, item.value(), provider_)) continue;
      const json::string* text = item.value().if_string();
      const bool* flag = item.value().if_bool();
      // YAML 1.1 writers turn a bare `off` into false.
      const std::string_view value = text != nullptr ? std::string_view(text->data(), text->size())
                                     : flag != nullptr && !*flag ? std::string_view("off")
                                                                 : std::string_view();
      if (!take(key, value, text != nullptr)) problem(key);
    }
    if (const auto wrong = read_search_rules(settings, provider_.search)) {
      problems_.push_back("LDAP provider " + provider_.name + ": " + *wrong +
                          "; nobody sees anything");
    }
  }
  void problem(std::string_view key) {
    problems_.push_back("LDAP provider " + provider_.name + ": attributes.postern." +
                        std::string(key) + " is unknown or not one of the allowed values");
  }

 private:
  // All of them are known words, or none is taken. A DN always is.
  bool take_bind_names(const json::value& value) {
    const json::array* words = value.if_array();
    if (words == nullptr) return false;
    BindNames names;
    for (const json::value& item : *words) {
      const json::string* text = item.if_string();
      const std::string_view word = text == nullptr ? "" : std::string_view(*text);
      if (word == "username") {
        names.username = true;
      } else if (word == "email") {
        names.email = true;
      } else if (word == "upn") {
        names.upn = true;
      } else if (word == "uuid") {
        names.uuid = true;
      } else if (word != "dn") {
        return false;
      }
    }
    provider_.bind_names = names;
    return true;
  }

  bool take(std::string_view key, std::string_view value, bool is_text) {
    if (const auto taken = take_common_setting(provider_, key, value, is_text)) return *taken;
    if (!is_text) return false;
    if (key == "member_of" && (value == "direct" || value == "nested")) {
      provider_.member_of_nested = value == "nested";
      return true;
    }
    if (key == "profile" && is_profile_name(value)) {
      provider_.profile = value;
      return true;
    }
    return false;
  }

  static bool is_profile_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
  }

  LdapProvider& provider_;
  std::vector<std::string>& problems_;
};

// Whoever wrote something here wanted codes: what cannot be read asks for them.
bool take_inline_code(Provider& provider, std::string_view value) {
  provider.inline_code = value == "off"        ? InlineCode::off
                         : value == "optional" ? InlineCode::optional
                                               : InlineCode::required;
  return value == "off" || value == "optional" || value == "required";
}

}  // namespace

std::optional<bool> take_common_setting(Provider& provider, std::string_view key,
                                        std::string_view value, bool is_text) {
  if (key == "inline_code") return take_inline_code(provider, value);
  if (key != "separator") return std::nullopt;
  if (!is_text || !is_separator(value)) return false;
  provider.separator = value;
  return true;
}

bool take_lease(Provider& provider, const json::value& value) {
  const auto terms = parse_lease_terms(value);
  if (terms) provider.lease = *terms;
  return terms.has_value();
}

void read_ldap_provider(const json::object& row, LdapProvider& provider,
                        std::vector<std::string>& problems) {
  provider.pk = integer_of(row, "pk", 0);
  provider.name = text_of(row, "name");
  provider.base_dn = text_of(row, "base_dn");
  provider.tls_server_name = text_of(row, "tls_server_name");
  provider.certificate = key_text(member(row, "certificate"));
  provider.uid_start = integer_of(row, "uid_start_number", provider.uid_start);
  provider.gid_start = integer_of(row, "gid_start_number", provider.gid_start);

  OwnSettings own(provider, problems);
  const json::value* attributes = member(row, "attributes");
  const json::object* all = attributes == nullptr ? nullptr : attributes->if_object();
  const json::value* settings = all == nullptr ? nullptr : member(*all, "postern");
  if (settings != nullptr && settings->is_object()) {
    own.read(settings->get_object());
  } else if (settings != nullptr && !settings->is_null()) {
    own.problem("");
  }
  if (!flag_of(row, "mfa_support", true)) provider.inline_code = InlineCode::off;
}

}  // namespace postern::core
