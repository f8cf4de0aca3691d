#include "directory/attributes.h"

#include <algorithm>
#include <initializer_list>

#include "directory/directory.h"

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
          .userPassword = require("userPassword")};
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

AttributeInfo info_of(AttributeId id) noexcept {
  if (id >= kFirstCustom) {
    return {.equality = ldap::Rule::caseIgnore,
            .ordering = ldap::Rule::caseIgnore,
            .substrings = ldap::Rule::caseIgnore,
            .syntax = "1.3.6.1.4.1.1466.115.121.1.15"};
  }
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
                              known().loginShell, known().homeDirectory});
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

std::shared_ptr<const Dictionary> Dictionary::load(MDB_txn* txn, MDB_dbi attributes) {
  auto dictionary = std::make_shared<Dictionary>();
  const Cursor cursor(txn, attributes);
  MDB_val key{}, value{};
  for (int rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_FIRST); rc == MDB_SUCCESS;
       rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_NEXT)) {
    AttributeId id = 0;
    std::memcpy(&id, value.mv_data, sizeof id);
    dictionary->ids_.emplace(from_val(key), id);
  }
  return dictionary;
}

AttributeId Dictionary::find(std::string_view lower) const noexcept {
  const auto found = ids_.find(lower);
  return found == ids_.end() ? kNoAttribute : found->second;
}

AttributeId intern_attribute(MDB_txn* txn, MDB_dbi attributes, std::string_view lower) {
  AttributeId id = 0;
  if (const auto value = get(txn, attributes, lower)) {
    std::memcpy(&id, value->data(), sizeof id);
    return id;
  }
  MDB_stat stat{};
  check(mdb_stat(txn, attributes, &stat), "mdb_stat");
  if (stat.ms_entries >= std::size_t{kNoAttribute} - kFirstCustom) return kNoAttribute;
  id = static_cast<AttributeId>(kFirstCustom + stat.ms_entries);
  put(txn, attributes, lower, {reinterpret_cast<const char*>(&id), sizeof id});
  return id;
}

}  // namespace postern::directory
