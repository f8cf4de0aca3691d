#include "protocols/ber/writer.h"

#include <array>
#include <cstring>

namespace postern::ber {
namespace {

constexpr std::size_t kMaxHeader = 1 + length_size(~std::size_t{0});

}  // namespace

std::size_t integer_size(std::int64_t value) noexcept {
  std::size_t size = 1;
  for (std::int64_t rest = value; rest < -128 || rest > 127; rest >>= 8) ++size;
  return size;
}

std::uint8_t* put_header(std::uint8_t* at, Tag tag, std::size_t contents) noexcept {
  *at++ = tag;
  const std::size_t octets = length_size(contents) - 1;
  if (octets == 0) {
    *at++ = static_cast<std::uint8_t>(contents);
    return at;
  }
  *at++ = static_cast<std::uint8_t>(0x80U | octets);
  for (std::size_t i = octets; i-- > 0;) *at++ = static_cast<std::uint8_t>(contents >> (8 * i));
  return at;
}

void append_header(Octets& out, Tag tag, std::size_t contents) {
  std::array<std::uint8_t, kMaxHeader> header;
  const std::uint8_t* end = put_header(header.data(), tag, contents);
  out.insert(out.end(), static_cast<const std::uint8_t*>(header.data()), end);
}

void append_raw(Octets& out, OctetPiece octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

void append_string(Octets& out, std::string_view value, Tag tag) {
  append_header(out, tag, value.size());
  append_raw(out, octets_of(value));
}

void append_integer(Octets& out, std::int64_t value, Tag tag) {
  const std::size_t size = integer_size(value);
  append_header(out, tag, size);
  const auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = size; i-- > 0;) out.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
}

void append_enumerated(Octets& out, std::int32_t value) { append_integer(out, value, kEnumerated); }

void append_boolean(Octets& out, bool value, Tag tag) {
  append_header(out, tag, 1);
  out.push_back(value ? 0xff : 0x00);
}

std::size_t open(Octets& out, Tag tag) {
  out.push_back(tag);
  out.push_back(0);  // room for a short length; close() makes more if it is needed
  return out.size();
}

void close(Octets& out, std::size_t mark) {
  const std::size_t contents = out.size() - mark;
  std::array<std::uint8_t, kMaxHeader> header;
  const std::uint8_t* end = put_header(header.data(), out[mark - 2], contents);
  const auto size = static_cast<std::size_t>(end - header.data());
  if (size > 2) out.insert(out.begin() + static_cast<std::ptrdiff_t>(mark), size - 2, 0);
  std::memcpy(out.data() + mark - 2, header.data(), size);
}

}  // namespace postern::ber
