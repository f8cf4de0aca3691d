#include "core/credentials/saslprep.h"

#include <sodium.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace postern::core {
namespace {

using Points = std::vector<std::int32_t>;

struct Range {
  std::int32_t first, last;
};

template <std::size_t size>
bool is_in(const Range (&table)[size], std::int32_t point) {
  return std::any_of(std::begin(table), std::end(table), [point](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

// RFC 3454 B.1: commonly mapped to nothing.
constexpr Range kNothing[] = {{0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x1806, 0x1806},
                              {0x180b, 0x180d}, {0x200b, 0x200d}, {0x2060, 0x2060},
                              {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}};

// C.1.2: spaces that are not U+0020. U+200B stands in both tables; the space has precedence, as in
// the implementations that clients use.
constexpr Range kSpaces[] = {{0x00a0, 0x00a0}, {0x1680, 0x1680}, {0x2000, 0x200b},
                             {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

// C.2.1, C.2.2, C.3 to C.9; C.4's noncharacters at the end of each plane are tested by arithmetic,
// surrogates (C.5) are no UTF-8.
constexpr Range kProhibited[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x06dd, 0x06dd},   {0x070f, 0x070f},
    {0x180e, 0x180e},   {0x200c, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x2063},
    {0x206a, 0x206f},   {0x2ff0, 0x2ffb},   {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},
    {0xfeff, 0xfeff},   {0xfff9, 0xfffd},   {0x0340, 0x0341},   {0x1d173, 0x1d17a},
    {0xe0001, 0xe0001}, {0xe0020, 0xe007f}, {0xf0000, 0xffffd}, {0x100000, 0x10fffd}};

bool is_prohibited(std::int32_t point) {
  return (point & 0xfffe) == 0xfffe || is_in(kSpaces, point) || is_in(kProhibited, point);
}

// `take` gets each code point and its octets. False: it is no UTF-8.
template <typename Take>
bool each_point(std::string_view text, Take&& take) {
  while (!text.empty()) {
    std::int32_t point = 0;
    const utf8proc_ssize_t used =
        utf8proc_iterate(reinterpret_cast<const std::uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (used <= 0) return false;
    take(point, text.substr(0, static_cast<std::size_t>(used)));
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  return true;
}

bool is_utf8(std::string_view text) {
  return each_point(text, [](std::int32_t, std::string_view) {});
}

// RFC 3454 section 3: table C.1.2 to a space, B.1 to nothing.
bool map_points(std::string_view text, std::string& out) {
  return each_point(text, [&out](std::int32_t point, std::string_view octets) {
    if (is_in(kSpaces, point)) {
      out.push_back(' ');
    } else if (!is_in(kNothing, point)) {
      out.append(octets);
    }
  });
}

// NFKC in memory of ours, which is wiped when it is freed.
bool normalise(const std::string& text, Points& out) {
  const auto* from = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
  const utf8proc_ssize_t needed = utf8proc_decompose(from, size, nullptr, 0, kOptions);
  if (needed < 0) return false;
  out.resize(static_cast<std::size_t>(needed));
  if (utf8proc_decompose(from, size, out.data(), needed, kOptions) != needed) return false;
  const utf8proc_ssize_t composed = utf8proc_normalize_utf32(out.data(), needed, kOptions);
  if (composed < 0) return false;
  out.resize(static_cast<std::size_t>(composed));
  return true;
}

bool runs_right_to_left(std::int32_t point) {
  const int direction = utf8proc_get_property(point)->bidi_class;
  return direction == UTF8PROC_BIDI_CLASS_R || direction == UTF8PROC_BIDI_CLASS_AL;
}

bool runs_left_to_right(std::int32_t point) {
  return utf8proc_get_property(point)->bidi_class == UTF8PROC_BIDI_CLASS_L;
}

// RFC 3454 section 6.
bool directions_fit(const Points& points) {
  if (std::none_of(points.begin(), points.end(), runs_right_to_left)) return true;
  return std::none_of(points.begin(), points.end(), runs_left_to_right) &&
         runs_right_to_left(points.front()) && runs_right_to_left(points.back());
}

std::string encoded(const Points& points) {
  std::string out;
  std::uint8_t octets[4];
  for (const std::int32_t point : points) {
    const utf8proc_ssize_t size = utf8proc_encode_char(point, octets);
    out.append(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size));
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Short strings keep their characters inside the object, where no deallocator sees them.
void wipe(std::string& text) { sodium_memzero(text.data(), text.size()); }

// 0x80 to 0x9f; 0 = means nothing there. The other octets are the code points of Latin-1.
constexpr std::uint16_t kWindows1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// As UTF-8; an octet without a meaning gives U+FFFD, which saslprep() refuses.
std::string from_windows_1252(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (const char c : text) {
    const auto octet = static_cast<std::uint8_t>(c);
    std::int32_t point = octet;
    if (octet >= 0x80 && octet < 0xa0) point = kWindows1252[octet - 0x80];
    if (point == 0 && octet != 0) point = 0xfffd;
    std::uint8_t encoded[4];
    const auto size = static_cast<std::size_t>(utf8proc_encode_char(point, encoded));
    out.append(reinterpret_cast<const char*>(encoded), size);
  }
  return out;
}

}  // namespace

std::optional<std::string> saslprep(std::string_view text) {
  std::string mapped;
  Points points;
  const bool good = map_points(text, mapped) && normalise(mapped, points);
  wipe(mapped);
  if (!good || std::any_of(points.begin(), points.end(), is_prohibited) || !directions_fit(points))
    return std::nullopt;
  return encoded(points);
}

Secret prepared_password(std::string_view password) {
  if (is_ascii(password)) return Secret(password);
  std::optional<std::string> prepared = saslprep(password);
  if (!prepared && !is_utf8(password)) {
    std::string read = from_windows_1252(password);
    prepared = saslprep(read);
    wipe(read);
  }
  if (!prepared) return Secret(password);
  Secret out(*prepared);
  wipe(*prepared);
  return out;
}

}  // namespace postern::core
