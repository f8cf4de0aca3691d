#include "protocols/ldap/matching.h"

#include <algorithm>

#include "protocols/ldap/dn.h"
#include "protocols/ldap/schema.h"
#include "protocols/ldap/string_prep.h"
#include "protocols/ldap/syntax_forms.h"

namespace postern::ldap {
namespace {

bool prepare_ia5(Fold fold, std::string_view value, std::string& out) {
  return is_ascii(value) && prepare_string(fold, value, out);
}

// Lines separated by '$'; "\24" and "\5C" inside a line stay as they are, which is the same on both
// sides of a comparison (RFC 4517 4.2.12).
bool prepare_list(std::string_view value, std::string& out) {
  std::string line;
  out.clear();
  for (;;) {
    const std::size_t end = value.find('$');
    if (!prepare_string(Fold::ignore_case, value.substr(0, end), line)) return false;
    out.append(line);
    if (end == std::string_view::npos) return true;
    out.push_back('$');
    value.remove_prefix(end + 1);
  }
}

// RFC 4518 2.6.2, 2.6.3: characters without meaning are dropped wherever they stand.
bool prepare_without(std::string_view dropped, Fold fold, std::string_view value,
                     std::string& out) {
  if (!is_ascii(value) || !prepare_string(fold, value, out)) return false;
  std::erase_if(out, [dropped](char c) { return dropped.find(c) != std::string_view::npos; });
  return true;
}

// Digits and spaces, at least one; nothing but spaces is one space.
bool prepare_numeric(std::string_view value, std::string& out) {
  if (value.empty() || value.find_first_not_of("0123456789 ") != std::string_view::npos)
    return false;
  if (!prepare_without(" ", Fold::exact, value, out)) return false;
  if (out.empty()) out.assign(1, ' ');
  return true;
}

bool prepare_telephone(std::string_view value, std::string& out) {
  return prepare_without(" -", Fold::ignore_case, value, out);
}

// Names of classes may hold '/' and '.' here (authentik's do), so anything without spaces and
// punctuation of the schema language goes.
bool is_oid_text(std::string_view value) {
  for (const char c : value) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    const bool mark = c == '-' || c == '.' || c == '/' || c == '_' || c == ';';
    if (!letter && !digit && !mark) return false;
  }
  return !value.empty();
}

bool prepare_oid(std::string_view value, std::string& out) {
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  if (!is_oid_text(value)) return false;
  if (const ObjectClass* known = find_class(value)) {
    out.assign(known->lower);
  } else if (const AttributeType* type = find_attribute(value)) {
    out.assign(type->lower);
  } else {
    out.clear();
    for (const char c : value) out.push_back(ascii_lower(c));
  }
  return true;
}

// "( 2.5.4.3 NAME ..." -> "2.5.4.3"; an assertion is the component itself.
std::string_view first_component(std::string_view value) {
  if (!value.starts_with('(')) return value;
  const std::size_t start = value.find_first_not_of(' ', 1);
  if (start == std::string_view::npos) return {};
  value.remove_prefix(start);
  return value.substr(0, value.find_first_of(" )"));
}

// DN, optionally followed by '#' and a bit string (RFC 4517 3.3.21).
bool prepare_unique_member(std::string_view value, std::string& out) {
  std::string bits;
  const std::size_t hash = value.rfind('#');
  const bool has_bits =
      hash != std::string_view::npos && canonical_bit_string(value.substr(hash + 1), bits);
  if (!normalise_dn(has_bits ? value.substr(0, hash) : value, out)) return false;
  if (has_bits) out.append("#").append(bits);
  return true;
}

bool is_listed_as_string(Rule rule) {
  return rule == Rule::caseIgnore || rule == Rule::caseIgnoreIA5 || rule == Rule::caseIgnoreList;
}

std::string_view trim_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool prepare(Rule rule, std::string_view value, std::string& out) {
  switch (rule) {
    case Rule::none:
      return false;
    // RFC 4517 3.3.6, 3.3.31: these have at least one character.
    case Rule::caseIgnore:
      return !value.empty() && prepare_string(Fold::ignore_case, value, out);
    case Rule::caseExact:
      return !value.empty() && prepare_string(Fold::exact, value, out);
    case Rule::caseIgnoreIA5:
      return prepare_ia5(Fold::ignore_case, value, out);
    case Rule::caseExactIA5:
      return prepare_ia5(Fold::exact, value, out);
    case Rule::caseIgnoreList:
      return prepare_list(value, out);
    case Rule::distinguishedName:
      return normalise_dn(value, out);
    case Rule::uniqueMember:
      return prepare_unique_member(value, out);
    case Rule::integer:
      return canonical_integer(value, out);
    case Rule::boolean:
      return canonical_boolean(value, out);
    case Rule::bitString:
      return canonical_bit_string(value, out);
    case Rule::octetString:
      out.assign(value);
      return true;
    case Rule::generalizedTime:
      return canonical_time(value, out);
    case Rule::telephoneNumber:
      return !value.empty() && prepare_telephone(value, out);
    case Rule::numericString:
      return prepare_numeric(value, out);
    case Rule::objectIdentifier:
      return prepare_oid(value, out);
    case Rule::uuid:
      return canonical_uuid(value, out);
    case Rule::objectIdentifierFirstComponent:
      return prepare_oid(first_component(value), out);
    case Rule::integerFirstComponent:
      return canonical_integer(first_component(value), out);
  }
  return false;
}

bool has_substrings(Rule rule) noexcept {
  return is_listed_as_string(rule) || rule == Rule::caseExact || rule == Rule::caseExactIA5 ||
         rule == Rule::telephoneNumber || rule == Rule::numericString;
}

bool has_ordering(Rule rule) noexcept {
  return rule == Rule::caseIgnore || rule == Rule::caseExact || rule == Rule::numericString ||
         rule == Rule::integer || rule == Rule::octetString || rule == Rule::generalizedTime ||
         rule == Rule::uuid;
}

bool prepare_substring(Rule rule, SubstringPiece::Place place, std::string_view piece,
                       std::string& out) {
  if (piece.empty() || !has_substrings(rule)) return false;
  if (rule == Rule::telephoneNumber) return prepare_telephone(piece, out);
  if (rule == Rule::numericString) {
    if (!prepare_numeric(piece, out)) return false;
    if (out == " ") out.clear();  // spaces are nowhere and everywhere
    return true;
  }
  const bool ia5 = rule == Rule::caseIgnoreIA5 || rule == Rule::caseExactIA5;
  if (ia5 && !is_ascii(piece)) return false;
  const Fold fold = is_listed_as_string(rule) ? Fold::ignore_case : Fold::exact;
  return prepare_piece(fold, piece, place == SubstringPiece::Place::initial,
                       place == SubstringPiece::Place::final, out);
}

// The RFC compares strings in which every inner run of spaces is two spaces and each end has one,
// so a space at the edge of a piece takes half an inner space or an end of the value. Here that
// reads: an edge space wants a space or the end of the value beside it, and does not use it up.
bool match_piece(std::string_view prepared, SubstringPiece::Place place, std::string_view piece,
                 std::size_t& from) noexcept {
  const std::string_view core = trim_spaces(piece);
  const bool left = piece.starts_with(' ');
  const bool right = piece.ends_with(' ');
  if (core.empty()) {
    if (place == SubstringPiece::Place::any && right)
      from = std::min(prepared.find(' ', from), prepared.size());
    return true;
  }
  const auto fits = [&](std::size_t start) {
    const std::size_t end = start + core.size();
    const bool left_fits = !left || start == 0 || (start > from && prepared[start - 1] == ' ');
    const bool right_fits = !right || end == prepared.size() || prepared[end] == ' ';
    return left_fits && right_fits;
  };
  std::size_t start = place == SubstringPiece::Place::final && prepared.size() >= core.size()
                          ? std::max(from, prepared.size() - core.size())
                          : from;
  for (start = prepared.find(core, start); start != std::string_view::npos;
       start = prepared.find(core, start + 1)) {
    if (place == SubstringPiece::Place::initial && start != 0) return false;
    if (!fits(start)) continue;
    from = start + core.size();
    return true;
  }
  return false;
}

int compare(Rule rule, std::string_view a, std::string_view b) noexcept {
  if (rule == Rule::integer || rule == Rule::integerFirstComponent) return compare_integers(a, b);
  return a.compare(b);
}

}  // namespace postern::ldap
