#pragma once
// Attributes as the read model knows them: the schema's, plus those that administrators invented
// (custom attributes of users and groups), which get an id in the environment's own table. What
// type a custom attribute has lies in its id, so that no table is needed to match by it: strings
// match by caseIgnoreMatch, numbers by integerMatch, and so on. What nobody declared is a string.
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
#include "protocols/ldap/schema_extension.h"

namespace postern::directory {

using ldap::AttributeId;
using ldap::kNoAttribute;

// Ids of custom attributes start here, above every id of the schema: strings first, then a range
// for each other type.
inline constexpr AttributeId kFirstCustom = 0x4000;
inline constexpr AttributeId kFirstTyped = 0xc000;
inline constexpr AttributeId kTypedRange = 0x800;
ldap::CustomKind custom_kind_of(AttributeId id) noexcept;  // REQUIRES: id >= kFirstCustom

// An attribute type that the administrator declared.
struct CustomType {
  std::string name;
  ldap::CustomKind kind = ldap::CustomKind::string;
  bool multi_valued = false;
  bool of_users = true, of_groups = true;
  bool operator==(const CustomType&) const = default;
};
inline constexpr std::size_t kMaxCustomTypes = 1000;

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
      hasSubordinates, userPassword, entryUSN, objectGUID, userAccountControl, pwdLastSet,
      shadowLastChange, shadowExpire;
};
// Throws DirectoryError once if the schema lacks one of them: a fault of the build.
const Known& known();

class Dictionary {
 public:
  // All names in the table. `declared` says which of them are single-valued.
  static std::shared_ptr<const Dictionary> load(MDB_txn* txn, MDB_dbi attributes,
                                                const std::vector<CustomType>& declared);

  // By a name in lower case; kNoAttribute = unknown.
  AttributeId find(std::string_view lower) const noexcept;
  std::size_t size() const noexcept { return ids_.size(); }
  // Their definitions for the subschema entry. Names that the grammar of RFC 4512 has no place for
  // (underscores) are left out.
  const std::shared_ptr<const ldap::SchemaExtension>& schema() const noexcept { return schema_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, AttributeId, Hash, std::equal_to<>> ids_;
  std::shared_ptr<const ldap::SchemaExtension> schema_;
};

// Finds the id of a custom attribute by its name, or gives it one, inside a writing transaction. A
// type counts for names that are new. kNoAttribute = the table is full (32768 names).
AttributeId intern_attribute(MDB_txn* txn, MDB_dbi attributes, std::string_view name,
                             ldap::CustomKind kind = ldap::CustomKind::string);

}  // namespace postern::directory
