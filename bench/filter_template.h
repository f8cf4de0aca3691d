// A search filter with user places (text_template.h), parsed once from RFC 4515 text and encoded
// per operation. Knows and, or, not, equality and presence: what login clients send. No escapes:
// measured values need none. Throws std::runtime_error for any other text; used at start only. RFC
// 4511 4.5.1.7.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/text_template.h"

namespace postern::bench {

class FilterTemplate {
 public:
  FilterTemplate() = default;
  explicit FilterTemplate(std::string_view text);

  void write(BerBackWriter& out, const Identity& who) const;

 private:
  enum class Kind : std::uint8_t { And, Or, Not, Equality, Present };
  struct Node {
    Kind kind;
    std::string attribute;
    TextTemplate value;
    std::vector<Node> children;
  };

  static Node parse(std::string_view& rest, int depth);
  static Node parse_item(std::string_view item);
  static void write(BerBackWriter& out, const Node& node, const Identity& who);

  Node root_{};
};

}  // namespace postern::bench
