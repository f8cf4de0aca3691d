#include "directory/template.h"

#include <algorithm>
#include <array>

#include "core/credentials/digest.h"
#include "core/hex.h"
#include "directory/values.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

using Values = std::vector<std::string>;

constexpr std::string_view kAttribute = "attributes.";
constexpr std::array<std::string_view, 20> kUserFields{"username",
                                                       "name",
                                                       "first_name",
                                                       "last_name",
                                                       "email",
                                                       "uuid",
                                                       "guid",
                                                       "pk",
                                                       "uid_number",
                                                       "gid_number",
                                                       "active",
                                                       "superuser",
                                                       "account_control",
                                                       "hash",
                                                       "domain",
                                                       "created",
                                                       "expires",
                                                       "password_changed",
                                                       "password_filetime",
                                                       "password_days"};
constexpr std::array<std::string_view, 8> kGroupFields{
    "name", "uuid", "guid", "pk", "gid_number", "superuser", "domain", "created"};

bool is_field(std::string_view name, bool of_groups) {
  if (name.substr(0, kAttribute.size()) == kAttribute) return name.size() > kAttribute.size();
  if (of_groups) {
    return std::find(kGroupFields.begin(), kGroupFields.end(), name) != kGroupFields.end();
  }
  return name == "expires_days" ||
         std::find(kUserFields.begin(), kUserFields.end(), name) != kUserFields.end();
}

std::string truth(bool value) { return value ? "TRUE" : "FALSE"; }

std::string time_of(core::WallMs when) {
  return when <= 0 ? std::string() : generalized_time(static_cast<std::uint32_t>(when / 1000));
}
std::string days_of(core::WallMs when) {
  return when <= 0 ? std::string() : std::to_string(when / 86'400'000);
}

void user_value(const Facts& facts, std::string_view field, std::string& out) {
  const core::StoredUser& user = *facts.user;
  if (field == "username") {
    out = user.username;
  } else if (field == "name") {
    out = user.name;
  } else if (field == "first_name") {
    out = first_names(user.name);
  } else if (field == "last_name") {
    out = last_name(user.name);
  } else if (field == "email") {
    out = user.email;
  } else if (field == "pk") {
    out = std::to_string(user.pk);
  } else if (field == "uid_number") {
    out = std::to_string(user.uid_number + facts.uid_offset);
  } else if (field == "gid_number") {
    out = std::to_string(user.gid_number + facts.gid_offset);
  } else if (field == "active") {
    out = truth(user.is_active);
  } else if (field == "account_control") {
    out = user.is_active ? "512" : "514";
  } else if (field == "hash") {
    const auto hash = core::sha256(std::to_string(user.pk) + "-" + std::string(facts.install_id));
    out = core::to_hex(core::as_text(hash));
  } else if (field == "created") {
    out = time_of(user.created);
  } else if (field == "password_changed") {
    out = time_of(user.password_changed);
  } else if (field == "password_days") {
    out = days_of(user.password_changed);
  } else if (field == "password_filetime") {
    if (user.password_changed > 0) {
      out = filetime(static_cast<std::uint32_t>(user.password_changed / 1000));
    }
  } else if (field == "expires") {
    out = time_of(user.not_after);
  } else if (field == "expires_days") {
    out = days_of(user.not_after);
  }
}

void group_value(const Facts& facts, std::string_view field, std::string& out) {
  const core::StoredGroup& group = *facts.group;
  if (field == "name") {
    out = group.name;
  } else if (field == "pk") {
    out = std::to_string(group.num_pk);
  } else if (field == "gid_number") {
    out = std::to_string(group.gid_number + facts.gid_offset);
  } else if (field == "created") {
    out = time_of(group.created);
  }
}

void attribute_values(const Facts& facts, std::string_view key, Values& out) {
  const auto& all = facts.user != nullptr ? facts.user->attributes : facts.group->attributes;
  const auto* value = is_private(key) ? nullptr : all.if_contains(key);
  if (value == nullptr) return;
  const std::string* username = facts.user != nullptr ? &facts.user->username : nullptr;
  append_values(*value, username, out);
}

}  // namespace

