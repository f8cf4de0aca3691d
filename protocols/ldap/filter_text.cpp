#include "protocols/ldap/filter_text.h"

#include "protocols/ldap/hex.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

bool is_description_char(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet > ' ' && octet < 0x7f &&
         std::string_view("()*\\=<>~:&|!").find(c) == std::string_view::npos;
}

// Recursive descent over the text. As in the BER decoder a node is a slot that exists already, so
// that siblings are contiguous: a set is measured first, then its members are parsed into their
// slots.
class FilterParser {
 public:
  FilterParser(std::string_view text, ParsedFilter& out) : text_(text), out_(out) {
    out_.storage.reserve(text.size());  // unescaped text is no longer than the text, so views hold
  }

  bool run() {
    out_.filter.nodes.emplace_back();
    const bool bare = !text_.empty() && text_[0] != '(';
    const bool parsed = bare ? item(0) : node(0, 1);
    return parsed && (position_ == text_.size() || fail("text behind the filter"));
  }

  const DecodeError& error() const { return error_; }

 private:
  bool fail(std::string_view what) {
    if (error_.what.empty()) error_ = {what, position_};
    return false;
  }
  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
  bool expect(char c) {
    if (position_ >= text_.size() || text_[position_] != c) return fail("parenthesis missing");
    ++position_;
    return true;
  }
  FilterNode& at(std::size_t slot) { return out_.filter.nodes[slot]; }

  bool node(std::size_t slot, std::uint32_t depth) {
    if (depth > kMaxFilterDepth) return fail("filter too deep");
    if (!expect('(')) return false;
    const char c = peek();
    const bool parsed = c == '&' || c == '|' || c == '!' ? set(slot, c, depth) : item(slot);
    return parsed && expect(')');
  }

  // Number of filters up to the closing parenthesis; parentheses inside values are always escaped.
  std::size_t count_members() const {
    std::size_t count = 0;
    std::size_t depth = 0;
    for (std::size_t i = position_; i < text_.size(); ++i) {
      if (text_[i] == '(' && depth++ == 0) ++count;
      if (text_[i] == ')' && depth-- == 0) break;
    }
    return count;
  }

  bool set(std::size_t slot, char kind, std::uint32_t depth) {
    ++position_;
    const std::size_t count = count_members();
    const std::size_t first = out_.filter.nodes.size();
    if (kind == '!' && count != 1) return fail("not needs one filter");
    if (first + count > kMaxFilterNodes) return fail("filter too large");
    at(slot).kind = kind == '&'   ? FilterKind::conjunction
                    : kind == '|' ? FilterKind::disjunction
                                  : FilterKind::negation;
    at(slot).first = static_cast<std::uint32_t>(first);
    at(slot).count = static_cast<std::uint32_t>(count);
    out_.filter.nodes.resize(first + count);
    for (std::size_t i = 0; i < count; ++i) {
      if (!node(first + i, depth + 1)) return false;
    }
    return true;
  }

  std::string_view description() {
    const std::size_t start = position_;
    while (position_ < text_.size() && is_description_char(text_[position_])) ++position_;
    return keep(text_.substr(start, position_ - start));
  }

  std::string_view keep(std::string_view piece) {
    const std::size_t start = out_.storage.size();
    out_.storage.insert(out_.storage.end(), piece.begin(), piece.end());
    return {out_.storage.data() + start, piece.size()};
  }

  bool item(std::size_t slot) {
    at(slot).attribute = description();
    switch (peek()) {
      case '=':
        ++position_;
        return equality_or_substrings(slot);
      case '>':
        return relation(slot, FilterKind::greater_or_equal);
      case '<':
        return relation(slot, FilterKind::less_or_equal);
      case '~':
        return relation(slot, FilterKind::approximate);
      case ':':
        return extensible(slot);
      default:
        return fail("operator missing");
    }
  }

  bool relation(std::size_t slot, FilterKind kind) {
    ++position_;
    if (peek() != '=') return fail("operator missing");
    ++position_;
    at(slot).kind = kind;
    return typed(slot) && value(at(slot).value);
  }

  bool typed(std::size_t slot) { return !at(slot).attribute.empty() || fail("attribute missing"); }

  // Up to '*', ')' or the end, unescaped.
  bool value(std::string_view& out) {
    const std::size_t start = out_.storage.size();
    for (char c = 0; position_ < text_.size(); ++position_) {
      c = text_[position_];
      if (c == '*' || c == ')') break;
      if (c == '(' || c == '\0') return fail("character must be escaped");
      if (c == '\\') {
        const int octet = hex_pair(text_, position_ + 1);
        if (octet < 0) return fail("bad escape");
        c = static_cast<char>(octet);
        position_ += 2;
      }
      out_.storage.push_back(c);
    }
    out = {out_.storage.data() + start, out_.storage.size() - start};
    return true;
  }

  bool equality_or_substrings(std::size_t slot) {
    std::string_view first;
    if (!typed(slot) || !value(first)) return false;
    if (peek() != '*') {
      at(slot).kind = FilterKind::equality;
      at(slot).value = first;
      return true;
    }
    ++position_;
    const bool ends = position_ == text_.size() || peek() == ')';
    if (first.empty() && ends) {
      at(slot).kind = FilterKind::present;
      return true;
    }
    return substrings(slot, first);
  }

