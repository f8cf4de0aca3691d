#include "protocols/ldap/decode_filter.h"

namespace postern::ldap {
namespace {

using ber::context;
using ber::context_constructed;
using ber::Reader;
using ber::Tag;

// A node is a slot that exists already, so that siblings can be contiguous: reading a set counts
// its elements, makes that many slots, then fills them one by one.
class FilterReader {
 public:
  explicit FilterReader(Filter& out) : out_(out) {}

  bool root(Reader& reader) {
    const std::size_t slot = out_.nodes.size();
    out_.nodes.emplace_back();
    return node(reader, slot, 1);
  }

  // The items of RFC 3876 are those of a filter, but nothing that holds filters and no :dn.
  bool simple_items(Reader& reader) {
    const std::size_t slot = out_.nodes.size();
    out_.nodes.emplace_back().kind = FilterKind::disjunction;
    Reader inside;
    if (!reader.enter(ber::kSequence, inside)) return false;
    if (inside.at_end()) return reader.fail("no filter item");
    if (!items(inside, slot, 2)) return reader.fail(inside);
    for (const FilterNode& item : std::span(out_.nodes).subspan(slot + 1)) {
      const bool holds_filters = item.kind <= FilterKind::negation;
      if (holds_filters || item.dn_attributes) return reader.fail("no simple filter item");
    }
    return true;
  }

 private:
  FilterNode& at(std::size_t slot) { return out_.nodes[slot]; }

  bool node(Reader& reader, std::size_t slot, std::uint32_t depth) {
    if (depth > kMaxFilterDepth) return reader.fail("filter too deep");
    const Tag tag = reader.peek();
    const unsigned number = tag & 0x1fU;
    if ((tag & 0xc0U) != 0x80U || number > 9) return reader.fail("unknown filter");
    at(slot).kind = static_cast<FilterKind>(number);
    switch (at(slot).kind) {
      case FilterKind::conjunction:
      case FilterKind::disjunction:
        return set(reader, tag, slot, depth);
      case FilterKind::negation:
        return negation(reader, slot, depth);
      case FilterKind::substrings:
        return substrings(reader, slot);
      case FilterKind::present:
        return reader.string(at(slot).attribute, context(7));
      case FilterKind::extensible:
        return extensible(reader, slot);
      default:
        return assertion(reader, number, slot);
    }
  }

  bool children(Reader& reader, std::size_t slot, std::size_t count) {
    if (out_.nodes.size() + count > kMaxFilterNodes) return reader.fail("filter too large");
    at(slot).first = static_cast<std::uint32_t>(out_.nodes.size());
    at(slot).count = static_cast<std::uint32_t>(count);
    out_.nodes.resize(out_.nodes.size() + count);
    return true;
  }

  bool set(Reader& reader, Tag tag, std::size_t slot, std::uint32_t depth) {
    Reader inside;
    if (!reader.enter(static_cast<Tag>(tag | 0x20U), inside)) return false;
    return items(inside, slot, depth + 1) || reader.fail(inside);
  }

  bool items(Reader& inside, std::size_t slot, std::uint32_t depth) {
    std::size_t count = 0;
    for (Reader counter = inside; !counter.at_end(); ++count) {
      if (!counter.skip()) return inside.fail(counter);
    }
    if (!children(inside, slot, count)) return false;
    const std::size_t first = at(slot).first;
    for (std::size_t i = 0; i < count; ++i) {
      if (!node(inside, first + i, depth)) return false;
    }
    return true;
  }

  // The tag is explicit: [2] holds a whole Filter element (RFC 4511 4.5.1, after the ASN.1).
  bool negation(Reader& reader, std::size_t slot, std::uint32_t depth) {
    Reader inside;
    if (!reader.enter(context_constructed(2), inside) || !children(reader, slot, 1)) return false;
    if (!node(inside, at(slot).first, depth + 1)) return reader.fail(inside);
    return inside.at_end() || reader.fail("not holds more than one filter");
  }

  bool assertion(Reader& reader, unsigned number, std::size_t slot) {
    Reader inside;
    if (!reader.enter(context_constructed(number), inside)) return false;
    if (!inside.string(at(slot).attribute) || !inside.string(at(slot).value) || !inside.skip_rest())
      return reader.fail(inside);
    return true;
  }

  bool substrings(Reader& reader, std::size_t slot) {
    Reader inside;
    Reader list;
    if (!reader.enter(context_constructed(4), inside)) return false;
    if (!inside.string(at(slot).attribute) || !inside.enter(ber::kSequence, list) ||
        !inside.skip_rest())
      return reader.fail(inside);
    return pieces(list, slot) || reader.fail(list);
  }

  bool pieces(Reader& list, std::size_t slot) {
    const std::size_t first = out_.pieces.size();
    bool final_seen = false;
    while (!list.at_end()) {
      const unsigned place = list.peek() & 0x1fU;
      if (place > 2) return list.fail("unknown substring");
      const bool misplaced = final_seen || (place == 0 && out_.pieces.size() != first);
      if (misplaced) return list.fail("substring out of order");
      if (out_.pieces.size() == kMaxFilterNodes) return list.fail("filter too large");
      SubstringPiece piece{static_cast<SubstringPiece::Place>(place), {}};
      if (!list.string(piece.text, context(place))) return false;
      final_seen = place == 2;
      out_.pieces.push_back(piece);
    }
    at(slot).first = static_cast<std::uint32_t>(first);
    at(slot).count = static_cast<std::uint32_t>(out_.pieces.size() - first);
    return at(slot).count != 0 || list.fail("no substring");
  }

  bool extensible(Reader& reader, std::size_t slot) {
    Reader inside;
    if (!reader.enter(context_constructed(9), inside)) return false;
    return extensible_fields(inside, at(slot)) || reader.fail(inside);
  }

  static bool extensible_fields(Reader& inside, FilterNode& node) {
    const bool has_rule = inside.peek() == context(1);
    if (has_rule && !inside.string(node.matching_rule, context(1))) return false;
    const bool has_type = inside.peek() == context(2);
    if (has_type && !inside.string(node.attribute, context(2))) return false;
    if (!inside.string(node.value, context(3))) return false;
    if (inside.peek() == context(4) && !inside.boolean(node.dn_attributes, context(4)))
      return false;
    if (!inside.skip_rest()) return false;
    return has_rule || has_type || inside.fail("neither rule nor type");
  }

  Filter& out_;
};

}  // namespace

bool read_filter(Reader& reader, Filter& out) { return FilterReader(out).root(reader); }

bool read_simple_filters(Reader& reader, Filter& out) {
  return FilterReader(out).simple_items(reader);
}

}  // namespace postern::ldap
