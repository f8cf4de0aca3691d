#include "protocols/ldap/schema_extension.h"

#include <algorithm>
#include <bit>

#include "protocols/ascii.h"
#include "protocols/ldap/custom_rows.h"
#include "protocols/ldap/schema_rows.h"

namespace postern::ldap {
namespace {

bool is_keystring(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (name.empty() || name.size() > kMaxCustomName || !is_letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

// One arc for each character: no two names share an OID, and nothing needs to be remembered.
std::string oid_of(std::string_view lower) {
  std::string oid(POSTERN_ARC("3"));
  for (const char c : lower) oid.append(".").append(std::to_string(static_cast<unsigned char>(c)));
  return oid;
}

struct KindRow {
  std::string_view word;
  AttributeType type;  // syntax and rules only
  MatchNames match;
};

AttributeType made_of(std::string_view syntax, Rule equality, Rule ordering, Rule substrings) {
  AttributeType type;
  type.syntax = syntax;
  type.equality = equality;
  type.ordering = ordering;
  type.substrings = substrings;
  return type;
}

#define POSTERN_SYNTAX(number) "1.3.6.1.4.1.1466.115.121.1." number

const KindRow& row_of(CustomKind kind) {
  static const KindRow kString{
      "string",
      made_of(POSTERN_SYNTAX("15"), Rule::caseIgnore, Rule::caseIgnore, Rule::caseIgnore),
      {"caseIgnoreMatch", "caseIgnoreOrderingMatch", "caseIgnoreSubstringsMatch"}};
  static const KindRow kInteger{
      "integer",
      made_of(POSTERN_SYNTAX("27"), Rule::integer, Rule::integer, Rule::none),
      {"integerMatch", "integerOrderingMatch", ""}};
  static const KindRow kBoolean{"boolean",
                                made_of(POSTERN_SYNTAX("7"), Rule::boolean, Rule::none, Rule::none),
                                {"booleanMatch", "", ""}};
  static const KindRow kBinary{
      "binary",
      made_of(POSTERN_SYNTAX("40"), Rule::octetString, Rule::octetString, Rule::none),
      {"octetStringMatch", "octetStringOrderingMatch", ""}};
  static const KindRow kTimestamp{
      "timestamp",
      made_of(POSTERN_SYNTAX("24"), Rule::generalizedTime, Rule::generalizedTime, Rule::none),
      {"generalizedTimeMatch", "generalizedTimeOrderingMatch", ""}};
  static const KindRow kDn{
      "dn",
      made_of(POSTERN_SYNTAX("12"), Rule::distinguishedName, Rule::none, Rule::none),
      {"distinguishedNameMatch", "", ""}};
  switch (kind) {
    case CustomKind::string:
      return kString;
    case CustomKind::integer:
      return kInteger;
    case CustomKind::boolean:
      return kBoolean;
    case CustomKind::binary:
      return kBinary;
    case CustomKind::timestamp:
      return kTimestamp;
    case CustomKind::dn:
      return kDn;
  }
  return kString;
}

constexpr CustomKind kKinds[] = {CustomKind::string, CustomKind::integer,   CustomKind::boolean,
                                 CustomKind::binary, CustomKind::timestamp, CustomKind::dn};

// The rule names of a type follow from its syntax, which differs from kind to kind.
const MatchNames& names_of(const AttributeType& type) {
  for (const CustomKind kind : kKinds) {
    if (row_of(kind).type.syntax == type.syntax) return row_of(kind).match;
  }
  return row_of(CustomKind::string).match;
}

}  // namespace

std::optional<CustomKind> custom_kind(std::string_view word) noexcept {
  for (const CustomKind kind : kKinds) {
    if (row_of(kind).word == word) return kind;
  }
  return std::nullopt;
}

void SchemaExtension::add(const CustomAttribute& attribute) {
  Texts& texts = texts_.emplace_back();
  texts.name = attribute.name;
  texts.lower = ascii_lowered(attribute.name);
  texts.oid = oid_of(texts.lower);
  AttributeType& type = types_.emplace_back(row_of(attribute.kind).type);
  type.name = texts.name;
  type.lower = texts.lower;
  type.oid = texts.oid;
  type.single_value = !attribute.multi_valued;
  const auto index = static_cast<std::uint16_t>(types_.size() - 1);
  names_.add(type.name, index);
  names_.add(type.oid, index);
}

Result<SchemaExtension> SchemaExtension::make(const std::vector<CustomAttribute>& attributes,
                                              PosixGroup posix_group) {
  SchemaExtension made;
  made.posix_group_ = posix_group;
  if (attributes.size() > kMaxCustomAttributes)
    return DecodeError{"too many custom attributes", kMaxCustomAttributes};
  made.names_ = NameTable(std::bit_ceil(4 * attributes.size() + 2));
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const std::string& name = attributes[i].name;
    if (!is_keystring(name))
      return DecodeError{"a name is a letter, then letters, digits and hyphens", i};
    if (find_attribute(name) != nullptr) return DecodeError{"the schema has this name already", i};
    if (made.find(name) != nullptr) return DecodeError{"this name stands here twice", i};
    made.add(attributes[i]);
  }
  return made;
}

const AttributeType* SchemaExtension::find(std::string_view description) const noexcept {
  const std::uint16_t index = names_.find(description);
  return index == NameTable::kAbsent ? nullptr : &types_[index];
}

const AttributeType* find_attribute(std::string_view description,
                                    const SchemaExtension& extension) noexcept {
  const AttributeType* built_in = find_attribute(description);
  return built_in != nullptr ? built_in : extension.find(description);
}

std::vector<AttributeRow> custom_rows(const SchemaExtension& extension) {
  std::vector<AttributeRow> rows;
  for (const AttributeType& type : extension.types()) {
    AttributeRow& row = rows.emplace_back();
    row.oid = type.oid;
    row.names = type.name;
    row.match = names_of(type);
    row.syntax = type.syntax;
    row.single_value = type.single_value;
  }
  return rows;
}

}  // namespace postern::ldap
