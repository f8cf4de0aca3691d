#include "directory/compose.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <ctime>

#include "protocols/ldap/dn.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

constexpr std::size_t kMaxName = 2048;  // a DN must stay below ldap::kMaxDnOctets, escapes included
constexpr std::size_t kMaxTypeName = 128;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ldap::ascii_lower(c);
  return out;
}

std::string_view truth(bool value) { return value ? "TRUE" : "FALSE"; }

// First word(s) and last word of a display name.
std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}
std::string_view given_name(std::string_view name) {
  const auto cut = name.rfind(' ');
  return cut == std::string_view::npos ? std::string_view{} : trimmed(name.substr(0, cut));
}

// Settings and secrets are not attributes.
bool is_private(std::string_view key) {
  const std::string folded = lower(key);
  const auto starts = [&folded](std::string_view prefix) { return folded.rfind(prefix, 0) == 0; };
  const auto holds = [&folded](std::string_view part) {
    return folded.find(part) != std::string::npos;
  };
  constexpr std::array<std::string_view, 7> kSecrets{"unicodepwd",      "dbcspwd",
                                                     "ntpwdhistory",    "lmpwdhistory",
                                                     "krbprincipalkey", "supplementalcredentials",
                                                     "sambapwdhistory"};
  return starts("goauthentik.io/") || starts("postern:") || starts("postern.") ||
         holds("password") || holds("passwd") ||
         std::find(kSecrets.begin(), kSecrets.end(), folded) != kSecrets.end();
}

// A keystring (RFC 4512 1.4), and the underscore that people use.
std::string type_name(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '.') continue;
    out += c == '/' ? '-' : c;
  }
  const auto alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto good = [&alpha](char c) {
    return alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const bool valid = !out.empty() && out.size() <= kMaxTypeName && alpha(out[0]) &&
                     std::all_of(out.begin(), out.end(), good);
  return valid ? out : std::string();
}

bool is_fixed(AttributeId id) {
  const Known& k = known();
  const std::array fixed{k.objectClass, k.cn,           k.uid,       k.memberOf,
                         k.member,      k.uniqueMember, k.memberUid, k.distinguishedName,
                         k.userPassword};
  return std::find(fixed.begin(), fixed.end(), id) != fixed.end() || info_of(id).operational;
}

std::string with_username(std::string_view text, const std::string& username) {
  std::string out;
  for (std::size_t at = 0;;) {
    const auto found = text.find("%s", at);
    out.append(text.substr(at, found - at));
    if (found == std::string_view::npos) return out;
    out.append(username);
    at = found + 2;
  }
}

std::uint32_t in_seconds(core::WallMs when) {
  return static_cast<std::uint32_t>(std::clamp<core::WallMs>(when / 1000, 0, 0xffffffffLL));
}

std::string plain_double(double number) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.15g", number);
  return {text.data(), static_cast<std::size_t>(size)};
}

void append_scalar(const boost::json::value& value, const std::string* username,
                   std::vector<std::string>& out) {
  std::string text;
  if (value.is_string()) {
    text = username != nullptr ? with_username(value.get_string(), *username)
                               : std::string(value.get_string());
  } else if (value.is_bool()) {
    text = truth(value.get_bool());
  } else if (value.is_int64()) {
    text = std::to_string(value.get_int64());
  } else if (value.is_uint64()) {
    text = std::to_string(value.get_uint64());
  } else if (value.is_double()) {
    text = plain_double(value.get_double());
  }
  // An attribute is a set: equal octets once.
  if (!text.empty() && std::find(out.begin(), out.end(), text) == out.end()) {
    out.push_back(std::move(text));
  }
}

}  // namespace

