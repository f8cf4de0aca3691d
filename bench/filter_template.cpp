#include "bench/filter_template.h"

#include <stdexcept>

#include "bench/ldap_client_codec.h"

namespace postern::bench {

namespace {

constexpr int kMaxDepth = 16;
constexpr std::uint8_t kAndTag = 0xa0;
constexpr std::uint8_t kOrTag = 0xa1;
constexpr std::uint8_t kNotTag = 0xa2;
constexpr std::uint8_t kEqualityTag = 0xa3;
constexpr std::uint8_t kPresentTag = 0x87;

[[noreturn]] void refuse(std::string_view near) {
  throw std::runtime_error("filter: cannot read near '" + std::string(near) + "'");
}

}  // namespace

FilterTemplate::FilterTemplate(std::string_view text) {
  std::string_view rest = text;
  root_ = parse(rest, 0);
  if (!rest.empty()) refuse(rest);
}

FilterTemplate::Node FilterTemplate::parse(std::string_view& rest, int depth) {
  if (depth > kMaxDepth || rest.size() < 3 || rest.front() != '(') refuse(rest);
  rest.remove_prefix(1);
  const char first = rest.front();
  if (first != '&' && first != '|' && first != '!') {
    const std::size_t end = rest.find(')');
    if (end == std::string_view::npos) refuse(rest);
    Node item = parse_item(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    return item;
  }
  rest.remove_prefix(1);
  Node node{.kind = first == '&' ? Kind::And : first == '|' ? Kind::Or : Kind::Not};
  while (rest.starts_with('(')) node.children.push_back(parse(rest, depth + 1));
  if (!rest.starts_with(')')) refuse(rest);
  if (node.kind == Kind::Not && node.children.size() != 1) refuse(rest);
  rest.remove_prefix(1);
  return node;
}

FilterTemplate::Node FilterTemplate::parse_item(std::string_view item) {
  const std::size_t equals = item.find('=');
  if (equals == 0 || equals == std::string_view::npos) refuse(item);
  const std::string_view value = item.substr(equals + 1);
  Node node{.kind = value == "*" ? Kind::Present : Kind::Equality};
  node.attribute = item.substr(0, equals);
  if (node.kind == Kind::Present) return node;
  if (value.find('*') != std::string_view::npos) refuse(item);
  node.value = TextTemplate(value);
  return node;
}

void FilterTemplate::write(BerBackWriter& out, const Identity& who) const {
  write(out, root_, who);
}

void FilterTemplate::write(BerBackWriter& out, const Node& node, const Identity& who) {
  const std::size_t mark = out.size();
  switch (node.kind) {
    case Kind::Present:
      out.string(kPresentTag, node.attribute);
      return;
    case Kind::Equality:
      node.value.write(out, who);
      out.wrap(kOctetString, mark);
      out.string(kOctetString, node.attribute);
      out.wrap(kEqualityTag, mark);
      return;
    case Kind::And:
    case Kind::Or:
    case Kind::Not:
      break;
  }
  for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
    write(out, *child, who);
  out.wrap(node.kind == Kind::And ? kAndTag : node.kind == Kind::Or ? kOrTag : kNotTag, mark);
}

}  // namespace postern::bench
