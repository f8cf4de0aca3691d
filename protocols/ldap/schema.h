#pragma once
// The schema: attribute types and object classes that are built in, and their text for the
// subschema entry. Static, immutable, shared by all threads; lookups do not allocate.
//
// Ids are dense, 0 .. attribute_count()-1, and the same throughout one build of the program; what
// stores them on disk must be rebuilt when schema_version() differs.
// Source: RFC 4512, 4519, 2798, 2307 (and bis), 4530, 3045, 5020; authentik's own classes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/matching.h"

namespace postern::ldap {

using AttributeId = std::uint16_t;
inline constexpr AttributeId kNoAttribute = 0xffff;

struct AttributeType {
  AttributeId id = kNoAttribute;
  std::string_view name;   // canonical spelling, as sent to clients
  std::string_view lower;  // the same in lower case, as used in normal forms and keys
  std::string_view oid;
  std::string_view syntax;  // OID, inherited if need be
  Rule equality = Rule::none;
  Rule ordering = Rule::none;
  Rule substrings = Rule::none;
  AttributeId parent = kNoAttribute;  // SUP
  bool single_value = false;
  bool operational = false;  // sent only when asked for by name or "+"
  bool no_user_modification = false;
};

enum class ClassKind : std::uint8_t { abstract, structural, auxiliary };

struct ObjectClass {
  std::string_view name;  // canonical spelling
  std::string_view lower;
  std::string_view oid;
  ClassKind kind = ClassKind::structural;
  std::vector<const ObjectClass*> superiors;
  std::vector<AttributeId> must;  // own, not inherited
  std::vector<AttributeId> may;
};

std::size_t attribute_count() noexcept;
const AttributeType& attribute(AttributeId id) noexcept;  // REQUIRES: id < attribute_count()
// By name or OID, any case. A description with an option ("cn;lang-de") is unknown: nullptr.
const AttributeType* find_attribute(std::string_view description) noexcept;
const ObjectClass* find_class(std::string_view name_or_oid) noexcept;
std::span<const ObjectClass> object_classes() noexcept;

// The type itself and all that inherit from it, directly or not (4512 2.5.3).
std::span<const AttributeId> subtypes_of(AttributeId id) noexcept;
std::span<const AttributeId> subtypes_of(std::string_view name) noexcept;  // empty if unknown

// All attributes that a class allows or demands, inherited ones included (RFC 4529). Empty if
// unknown.
std::span<const AttributeId> attributes_of_class(std::string_view name_or_oid) noexcept;

// A digest of all definitions: differs when ids or rules may differ.
std::uint64_t schema_version() noexcept;

// Values for the subschema entry; every OID and name in them is defined in them.
std::span<const std::string> subschema_attribute_types();
std::span<const std::string> subschema_object_classes();
std::span<const std::string> subschema_syntaxes();
std::span<const std::string> subschema_matching_rules();
std::span<const std::string> subschema_matching_rule_use();

}  // namespace postern::ldap
