#include "directory/attributes.h"

#include <algorithm>
#include <initializer_list>

#include "core/log.h"
#include "directory/directory.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

AttributeId require(std::string_view name) {
  const ldap::AttributeType* type = ldap::find_attribute(name);
  if (type == nullptr) throw DirectoryError("the schema lacks " + std::string(name));
  return type->id;
}

Known find_known() {
  return {.objectClass = require("objectClass"),
          .cn = require("cn"),
          .sAMAccountName = require("sAMAccountName"),
          .uid = require("uid"),
          .name = require("name"),
          .displayName = require("displayName"),
          .sn = require("sn"),
          .givenName = require("givenName"),
          .mail = require("mail"),
          .memberOf = require("memberOf"),
          .uidNumber = require("uidNumber"),
          .gidNumber = require("gidNumber"),
          .homeDirectory = require("homeDirectory"),
          .loginShell = require("loginShell"),
          .active = require("ak-active"),
          .superuser = require("ak-superuser"),
          .member = require("member"),
          .uniqueMember = require("uniqueMember"),
          .memberUid = require("memberUid"),
          .ou = require("ou"),
          .dc = require("dc"),
          .o = require("o"),
          .distinguishedName = require("distinguishedName"),
          .entryUUID = require("entryUUID"),
          .entryDN = require("entryDN"),
          .createTimestamp = require("createTimestamp"),
          .modifyTimestamp = require("modifyTimestamp"),
          .creatorsName = require("creatorsName"),
          .modifiersName = require("modifiersName"),
          .structuralObjectClass = require("structuralObjectClass"),
          .subschemaSubentry = require("subschemaSubentry"),
          .hasSubordinates = require("hasSubordinates"),
          .userPassword = require("userPassword"),
          .entryUSN = require("entryUSN"),
          .objectGUID = require("objectGUID"),
          .userAccountControl = require("userAccountControl"),
          .pwdLastSet = require("pwdLastSet"),
          .shadowLastChange = require("shadowLastChange"),
          .shadowExpire = require("shadowExpire")};
}

// One bit per schema id, computed once.
class IdSet {
 public:
  explicit IdSet(std::initializer_list<AttributeId> ids) : bits_(ldap::attribute_count(), false) {
    for (const AttributeId id : ids) bits_[id] = true;
  }
  bool has(AttributeId id) const noexcept { return id < bits_.size() && bits_[id]; }

 private:
  std::vector<bool> bits_;
};

}  // namespace

const Known& known() {
  static const Known all = find_known();
  return all;
}

ldap::CustomKind custom_kind_of(AttributeId id) noexcept {
  if (id < kFirstTyped) return ldap::CustomKind::string;
  return static_cast<ldap::CustomKind>(1 + (id - kFirstTyped) / kTypedRange);
}

namespace {

AttributeInfo custom_info(ldap::CustomKind kind) noexcept {
  switch (kind) {
    case ldap::CustomKind::string:
      break;
    case ldap::CustomKind::integer:
      return {.equality = ldap::Rule::integer,
              .ordering = ldap::Rule::integer,
              .syntax = "1.3.6.1.4.1.1466.115.121.1.27"};
    case ldap::CustomKind::boolean:
      return {.equality = ldap::Rule::boolean, .syntax = "1.3.6.1.4.1.1466.115.121.1.7"};
    case ldap::CustomKind::binary:
      return {.equality = ldap::Rule::octetString,
              .ordering = ldap::Rule::octetString,
              .syntax = "1.3.6.1.4.1.1466.115.121.1.40"};
    case ldap::CustomKind::timestamp:
      return {.equality = ldap::Rule::generalizedTime,
              .ordering = ldap::Rule::generalizedTime,
              .syntax = "1.3.6.1.4.1.1466.115.121.1.24"};
    case ldap::CustomKind::dn:
      return {.equality = ldap::Rule::distinguishedName, .syntax = "1.3.6.1.4.1.1466.115.121.1.12"};
  }
  return {.equality = ldap::Rule::caseIgnore,
          .ordering = ldap::Rule::caseIgnore,
          .substrings = ldap::Rule::caseIgnore};
}

}  // namespace

AttributeInfo info_of(AttributeId id) noexcept {
  if (id >= kFirstCustom) return custom_info(custom_kind_of(id));
  const ldap::AttributeType& type = ldap::attribute(id);
  return {.equality = type.equality,
          .ordering = type.ordering,
          .substrings = type.substrings,
          .syntax = type.syntax,
          .operational = type.operational};
}

