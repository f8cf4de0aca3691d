#pragma once
// SchemaExtension: attribute types that an administrator adds at run time, beside the built-in ones
// of schema.h. A value made once from a list, then immutable; hold it by shared_ptr<const> where
// several threads read it. Lookups do not allocate.
//
// A type says what its values are (CustomKind), from which syntax and matching rules follow, and
// whether there may be several. Its OID lies in our own arc and is made from the name alone, so it
// is the same on every node and after every restart. Names are those of RFC 4512 1.4 (keystring),
// not used by the schema and not used twice.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/name_table.h"
#include "protocols/ldap/schema.h"
#include "protocols/result.h"

namespace postern::ldap {

enum class CustomKind : std::uint8_t { string, integer, boolean, binary, timestamp, dn };
// "string", "integer", "boolean", "binary", "timestamp", "dn"; none for anything else.
std::optional<CustomKind> custom_kind(std::string_view word) noexcept;

struct CustomAttribute {
  std::string name;
  CustomKind kind = CustomKind::string;
  bool multi_valued = false;
};

// Two texts define posixGroup, under one OID: RFC 2307 as a structural class that demands cn,
// draft-howard-rfc2307bis as an auxiliary one to go with groupOfNames or groupOfMembers.
enum class PosixGroup : std::uint8_t { auxiliary, structural };

inline constexpr std::size_t kMaxCustomAttributes = 4096;
inline constexpr std::size_t kMaxCustomName = 64;
// The auxiliary class that allows every custom attribute; defined only if there are any.
inline constexpr std::string_view kCustomClass = "posternCustomAttributes";

class SchemaExtension {
 public:
  SchemaExtension() = default;  // nothing added
  SchemaExtension(SchemaExtension&&) = default;
  SchemaExtension& operator=(SchemaExtension&&) = default;

  // An error names the rule that was broken; its offset is the index of the offending attribute.
  static Result<SchemaExtension> make(const std::vector<CustomAttribute>& attributes,
                                      PosixGroup posix_group = PosixGroup::auxiliary);

  // By name or OID, any case; nullptr = none of these (it may still be built in). The type has no
  // id (kNoAttribute): ids are the read model's business.
  const AttributeType* find(std::string_view description) const noexcept;
  const std::deque<AttributeType>& types() const noexcept { return types_; }
  bool empty() const noexcept { return types_.empty(); }
  PosixGroup posix_group() const noexcept { return posix_group_; }

 private:
  struct Texts {
    std::string name, lower, oid;
  };
  void add(const CustomAttribute& attribute);

  std::deque<Texts> texts_;  // elements never move, not even with the whole
  std::deque<AttributeType> types_;
  NameTable names_{2};
  PosixGroup posix_group_ = PosixGroup::auxiliary;
};

// Of the schema or else of the extension.
const AttributeType* find_attribute(std::string_view description,
                                    const SchemaExtension& extension) noexcept;

// Whole values for the subschema entry: the built-in definitions and the custom ones.
std::vector<std::string> subschema_attribute_types(const SchemaExtension& extension);
std::vector<std::string> subschema_object_classes(const SchemaExtension& extension);
std::vector<std::string> subschema_matching_rule_use(const SchemaExtension& extension);

}  // namespace postern::ldap