  bool substrings(std::size_t slot, std::string_view initial) {
    using Place = SubstringPiece::Place;
    auto& pieces = out_.filter.pieces;
    const std::size_t start = pieces.size();
    if (!initial.empty()) pieces.push_back({Place::initial, initial});
    for (;;) {
      std::string_view piece;
      if (!value(piece)) return false;
      const bool more = peek() == '*';
      if (more && piece.empty()) return fail("empty substring");
      if (!piece.empty()) pieces.push_back({more ? Place::any : Place::final, piece});
      if (!more) break;
      ++position_;
    }
    if (pieces.size() > kMaxFilterNodes) return fail("filter too large");
    at(slot).kind = FilterKind::substrings;
    at(slot).first = static_cast<std::uint32_t>(start);
    at(slot).count = static_cast<std::uint32_t>(pieces.size() - start);
    return true;
  }

  // [attribute] [":dn"] [":" rule] ":=" value
  bool extensible(std::size_t slot) {
    at(slot).kind = FilterKind::extensible;
    while (text_.substr(position_, 2) != ":=") {
      if (peek() != ':') return fail("operator missing");
      ++position_;
      const std::string_view word = description();
      const bool first = !at(slot).dn_attributes && at(slot).matching_rule.empty();
      if (first && equal_ascii_case(word, "dn")) {
        at(slot).dn_attributes = true;
        continue;
      }
      if (word.empty() || !at(slot).matching_rule.empty()) return fail("bad matching rule");
      at(slot).matching_rule = word;
    }
    position_ += 2;
    const bool named = !at(slot).attribute.empty() || !at(slot).matching_rule.empty();
    return (named || fail("neither rule nor type")) && value(at(slot).value);
  }

  std::string_view text_;
  std::size_t position_ = 0;
  ParsedFilter& out_;
  DecodeError error_{};
};

void append_node(std::string& out, const Filter& filter, const FilterNode& node);

void append_set(std::string& out, const Filter& filter, const FilterNode& node, char sign) {
  out.push_back(sign);
  for (std::uint32_t i = 0; i < node.count; ++i)
    append_node(out, filter, filter.nodes[node.first + i]);
}

void append_item(std::string& out, const FilterNode& node, std::string_view sign) {
  append_escaped_assertion(out, node.attribute);
  out.append(sign);
  append_escaped_assertion(out, node.value);
}

void append_substrings(std::string& out, const Filter& filter, const FilterNode& node) {
  append_escaped_assertion(out, node.attribute);
  out.push_back('=');
  bool star = true;
  for (std::uint32_t i = 0; i < node.count; ++i) {
    const SubstringPiece& piece = filter.pieces[node.first + i];
    const bool between = i != 0 || piece.place != SubstringPiece::Place::initial;
    if (between) out.push_back('*');
    append_escaped_assertion(out, piece.text);
    star = piece.place != SubstringPiece::Place::final;
  }
  if (star) out.push_back('*');
}

void append_extensible(std::string& out, const FilterNode& node) {
  append_escaped_assertion(out, node.attribute);
  if (node.dn_attributes) out.append(":dn");
  if (!node.matching_rule.empty()) {
    out.push_back(':');
    append_escaped_assertion(out, node.matching_rule);
  }
  out.append(":=");
  append_escaped_assertion(out, node.value);
}

void append_node(std::string& out, const Filter& filter, const FilterNode& node) {
  out.push_back('(');
  switch (node.kind) {
    case FilterKind::conjunction:
      append_set(out, filter, node, '&');
      break;
    case FilterKind::disjunction:
      append_set(out, filter, node, '|');
      break;
    case FilterKind::negation:
      append_set(out, filter, node, '!');
      break;
    case FilterKind::equality:
      append_item(out, node, "=");
      break;
    case FilterKind::greater_or_equal:
      append_item(out, node, ">=");
      break;
    case FilterKind::less_or_equal:
      append_item(out, node, "<=");
      break;
    case FilterKind::approximate:
      append_item(out, node, "~=");
      break;
    case FilterKind::present:
      append_escaped_assertion(out, node.attribute);
      out.append("=*");
      break;
    case FilterKind::substrings:
      append_substrings(out, filter, node);
      break;
    case FilterKind::extensible:
      append_extensible(out, node);
      break;
  }
  out.push_back(')');
}

bool must_be_escaped(char c, bool utf8) {
  const auto octet = static_cast<unsigned char>(c);
  return octet < ' ' || octet == 0x7f || c == '*' || c == '(' || c == ')' || c == '\\' ||
         (octet >= 0x80 && !utf8);
}

}  // namespace

void append_escaped_assertion(std::string& out, std::string_view value) {
  const bool utf8 = is_utf8(value);
  for (const char c : value) {
    if (!must_be_escaped(c, utf8)) {
      out.push_back(c);
      continue;
    }
    out.push_back('\\');
    append_hex(out, c);
  }
}

Result<ParsedFilter> parse_filter(std::string_view text) {
  if (text.size() > kMaxFilterText) return DecodeError{"filter text too long", kMaxFilterText};
  ParsedFilter parsed;
  FilterParser parser(text, parsed);
  if (!parser.run()) return parser.error();
  return parsed;
}

std::string to_text(const Filter& filter) {
  std::string out;
  if (!filter.nodes.empty()) append_node(out, filter, filter.nodes[0]);
  return out;
}

}  // namespace postern::ldap
