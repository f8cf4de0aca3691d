#pragma once
// Filter: a search filter as a flat tree in reusable storage, decoded from BER with bounded depth
// and node count. Views point into the request's octets. Evaluated by the directory with
// three-valued logic. Source: RFC 4511 4.5.1.7, RFC 4526.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace postern::ldap {

using OctetPiece = std::span<const std::uint8_t>;

enum class FilterKind : std::uint8_t {  // context tag numbers of the CHOICE
  conjunction = 0,
  disjunction = 1,
  negation = 2,
  equality = 3,
  substrings = 4,
  greater_or_equal = 5,
  less_or_equal = 6,
  present = 7,
  approximate = 8,
  extensible = 9,
};

struct SubstringPiece {
  enum class Place : std::uint8_t { initial = 0, any = 1, final = 2 } place;
  std::string_view text;
};

struct FilterNode {
  FilterKind kind{};
  std::string_view attribute;      // description as sent; extensible: type, may be empty
  std::string_view value;          // assertion value
  std::string_view matching_rule;  // extensible only
  bool dn_attributes = false;      // extensible only
  std::uint32_t first = 0;         // index of the first child, or of the first substring piece
  std::uint32_t count = 0;         // children or pieces
};

// Children of a node are contiguous: nodes[first .. first+count). nodes[0] is the root.
struct Filter {
  std::vector<FilterNode> nodes;
  std::vector<SubstringPiece> pieces;
  void clear() noexcept {
    nodes.clear();
    pieces.clear();
  }
};

inline constexpr std::uint32_t kMaxFilterDepth = 64;
inline constexpr std::uint32_t kMaxFilterNodes = 10'000;

}  // namespace postern::ldap
