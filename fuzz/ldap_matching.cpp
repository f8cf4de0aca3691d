// LINK: postern_ldap postern_ber
// First octet: the rule; the rest: value, NUL, substring. Prepared forms are stable, order is sane,
// and filters in text form come back.

#include <cstdlib>

#include "protocols/ldap/filter_text.h"
#include "protocols/ldap/matching.h"

namespace {

using namespace postern::ldap;

void check_value(Rule rule, std::string_view value) {
  std::string once;
  std::string twice;
  if (!prepare(rule, value, once)) return;
  if (compare(rule, once, once) != 0) std::abort();
  if (once.empty()) return;                   // spaces alone; nothing at all is not a value
  if (rule == Rule::generalizedTime) return;  // its prepared form drops the zone
  const bool grows = rule == Rule::distinguishedName || rule == Rule::uniqueMember;
  if (grows && once.size() > 8000) return;
  if (!prepare(rule, once, twice) || once != twice) std::abort();
}

void check_piece(Rule rule, std::string_view value, std::string_view text) {
  using Place = SubstringPiece::Place;
  std::string prepared;
  std::string piece;
  if (!prepare(rule, value, prepared)) return;
  for (const Place place : {Place::initial, Place::any, Place::final}) {
    std::size_t from = 0;
    if (!prepare_substring(rule, place, text, piece)) continue;
    if (match_piece(prepared, place, piece, from) && from > prepared.size()) std::abort();
  }
}

void check_filter(std::string_view text) {
  const auto parsed = parse_filter(text);
  if (!parsed.ok()) return;
  const std::string once = to_text(parsed->filter);
  if (once.size() > kMaxFilterText) return;
  const auto again = parse_filter(once);
  if (!again.ok() || to_text(again->filter) != once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto rule =
      static_cast<Rule>(data[0] % (static_cast<unsigned>(Rule::integerFirstComponent) + 1));
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t end = text.find('\0');
  const std::string_view value = text.substr(0, end);
  check_value(rule, value);
  if (end != std::string_view::npos) check_piece(rule, value, text.substr(end + 1));
  check_filter(text);
  return 0;
}
