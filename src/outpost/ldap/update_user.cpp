#include "outpost/ldap/update_user.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "outpost/ldap/update_values.h"

namespace postern::outpost {
namespace {

using core::Object;
using core::Value;
using ldap::ResultCode;

constexpr std::int64_t kAccountDisabled = 2;  // of userAccountControl
constexpr std::int64_t kNormalAccount = 512;

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string number_text(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? std::to_string(value->get_int64()) : std::string();
}

bool flag(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// What an entry shows when nothing else was said: the last word is the surname by habit, but the
// directory shows the whole name, as authentik does.
std::string default_sn(std::string_view name, std::string_view username) {
  return std::string(name.empty() ? username : name);
}
std::string default_given_name(std::string_view name) {
  const std::size_t cut = name.rfind(' ');
  return cut == std::string_view::npos ? std::string() : std::string(name.substr(0, cut));
}

bool names_user(std::string_view key, std::string_view rdn) noexcept {
  return key == "uid" || key == "samaccountname" || key == rdn;
}
bool displays_user(std::string_view key, std::string_view rdn) noexcept {
  return key == "displayname" || key == "name" || (key == "cn" && rdn != "cn");
}

MaybeFault account_control(const EntryImage::Attribute& attribute, Object& fields) {
  std::int64_t number = 0;
  const std::string text = attribute.values.empty() ? "512" : attribute.values.front();
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
    return UpdateFault{ResultCode::invalidAttributeSyntax, "userAccountControl: invalid value"};
  }
  if ((number & ~(kAccountDisabled | kNormalAccount)) != 0) {
    return UpdateFault{ResultCode::unwillingToPerform,
                       "userAccountControl: only 512 and 514 (disabled) can be set"};
  }
  fields["is_active"] = (number & kAccountDisabled) == 0;
  return std::nullopt;
}

MaybeFault last_set(const EntryImage::Attribute& attribute, Object& fields) {
  const std::string text = attribute.values.empty() ? "" : attribute.values.front();
  if (text != "0" && text != "-1") {
    return UpdateFault{ResultCode::constraintViolation,
                       "pwdLastSet: only 0 (change at the next login) and -1 can be set"};
  }
  fields["password_must_change"] = text == "0";
  return std::nullopt;
}

MaybeFault truth_field(const EntryImage::Attribute& attribute, std::string_view field,
                       bool fallback, Object& fields) {
  if (attribute.values.empty()) {
    fields[field] = fallback;
    return std::nullopt;
  }
  const std::string& text = attribute.values.front();
  if (text != "TRUE" && text != "FALSE") {
    return UpdateFault{ResultCode::invalidAttributeSyntax, attribute.name + ": TRUE or FALSE"};
  }
  fields[field] = text == "TRUE";
  return std::nullopt;
}

// The naming attributes hold the username, alone.
MaybeFault check_username(const EntryImage::Attribute& attribute, std::string_view username,
                          bool in_rdn) {
  const bool same = attribute.values.size() == 1 &&
                    same_value(attribute.type, attribute.values.front(), username);
  if (same) return std::nullopt;
  return UpdateFault{in_rdn ? ResultCode::notAllowedOnRDN : ResultCode::constraintViolation,
                     attribute.name + ": is the user name; rename the entry instead"};
}

// The name, and what is kept of sn and givenName beside it.
void take_names(const EntryImage& image, const Object* stored, std::string_view username,
                Object& fields, boost::json::object& custom, std::string_view rdn) {
  std::string name = stored == nullptr ? std::string() : text_of(*stored, "name");
  bool displayed = false;
  for (const EntryImage::Attribute& attribute : image.all()) {
    if (!attribute.touched || !displays_user(attribute.lower, rdn)) continue;
    name = attribute.values.empty() ? std::string() : attribute.values.front();
    displayed = true;
  }
  const std::string sn(image.first("sn")), given(image.first("givenName"));
  if (stored == nullptr && !displayed) {
    name = given.empty() ? sn : sn.empty() ? given : given + " " + sn;
    displayed = true;
  }
  if (displayed) fields["name"] = name;
  const auto keep = [&](std::string_view attribute, const std::string& usual) {
    for (const EntryImage::Attribute& one : image.all()) {
      if (one.lower != attribute_key(attribute) || !one.touched) continue;
      const bool needless =
          one.values.empty() || (one.values.size() == 1 && one.values.front() == usual);
      EntryImage::Attribute kept = one;
      if (needless) kept.values.clear();
      store_custom(kept, custom);
    }
  };
  keep("sn", default_sn(name, username));
  keep("givenName", default_given_name(name));
}

}  // namespace

EntryImage user_image(const Object& stored, std::string_view rdn) {
  EntryImage image;
  const std::string username = text_of(stored, "username"), name = text_of(stored, "name");
  image.load(rdn, {username});
  image.load("uid", {username});
  image.load("sAMAccountName", {username});
  image.load("displayName", {name});
  image.load("name", {name});
  if (rdn != "cn") image.load("cn", {name.empty() ? username : name});
  image.load("sn", {default_sn(name, username)});
  image.load("givenName", {default_given_name(name)});
  image.load("mail", {text_of(stored, "email")});
  image.load("uidNumber", {number_text(stored, "uid_number")});
  image.load("gidNumber", {number_text(stored, "gid_number")});
  const bool active = flag(stored, "is_active");
  image.load("ak-active", {active ? "TRUE" : "FALSE"});
  image.load("userAccountControl", {active ? "512" : "514"});
  image.load("pwdReset", {flag(stored, "password_must_change") ? "TRUE" : ""});
  load_custom(stored.at("attributes").as_object(), image);
  return image;
}

MaybeFault check_attribute(std::string_view name, bool group, const boost::json::object& stored) {
  const std::string key = attribute_key(name);
  const ldap::AttributeType* type = ldap::find_attribute(without_binary(name));
  const auto is_one_of = [&key](const auto& list) {
    return std::find(list.begin(), list.end(), key) != list.end();
  };
  constexpr std::array<std::string_view, 2> kFlags{"pwdreset", "pwdaccountlockedtime"};
  if (is_one_of(kFlags) && !group) return std::nullopt;
  constexpr std::array<std::string_view, 9> kComputed{
      "memberof",    "distinguishedname", "objectguid", "objectsid",     "whencreated",
      "whenchanged", "samaccounttype",    "grouptype",  "primarygroupid"};
  constexpr std::array<std::string_view, 3> kMembers{"member", "uniquemember", "memberuid"};
  const bool computed =
      is_one_of(kComputed) || (!group && key == "ak-superuser") || (!group && is_one_of(kMembers));
  if (computed || (type != nullptr && (type->no_user_modification || type->operational))) {
    return UpdateFault{ResultCode::constraintViolation,
                       std::string(name) + ": no user modification allowed"};
  }
  if (is_secret_name(key)) {
    return UpdateFault{ResultCode::unwillingToPerform,
                       std::string(name) + ": is not kept in the directory"};
  }
  if (type == nullptr && json_key(stored, key).empty()) {
    return UpdateFault{ResultCode::undefinedAttributeType,
                       std::string(name) + ": attribute type undefined"};
  }
  return std::nullopt;
}

MaybeFault user_fields(const EntryImage& image, const Object* stored, std::string_view username,
                       std::string_view rdn, Object& fields) {
  const auto take = [&](const EntryImage::Attribute& attribute,
                        boost::json::object& custom) -> MaybeFault {
    const std::string_view key = attribute.lower;
    if (names_user(key, rdn)) return check_username(attribute, username, key == rdn);
    const bool later = displays_user(key, rdn) || key == "sn" || key == "givenname";
    if (later || key == "objectclass") return std::nullopt;
    if (key == "mail") {
      fields["email"] = attribute.values.empty() ? std::string() : attribute.values.front();
      EntryImage::Attribute kept = attribute;
      if (kept.values.size() < 2) kept.values.clear();
      return store_custom(kept, custom);
    }
    if (key == "uidnumber") return number_field(attribute, "uid_number", fields);
    if (key == "gidnumber") return number_field(attribute, "gid_number", fields);
    if (key == "ak-active") return truth_field(attribute, "is_active", true, fields);
    if (key == "useraccountcontrol") return account_control(attribute, fields);
    if (key == "pwdreset") return truth_field(attribute, "password_must_change", false, fields);
    if (key == "pwdlastset") return last_set(attribute, fields);
    return store_custom(attribute, custom);
  };
  return take_touched(image, stored, fields, take, [&](boost::json::object& custom) {
    take_names(image, stored, username, fields, custom, rdn);
  });
}

}  // namespace postern::outpost