bool is_indexed(AttributeId id) noexcept {
  static const IdSet without({known().objectClass, known().structuralObjectClass,
                              known().creatorsName, known().modifiersName,
                              known().subschemaSubentry, known().hasSubordinates,
                              known().createTimestamp, known().modifyTimestamp, known().active,
                              known().loginShell, known().homeDirectory, known().entryUSN});
  return !without.has(id) && info_of(id).equality != ldap::Rule::none;
}

bool is_universal(AttributeId id) noexcept {
  static const IdSet universal({known().objectClass,
                                known().cn,
                                known().sAMAccountName,
                                known().uid,
                                known().name,
                                known().displayName,
                                known().sn,
                                known().uidNumber,
                                known().gidNumber,
                                known().homeDirectory,
                                known().loginShell,
                                known().active,
                                known().superuser,
                                known().entryUUID,
                                known().entryDN,
                                known().createTimestamp,
                                known().modifyTimestamp,
                                known().creatorsName,
                                known().modifiersName,
                                known().structuralObjectClass,
                                known().subschemaSubentry,
                                known().hasSubordinates,
                                known().memberOf,
                                known().member,
                                known().uniqueMember,
                                known().memberUid});
  return universal.has(id);
}

bool has_trigrams(AttributeId id) noexcept {
  static const IdSet names({known().cn, known().uid, known().mail, known().displayName, known().sn,
                            known().givenName, known().name, known().sAMAccountName});
  return names.has(id);
}

bool is_member_like(AttributeId id) noexcept {
  return id == known().member || id == known().uniqueMember;
}

std::shared_ptr<const Dictionary> Dictionary::load(MDB_txn* txn, MDB_dbi attributes,
                                                   const std::vector<CustomType>& declared) {
  auto dictionary = std::make_shared<Dictionary>();
  std::vector<ldap::CustomAttribute> published;
  const Cursor cursor(txn, attributes);
  MDB_val key{}, value{};
  for (int rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_FIRST); rc == MDB_SUCCESS;
       rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_NEXT)) {
    AttributeId id = 0;
    std::memcpy(&id, value.mv_data, sizeof id);
    const std::string_view lower = from_val(key);
    const std::string_view name = from_val(value).substr(sizeof id);
    dictionary->ids_.emplace(lower, id);
    if (lower.find('_') != std::string_view::npos || lower.size() > ldap::kMaxCustomName ||
        published.size() == ldap::kMaxCustomAttributes) {
      continue;
    }
    const auto same = [lower](const CustomType& type) {
      return ldap::ascii_lowered(type.name) == lower;
    };
    const auto own = std::find_if(declared.begin(), declared.end(), same);
    published.push_back({.name = std::string(name),
                         .kind = custom_kind_of(id),
                         .multi_valued = own == declared.end() || own->multi_valued});
  }
  auto schema = ldap::SchemaExtension::make(published);
  if (!schema.ok()) log::warning("directory.unpublished_types", {{"cause", schema.error().what}});
  dictionary->schema_ = std::make_shared<const ldap::SchemaExtension>(
      schema.ok() ? std::move(schema.value()) : ldap::SchemaExtension());
  return dictionary;
}

AttributeId Dictionary::find(std::string_view lower) const noexcept {
  const auto found = ids_.find(lower);
  return found == ids_.end() ? kNoAttribute : found->second;
}

AttributeId intern_attribute(MDB_txn* txn, MDB_dbi attributes, std::string_view name,
                             ldap::CustomKind kind) {
  const std::string lower = ldap::ascii_lowered(name);
  AttributeId id = 0;
  if (const auto value = get(txn, attributes, lower)) {
    std::memcpy(&id, value->data(), sizeof id);
    return id;
  }
  MDB_stat stat{};
  check(mdb_stat(txn, attributes, &stat), "mdb_stat");
  const bool typed = kind != ldap::CustomKind::string;
  const std::size_t range = typed ? kTypedRange : std::size_t{kFirstTyped} - kFirstCustom;
  if (stat.ms_entries >= range) return kNoAttribute;
  const std::size_t first =
      typed ? kFirstTyped + (static_cast<std::size_t>(kind) - 1) * kTypedRange : kFirstCustom;
  id = static_cast<AttributeId>(first + stat.ms_entries);
  // The value is the id and the name as it was first spelt.
  std::string value(reinterpret_cast<const char*>(&id), sizeof id);
  put(txn, attributes, lower, value.append(name));
  return id;
}

}  // namespace postern::directory
