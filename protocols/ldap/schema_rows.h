#pragma once
// The schema as it is defined, before inheritance is resolved: rows of three tables. Lists of names
// are separated by single spaces; the first name is the canonical one. Internal to protocols/ldap.

#include <cstdint>
#include <span>
#include <string_view>

#include "protocols/ldap/matching.h"
#include "protocols/ldap/schema.h"

// Our own arc (2.25 and a UUID, X.667), for names that come without an OID. A macro, since only
// tokens join into one literal.
#define POSTERN_ARC(number) "2.25.196534155464810947583371371745271218787." number

namespace postern::ldap {

// Calls use(name) for each name of a list.
template <typename Use>
void for_each_name(std::string_view list, Use&& use) {
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    use(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
}

struct MatchNames {
  std::string_view equality, ordering, substrings;
};

enum class Usage : std::uint8_t { user, directory, dsa };

struct AttributeRow {
  std::string_view oid;
  std::string_view names;
  std::string_view superior;  // empty = none
  MatchNames match;           // empty = inherited or none
  std::string_view syntax;    // with its bound, if any; empty = inherited
  bool single_value = false;
  bool no_user_modification = false;
  Usage usage = Usage::user;
};

struct ClassRow {
  std::string_view oid;
  std::string_view names;
  std::string_view superiors;
  ClassKind kind;
  std::string_view must;
  std::string_view may;
};

struct SyntaxRow {
  std::string_view oid;
  std::string_view description;
};

std::span<const AttributeRow> attribute_rows() noexcept;
std::span<const ClassRow> class_rows() noexcept;
// posixGroup as RFC 2307 has it; among the rows stands the form of draft-howard-rfc2307bis.
const ClassRow& structural_posix_group() noexcept;
std::span<const SyntaxRow> syntax_rows() noexcept;
std::span<const NamedRule> rule_rows() noexcept;

}  // namespace postern::ldap
