#pragma once
// Matching rules. A value and an assertion are each *prepared* once; prepared forms are then
// compared as octets (equality, index keys), by compare() (ordering) or by searching (substrings).
// Preparing may fail: the value does not fit the syntax and the assertion is Undefined, never an
// error.
//
// Where RFC 4517 compares decoded values, the prepared form is a canonical text: integers without
// superfluous octets, times in UTC with trailing zeros of the fraction dropped, DNs in normal form
// (dn.h), UUIDs in lower case, OIDs as the lower-case primary name where known. An unknown name in
// OID syntax stands for itself. Source: RFC 4517 section 4, RFC 4518, RFC 4530.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/ldap/filter.h"

namespace postern::ldap {

enum class Rule : std::uint8_t {
  none,
  caseIgnore,
  caseExact,
  caseIgnoreIA5,
  caseExactIA5,
  caseIgnoreList,
  distinguishedName,
  uniqueMember,
  integer,
  boolean,
  bitString,
  octetString,
  generalizedTime,
  telephoneNumber,
  numericString,
  objectIdentifier,
  uuid,
  objectIdentifierFirstComponent,
  integerFirstComponent,
};

// false = does not fit (Undefined). `out` is replaced; no allocation for ASCII within its capacity.
bool prepare(Rule rule, std::string_view value, std::string& out);
// One piece of a substrings assertion; prepared values of the attribute are searched for the pieces
// in order. false also if the rule has no substrings form.
bool prepare_substring(Rule rule, SubstringPiece::Place place, std::string_view piece,
                       std::string& out);
// Whether a prepared value holds one prepared piece at its place, at or after `from`; moves `from`
// behind it. Pieces are given in request order.
bool match_piece(std::string_view prepared, SubstringPiece::Place place, std::string_view piece,
                 std::size_t& from) noexcept;

// < 0, 0, > 0 on prepared values of one rule.
int compare(Rule rule, std::string_view a, std::string_view b) noexcept;
// RFC 4517 defines an ordering for the rule (others only match by equality).
bool has_ordering(Rule rule) noexcept;
bool has_substrings(Rule rule) noexcept;

// How a rule named in an extensible filter is used.
enum class RuleUse : std::uint8_t { equality, ordering, substrings, bit_and, bit_or, in_chain };
struct NamedRule {
  std::string_view name;  // "caseIgnoreMatch"
  std::string_view oid;
  std::string_view syntax;  // OID of the assertion syntax
  Rule rule = Rule::none;
  RuleUse use = RuleUse::equality;
};
// By name (any case) or OID; nullptr = unknown (Undefined).
const NamedRule* find_rule(std::string_view name_or_oid) noexcept;
// Whether attributes of a syntax may be compared by the rule (RFC 4517 4.2: "applies to"); others
// make an extensible filter Undefined.
bool applies_to(const NamedRule& rule, std::string_view syntax) noexcept;

}  // namespace postern::ldap
