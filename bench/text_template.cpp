#include "bench/text_template.h"

#include <algorithm>

namespace postern::bench {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return x == y || lower(x) == lower(y); });
}

}  // namespace

TextTemplate::TextTemplate(std::string_view text) {
  if (text.starts_with('*')) {
    suffix_only_ = true;
    text.remove_prefix(1);
  }
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) pieces_.push_back({Kind::Literal, literal});
    literal.clear();
  };
  while (!text.empty()) {
    if (text.starts_with("%s") || text.starts_with("%g")) {
      flush();
      pieces_.push_back({text[1] == 's' ? Kind::Name : Kind::Team, {}});
      text.remove_prefix(2);
    } else {
      literal.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  flush();
}

std::string_view TextTemplate::value(const Piece& piece, const Identity& who) {
  switch (piece.kind) {
    case Kind::Name:
      return who.name;
    case Kind::Team:
      return who.team;
    case Kind::Literal:
      break;
  }
  return piece.literal;
}

void TextTemplate::write(BerBackWriter& out, const Identity& who) const {
  for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) out.raw(value(*piece, who));
}

bool TextTemplate::matches(std::string_view text, const Identity& who) const {
  for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
    const std::string_view part = value(*piece, who);
    if (text.size() < part.size()) return false;
    if (!same_ignoring_case(text.substr(text.size() - part.size()), part)) return false;
    text.remove_suffix(part.size());
  }
  return suffix_only_ || text.empty();
}

}  // namespace postern::bench