void Template::values_of(const Facts& facts, std::string_view field, Values& out) {
  out.clear();
  if (field.substr(0, kAttribute.size()) == kAttribute) {
    return attribute_values(facts, field.substr(kAttribute.size()), out);
  }
  std::string value;
  const std::string& uuid = facts.user != nullptr ? facts.user->uuid : facts.group->uuid;
  if (field == "uuid") {
    value = uuid;
  } else if (field == "guid") {
    guid_octets(uuid, value);
  } else if (field == "superuser") {
    value = truth(facts.superuser);
  } else if (field == "domain") {
    value = facts.domain;
  } else if (facts.user != nullptr) {
    user_value(facts, field, value);
  } else {
    group_value(facts, field, value);
  }
  if (!value.empty()) out.push_back(std::move(value));
}

void Template::apply(Filter filter, std::string& value) {
  std::string out;
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    if (filter == Filter::ascii && (octet & 0xc0U) == 0x80U) continue;  // inside a character
    if (filter == Filter::ascii && octet >= 0x80U) {
      out += '?';
    } else if (filter == Filter::upper && c >= 'a' && c <= 'z') {
      out += static_cast<char>(c - 'a' + 'A');
    } else {
      out += filter == Filter::lower ? ldap::ascii_lower(c) : c;
    }
  }
  value = std::move(out);
}

std::optional<Template> Template::parse(std::string_view text, bool of_groups, std::string& error) {
  Template made;
  made.text_ = text;
  Piece piece;
  while (!text.empty()) {
    const std::size_t percent = text.find('%');
    piece.literal.append(text.substr(0, percent));
    if (percent == std::string_view::npos) break;
    text.remove_prefix(percent + 1);
    if (!text.empty() && text.front() == '%') {
      piece.literal += '%';
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find(")s");
    if (text.empty() || text.front() != '(' || end == std::string_view::npos) {
      error = "a field is written %(name)s, and a percent sign %%";
      return std::nullopt;
    }
    std::string_view inside = text.substr(1, end - 1);
    text.remove_prefix(end + 2);
    if (const std::size_t bar = inside.find('|'); bar != std::string_view::npos) {
      const std::string_view filter = inside.substr(bar + 1);
      piece.filter = filter == "lower"   ? Filter::lower
                     : filter == "upper" ? Filter::upper
                     : filter == "ascii" ? Filter::ascii
                                         : Filter::none;
      if (piece.filter == Filter::none) {
        error = "unknown filter " + std::string(filter) + "; there are lower, upper and ascii";
        return std::nullopt;
      }
      inside = inside.substr(0, bar);
    }
    while (true) {
      const std::size_t comma = inside.find(',');
      const std::string_view field = inside.substr(0, comma);
      if (!is_field(field, of_groups)) {
        error =
            std::string(of_groups ? "groups" : "users") + " have no field " + std::string(field);
        return std::nullopt;
      }
      made.uses_domain_ = made.uses_domain_ || field == "domain";
      piece.fields.emplace_back(field);
      if (comma == std::string_view::npos) break;
      inside.remove_prefix(comma + 1);
    }
    made.pieces_.push_back(std::move(piece));
    piece = {};
  }
  if (!piece.literal.empty()) made.pieces_.push_back(std::move(piece));
  if (made.pieces_.empty()) {
    error = "is empty";
    return std::nullopt;
  }
  return made;
}

void Template::render(const Facts& facts, Values& out) const {
  const bool list = pieces_.size() == 1 && pieces_[0].literal.empty();
  std::string whole;
  bool any_field = false, any_value = false;
  Values values;
  for (const Piece& piece : pieces_) {
    whole += piece.literal;
    values.clear();
    for (const std::string& field : piece.fields) {
      any_field = true;
      values_of(facts, field, values);
      if (!values.empty()) break;
    }
    for (std::string& value : values) apply(piece.filter, value);
    if (list && !piece.fields.empty()) {
      for (std::string& value : values) {
        if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(std::move(value));
      }
      return;
    }
    if (values.empty()) continue;
    any_value = true;
    whole += values.front();
  }
  if (any_field && !any_value) return;
  if (!whole.empty() && std::find(out.begin(), out.end(), whole) == out.end()) {
    out.push_back(std::move(whole));
  }
}

}  // namespace postern::directory
