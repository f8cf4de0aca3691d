#include "protocols/ldap/string_prep.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace postern::ldap {
namespace {

// What RFC 4518 2.2 does to a code point. The RFC's table is generated from categories, with a few
// code points added by hand.
enum class Mapped : std::uint8_t { itself, space, nothing };

Mapped map_control(std::int32_t point) {
  return (point >= 0x09 && point <= 0x0d) || point == 0x85 ? Mapped::space : Mapped::nothing;
}

bool is_added_to_nothing(std::int32_t point) {
  return point == 0x034f || point == 0x1806 || (point >= 0x180b && point <= 0x180d) ||
         (point >= 0xfe00 && point <= 0xfe0f) || point == 0xfffc;
}

Mapped map_point(std::int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
      return map_control(point);
    case UTF8PROC_CATEGORY_CF:
      return Mapped::nothing;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return Mapped::space;
    default:
      return is_added_to_nothing(point) ? Mapped::nothing : Mapped::itself;
  }
}

// RFC 4518 2.4, on normalised text; unassigned code points are refused during normalisation.
bool is_prohibited(std::int32_t point) {
  return point == 0xfffd || utf8proc_category(point) == UTF8PROC_CATEGORY_CO;
}

bool is_mark(std::int32_t point) {
  const utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
         category == UTF8PROC_CATEGORY_ME;
}

// Next code point of `text` at `position`; its length, or 0 if this is no UTF-8.
std::size_t next_point(std::string_view text, std::size_t position, std::int32_t& point) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(text.data()) + position;
  const auto left = static_cast<utf8proc_ssize_t>(text.size() - position);
  const utf8proc_ssize_t length = utf8proc_iterate(at, left, &point);
  return length <= 0 ? 0 : static_cast<std::size_t>(length);
}

bool map_text(std::string_view text, std::string& out) {
  out.clear();
  std::int32_t point = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = next_point(text, i, point);
    if (length == 0) return false;
    const Mapped mapped = map_point(point);
    if (mapped == Mapped::space) out.push_back(' ');
    if (mapped == Mapped::itself) out.append(text.substr(i, length));
    i += length;
  }
  return true;
}

struct Free {
  void operator()(void* memory) const noexcept { std::free(memory); }
};

bool normalise(Fold fold, std::string& text) {
  int options = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_REJECTNA;
  if (fold == Fold::ignore_case) options |= UTF8PROC_CASEFOLD;
  std::uint8_t* raw = nullptr;
  const auto* from = reinterpret_cast<const std::uint8_t*>(text.data());
  const utf8proc_ssize_t length = utf8proc_map(from, static_cast<utf8proc_ssize_t>(text.size()),
                                               &raw, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<std::uint8_t, Free> owned(raw);
  if (length < 0) return false;
  text.assign(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
  return true;
}

// Appends to `out`, turning runs of spaces into one. Outer spaces come out too, as one.
class SpaceFolder {
 public:
  explicit SpaceFolder(std::string& out) : out_(out) { out_.clear(); }
  void space() {
    if (out_.empty() || !ends_in_space_) out_.push_back(' ');
    ends_in_space_ = true;
  }
  void text(std::string_view piece) {
    out_.append(piece);
    ends_in_space_ = false;
  }
  void character(char c) {
    out_.push_back(c);
    ends_in_space_ = false;
  }

 private:
  std::string& out_;
  bool ends_in_space_ = false;
};

// A space before a combining mark is a letter, not a space (RFC 4518 2.6.1).
bool fold_spaces(std::string_view text, std::string& out) {
  SpaceFolder folder(out);
  std::int32_t point = 0;
  std::int32_t following = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = next_point(text, i, point);
    if (length == 0 || is_prohibited(point)) return false;
    const bool before_mark = point == ' ' && i + length < text.size() &&
                             next_point(text, i + length, following) != 0 && is_mark(following);
    if (point == ' ' && !before_mark) {
      folder.space();
    } else {
      folder.text(text.substr(i, length));
    }
    i += length;
  }
  return true;
}

bool fold_unicode(Fold fold, std::string_view text, std::string& out) {
  std::string mapped;
  return map_text(text, mapped) && normalise(fold, mapped) && fold_spaces(mapped, out);
}

// false = not ASCII.
bool fold_ascii(Fold fold, std::string_view text, std::string& out) {
  SpaceFolder folder(out);
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x80) return false;
    if (octet > ' ' && octet != 0x7f) {
      folder.character(fold == Fold::ignore_case ? ascii_lower(c) : c);
    } else if (octet == ' ' || (octet >= 0x09 && octet <= 0x0d)) {
      folder.space();
    }
  }
  return true;
}

bool fold_any(Fold fold, std::string_view text, std::string& out) {
  return fold_ascii(fold, text, out) || fold_unicode(fold, text, out);
}

// U+0020 with a mark behind it never stands at the end, so a trailing space is a real one; at the
// start it may be a letter.
bool starts_with_space(std::string_view text) {
  std::int32_t following = 0;
  if (!text.starts_with(' ')) return false;
  return text.size() == 1 || next_point(text, 1, following) == 0 || !is_mark(following);
}

}  // namespace

bool prepare_string(Fold fold, std::string_view text, std::string& out) {
  if (!fold_any(fold, text, out)) return false;
  if (out.ends_with(' ')) out.pop_back();
  if (starts_with_space(out)) out.erase(0, 1);
  return true;
}

bool prepare_piece(Fold fold, std::string_view text, bool outer_left, bool outer_right,
                   std::string& out) {
  if (!fold_any(fold, text, out)) return false;
  if (out.empty() || out == " ") {
    out.assign(1, ' ');
    return true;
  }
  if (outer_right && out.ends_with(' ')) out.pop_back();
  if (outer_left && starts_with_space(out)) out.erase(0, 1);
  return true;
}

bool is_ascii(std::string_view text) noexcept {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

bool is_utf8(std::string_view text) noexcept {
  std::int32_t point = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = next_point(text, i, point);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

}  // namespace postern::ldap
