#include "app/import/entry.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "app/import/imported_password.h"
#include "core/ascii.h"
#include "core/model/time_text.h"
#include "core/uuid.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/string_prep.h"

namespace postern::app {
namespace {

using std::string_view;

template <std::size_t N>
bool any_of(const std::array<string_view, N>& list, string_view name) {
  return std::ranges::find(list, name) != list.end();
}

constexpr std::array<string_view, 6> kGroupClasses{"groupofnames",   "groupofuniquenames",
                                                   "groupofmembers", "posixgroup",
                                                   "group",          "univentiongroup"};
constexpr std::array<string_view, 7> kUserClasses{
    "inetorgperson", "person", "organizationalperson", "posixaccount",
    "account",       "user",   "simplesecurityobject"};
constexpr std::array<string_view, 7> kContainerClasses{
    "organizationalunit", "domain",    "dcobject", "organization",
    "nscontainer",        "container", "country"};

// Kept by the server itself, or by fields of their own.
constexpr std::array<string_view, 24> kNotAttributes{"objectclass",
                                                     "changetype",
                                                     "memberof",
                                                     "entryuuid",
                                                     "entrydn",
                                                     "entrycsn",
                                                     "contextcsn",
                                                     "createtimestamp",
                                                     "modifytimestamp",
                                                     "creatorsname",
                                                     "modifiersname",
                                                     "structuralobjectclass",
                                                     "subschemasubentry",
                                                     "hassubordinates",
                                                     "numsubordinates",
                                                     "authtimestamp",
                                                     "userpassword",
                                                     "member",
                                                     "uniquemember",
                                                     "memberuid",
                                                     "uidnumber",
                                                     "gidnumber",
                                                     "uid",
                                                     "cn"};

std::string_view first(const LdifRecord& record, string_view name) {
  for (const auto& value : record.values) {
    if (value.first == name) return value.second;
  }
  return {};
}

std::int64_t number(string_view text) {
  std::int64_t out = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool fits = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  return fits && out > 0 && out <= 0xffffffffLL ? out : 0;
}

// GeneralizedTime of operational attributes: YYYYMMDDHHMMSS[.f]Z.
std::optional<core::WallMs> generalized_time(string_view text) {
  if (text.size() < 15 || text.back() != 'Z') return std::nullopt;
  std::string rfc;
  rfc.append(text.substr(0, 4)).append("-").append(text.substr(4, 2)).append("-");
  rfc.append(text.substr(6, 2)).append("T").append(text.substr(8, 2)).append(":");
  rfc.append(text.substr(10, 2)).append(":").append(text.substr(12, 2)).append("Z");
  return core::parse_time(rfc);
}

bool printable(string_view value) {
  return value.find('\0') == string_view::npos && ldap::is_utf8(value);
}

// One value stays text, several become a list.
void add_attribute(core::Object& attributes, const std::string& name, const std::string& value) {
  auto* found = attributes.if_contains(name);
  if (found == nullptr) {
    attributes[name] = value;
  } else if (found->is_array()) {
    found->get_array().emplace_back(value);
  } else {
    boost::json::array both{*found};
    both.emplace_back(value);
    *found = std::move(both);
  }
}

ImportEntry::Kind kind_of(const LdifRecord& record) {
  bool user = false;
  bool group = false;
  bool container = false;
  for (const auto& value : record.values) {
    if (value.first != "objectclass") continue;
    const std::string name = core::ascii_lowered(value.second);
    user = user || any_of(kUserClasses, name);
    group = group || any_of(kGroupClasses, name);
    container = container || any_of(kContainerClasses, name);
  }
  if (user) return ImportEntry::Kind::user;
  if (group) return ImportEntry::Kind::group;
  return container ? ImportEntry::Kind::container : ImportEntry::Kind::nothing;
}

void take_common(const LdifRecord& record, ImportEntry& entry, core::Object& attributes) {
  for (const auto& value : record.values) {
    if (any_of(kNotAttributes, value.first) || value.first.starts_with("pwd")) continue;
    if (value.first == "mail" || value.first == "displayname") continue;
    if (!printable(value.second)) {
      entry.notes.push_back(value.first + " holds binary data and was left out");
      continue;
    }
    add_attribute(attributes, value.first, value.second);
  }
}

void take_user(const LdifRecord& record, ImportEntry& entry, core::Random& random) {
  core::Object attributes;
  take_common(record, entry, attributes);
  const string_view display = first(record, "displayname");
  const string_view common = first(record, "cn");
  entry.name = first(record, "uid");
  if (entry.name.empty()) entry.name = first(record, "samaccountname");
  if (entry.name.empty()) entry.name = common;
  entry.fields["username"] = entry.name;
  entry.fields["name"] = std::string(!display.empty() ? display : common);
  if (const string_view mail = first(record, "mail"); !mail.empty()) entry.fields["email"] = mail;
  bool more_mail = false;
  for (const auto& value : record.values) {
    if (value.first == "mail") {
      if (more_mail) add_attribute(attributes, "otherMailbox", value.second);
      more_mail = true;
    }
    if (value.first == "pwdaccountlockedtime") entry.fields["is_active"] = false;
  }
  attributes.erase("samaccountname");
  if (const string_view password = first(record, "userpassword"); !password.empty()) {
    take_password(password, random, entry);
  }
  if (const auto joined = generalized_time(first(record, "createtimestamp"))) {
    entry.fields["date_joined"] = *joined;
  }
  entry.fields["attributes"] = std::move(attributes);
}

void take_group(const LdifRecord& record, ImportEntry& entry) {
  core::Object attributes;
  take_common(record, entry, attributes);
  entry.name = first(record, "cn");
  entry.fields["name"] = entry.name;
  std::string normal;
  for (const auto& value : record.values) {
    if (value.first == "member" || value.first == "uniquemember") {
      if (ldap::normalise_dn(value.second, normal)) {
        entry.member_dns.push_back(normal);
      } else {
        entry.notes.push_back("a member is no DN and was left out");
      }
    }
    if (value.first == "memberuid") entry.member_names.push_back(value.second);
  }
  entry.fields["attributes"] = std::move(attributes);
}

// As people, programs and PostgreSQL write it.
bool says_yes(string_view text) {
  return text == "true" || text == "t" || text == "1" || text == "yes" || text == "y";
}

}  // namespace

ImportEntry entry_from_ldif(const LdifRecord& record, core::Random& random) {
  ImportEntry entry;
  entry.line = record.line;
  entry.kind = kind_of(record);
  if (!ldap::normalise_dn(record.dn, entry.dn)) {
    entry.notes.push_back("its dn is malformed; memberships that name it are lost");
  }
  if (entry.kind == ImportEntry::Kind::user) take_user(record, entry, random);
  if (entry.kind == ImportEntry::Kind::group) take_group(record, entry);
  entry.uid_number = number(first(record, "uidnumber"));
  entry.gid_number = number(first(record, "gidnumber"));
  if (const string_view uuid = first(record, "entryuuid"); core::is_uuid(uuid)) {
    entry.fields[entry.kind == ImportEntry::Kind::group ? "pk" : "uuid"] =
        core::ascii_lowered(uuid);
  }
  return entry;
}

ImportEntry entry_from_csv(const std::vector<std::string>& header,
                           const std::vector<std::string>& cells, std::uint64_t line,
                           core::Random& random) {
  ImportEntry entry;
  entry.kind = ImportEntry::Kind::user;
  entry.line = line;
  core::Object attributes;
  for (std::size_t i = 0; i < header.size() && i < cells.size(); ++i) {
    const std::string& name = header[i];
    const std::string& value = cells[i];
    if (value.empty()) continue;
    const std::string key = core::ascii_lowered(name);
    if (key == "username" || key == "uid") {
      entry.name = value;
    } else if (key == "name" || key == "displayname") {
      entry.fields["name"] = value;
    } else if (key == "email" || key == "mail") {
      entry.fields["email"] = value;
    } else if (key == "type") {
      entry.fields["type"] = value;
    } else if (key == "is_active" || key == "active") {
      entry.fields["is_active"] = says_yes(core::ascii_lowered(value));
    } else if (key == "password" || key == "userpassword") {
      take_password(value, random, entry);
    } else if (key == "uidnumber") {
      entry.uid_number = number(value);
    } else if (key == "gidnumber") {
      entry.gid_number = number(value);
    } else if (key == "groups") {
      std::string_view rest = value;
      while (!rest.empty()) {
        const std::size_t end = rest.find_first_of("|;");
        const std::string_view one = rest.substr(0, end);
        if (!one.empty()) entry.group_names.emplace_back(one);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      }
    } else {
      add_attribute(attributes, name, value);
    }
  }
  entry.fields["username"] = entry.name;
  entry.fields["attributes"] = std::move(attributes);
  return entry;
}

}  // namespace postern::app
