#pragma once
// Attributes as the read model knows them: the schema's, plus those that administrators invented
// (custom attributes of users and groups), which get an id in the environment's own table. The
// latter match by caseIgnoreMatch.
//
// Dictionary is an immutable snapshot; lookups do not allocate. Known names the built-in ids.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "directory/lmdb.h"
#include "protocols/ldap/schema.h"

namespace postern::directory {

using ldap::AttributeId;
using ldap::kNoAttribute;

// Ids of custom attributes start here, above every id of the schema.
inline constexpr AttributeId kFirstCustom = 0x4000;

struct AttributeInfo {
  ldap::Rule equality = ldap::Rule::none;
  ldap::Rule ordering = ldap::Rule::none;
  ldap::Rule substrings = ldap::Rule::none;
  std::string_view syntax;  // OID
  bool operational = false;
};
AttributeInfo info_of(AttributeId id) noexcept;

// How the index treats an attribute.
bool is_indexed(AttributeId id) noexcept;    // has equality postings
bool is_universal(AttributeId id) noexcept;  // in every entry of its kind: no presence postings
bool has_trigrams(AttributeId id) noexcept;  // name-like: found by any three octets

// Values are DNs or names of other entries, kept as ids.
bool is_member_like(AttributeId id) noexcept;  // member, uniqueMember

struct Known {
  AttributeId objectClass, cn, sAMAccountName, uid, name, displayName, sn, givenName, mail,
      memberOf, uidNumber, gidNumber, homeDirectory, loginShell, active, superuser, member,
      uniqueMember, memberUid, ou, dc, o, distinguishedName, entryUUID, entryDN, createTimestamp,
      modifyTimestamp, creatorsName, modifiersName, structuralObjectClass, subschemaSubentry,
      hasSubordinates, userPassword;
};
// Throws DirectoryError once if the schema lacks one of them: a fault of the build.
const Known& known();

class Dictionary {
 public:
  // All names in the table.
  static std::shared_ptr<const Dictionary> load(MDB_txn* txn, MDB_dbi attributes);

  // By a name in lower case; kNoAttribute = unknown.
  AttributeId find(std::string_view lower) const noexcept;
  std::size_t size() const noexcept { return ids_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, AttributeId, Hash, std::equal_to<>> ids_;
};

// Finds the id of a custom attribute, or gives it one, inside a writing transaction.
// kNoAttribute = the table is full (49152 names).
AttributeId intern_attribute(MDB_txn* txn, MDB_dbi attributes, std::string_view lower);

}  // namespace postern::directory
