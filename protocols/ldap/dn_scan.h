#pragma once
// The syntax of RFC 4514 as a scanner: one attribute type and value at a time. Internal to
// protocols/ldap; dn.h is the interface.

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::ldap {

class DnScanner {
 public:
  explicit DnScanner(std::string_view text) noexcept : text_(text) {}

  void skip_spaces() noexcept;
  bool at_end() const noexcept { return position_ == text_.size(); }
  std::size_t position() const noexcept { return position_; }

  // Type and '=' with the spaces around them. The type is a name or a dotted OID.
  bool type(std::string_view& out) noexcept;
  // A value up to its separator, unescaped. `encoded`: it was given as #hex of something that is no
  // string; `out` holds the octets of that BER element.
  bool value(std::string& out, bool& encoded);
  // A plain ASCII value appended in normal form (lower case, spaces folded). false = it is not
  // plain; nothing is consumed, `out` is as before.
  bool plain_value(std::string& out);

  // Behind a value: ',' or '+' is consumed and returned, 0 at the end; anything else is '?'.
  char separator() noexcept;

 private:
  bool hex_string(std::string& out, bool& encoded);
  bool escape(std::string& out) noexcept;

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace postern::ldap
