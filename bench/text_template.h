// A text with places for the user of one operation: %s is the user's name, %g the name of the
// user's team. Parsed once, then written backwards into a message or compared with an answer
// without allocating.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/ber_back_writer.h"

namespace postern::bench {

// The user that one operation is about. Views live as long as the Identity or the credential list.
struct Identity {
  std::array<char, 64> name_buffer{};
  std::array<char, 64> team_buffer{};
  std::string_view name;
  std::string_view team;
  std::string_view secret;  // empty: take the password template
};

class TextTemplate {
 public:
  TextTemplate() = default;
  explicit TextTemplate(std::string_view text);

  void write(BerBackWriter& out, const Identity& who) const;
  // ASCII case is ignored. A template that starts with '*' only has to match the end of the text.
  [[nodiscard]] bool matches(std::string_view text, const Identity& who) const;
  [[nodiscard]] bool empty() const { return pieces_.empty() && !suffix_only_; }

 private:
  enum class Kind : std::uint8_t { Literal, Name, Team };
  struct Piece {
    Kind kind;
    std::string literal;
  };
  static std::string_view value(const Piece& piece, const Identity& who);

  std::vector<Piece> pieces_;
  bool suffix_only_ = false;
};

}  // namespace postern::bench