std::string generalized_time(std::uint32_t seconds) {
  const std::time_t when = seconds;
  std::tm utc{};
  gmtime_r(&when, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%d%H%M%SZ", &utc);
  return {text.data(), size};
}

void Composer::start() {
  attributes_.clear();
  operational_.clear();
  inactive_ = false;
}

void Composer::set(AttributeId id, std::vector<std::string> values) {
  values.erase(std::remove(values.begin(), values.end(), std::string()), values.end());
  if (values.empty()) return;
  auto& list = info_of(id).operational ? operational_ : attributes_;
  list.push_back({id, std::string(ldap::attribute(id).name), std::move(values)});
}

void Composer::set_operational(const std::string& uuid, core::WallMs created,
                               core::WallMs updated) {
  set(known().entryUUID, {lower(uuid)});
  created_ = in_seconds(created);
  updated_ = in_seconds(updated);
}

std::optional<Composer::Attribute> Composer::custom(std::string_view key,
                                                    const boost::json::value& value,
                                                    const std::string* username) {
  if (is_private(key)) return std::nullopt;
  Attribute out;
  out.type = type_name(key);
  if (out.type.empty() || is_private(out.type)) return std::nullopt;
  if (value.is_array()) {
    for (const auto& item : value.get_array()) append_scalar(item, username, out.values);
  } else {
    append_scalar(value, username, out.values);
  }
  if (const ldap::AttributeType* type = ldap::find_attribute(out.type)) {
    if (is_fixed(type->id)) return std::nullopt;
    out.id = type->id;
    out.type = type->name;
    if (type->single_value && out.values.size() > 1) out.values.resize(1);
  } else if (!out.values.empty()) {
    out.id = intern_(lower(out.type));
    if (out.id == kNoAttribute) return std::nullopt;
  }
  return out;
}

void Composer::set_custom(const boost::json::object& attributes, const std::string* username) {
  for (const auto& item : attributes) {
    auto made = custom(item.key(), item.value(), username);
    if (!made || made->values.empty()) continue;
    const auto same = [&made](const Attribute& other) { return other.id == made->id; };
    const auto found = std::find_if(attributes_.begin(), attributes_.end(), same);
    if (found != attributes_.end()) {
      *found = std::move(*made);
    } else {
      attributes_.push_back(std::move(*made));
    }
  }
}

std::string_view Composer::build(EntryKind kind, EntryId id, bool superuser, std::string_view name,
                                 const Closure& closure) {
  builder_.begin(kind, id, superuser, name, "cn=" + ldap::escape_rdn_value(name));
  builder_.stamp(created_, updated_);
  builder_.set_inactive(inactive_);
  std::vector<std::string_view> values;
  const auto add = [&](const Attribute& attribute) {
    values.assign(attribute.values.begin(), attribute.values.end());
    builder_.add(attribute.id, attribute.type, values);
  };
  for (const Attribute& attribute : attributes_) add(attribute);
  builder_.add_ids(kDirectGroups, closure.direct);
  builder_.add_ids(kNestedGroups, closure.nested);
  for (const Attribute& attribute : operational_) add(attribute);
  return builder_.finish();
}

std::string_view Composer::user(const core::StoredUser& user, const Closure& closure) {
  const EntryId id = user_entry(user.pk);
  if (id == 0 || user.username.empty() || user.username.size() > kMaxName) return {};
  const Known& k = known();
  const std::string name(trimmed(user.name));
  start();
  inactive_ = !user.is_active;
  set(k.cn, {user.username});
  set(k.sAMAccountName, {user.username});
  set(k.uid, {user.username});
  set(k.name, {name});
  set(k.displayName, {name});
  set(k.sn, {name.empty() ? user.username : name});  // person demands one
  set(k.givenName, {std::string(given_name(name))});
  set(k.mail, {user.email});
  set(k.uidNumber, {std::to_string(user.uid_number)});
  set(k.gidNumber, {std::to_string(user.gid_number)});
  set(k.homeDirectory, {"/home/" + user.username});
  set(k.loginShell, {"/bin/bash"});
  set(k.active, {std::string(truth(user.is_active))});
  set(k.superuser, {std::string(truth(closure.superuser))});
  set_custom(user.attributes, &user.username);
  set_operational(user.uuid, user.created, user.updated);
  return build(EntryKind::user, id, false, user.username, closure);
}

std::string_view Composer::group(const core::StoredGroup& group, const Closure& closure) {
  const EntryId id = group_entry(group.num_pk);
  if (id == 0 || group.name.empty() || group.name.size() > kMaxName) return {};
  const Known& k = known();
  start();
  set(k.cn, {group.name});
  set(k.sAMAccountName, {group.name});
  set(k.uid, {lower(group.uuid)});
  set(k.gidNumber, {std::to_string(group.gid_number)});
  set(k.superuser, {std::string(truth(group.is_superuser))});
  set_custom(group.attributes, nullptr);
  set_operational(group.uuid, group.created, group.updated);
  return build(EntryKind::group, id, group.is_superuser, group.name, closure);
}

}  // namespace postern::directory
