#pragma once
// Writing BER: appends to a growing octet buffer, definite minimal lengths. Where the length of a
// container is known it is written ahead (append_header); elsewhere open() and close() patch it in
// afterwards. Cannot fail. Source: RFC 4511 5.1.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocols/ber/tag.h"

namespace postern::ber {

using Octets = std::vector<std::uint8_t>;

// Octets that the length field takes for `contents` octets.
constexpr std::size_t length_size(std::size_t contents) noexcept {
  if (contents < 0x80) return 1;
  std::size_t octets = 1;
  for (std::size_t rest = contents; rest != 0; rest >>= 8U) ++octets;
  return octets;
}
// Octets of a whole element: tag, length, contents.
constexpr std::size_t element_size(std::size_t contents) noexcept {
  return 1 + length_size(contents) + contents;
}
std::size_t integer_size(std::int64_t value) noexcept;  // contents only

void append_header(Octets& out, Tag tag, std::size_t contents);
void append_raw(Octets& out, OctetPiece octets);
void append_string(Octets& out, std::string_view value, Tag tag = kOctetString);
void append_integer(Octets& out, std::int64_t value, Tag tag = kInteger);
void append_enumerated(Octets& out, std::int32_t value);
void append_boolean(Octets& out, bool value, Tag tag = kBoolean);

// A container of unknown length: mark = open(out, tag); ...; close(out, mark). They nest like
// brackets.
std::size_t open(Octets& out, Tag tag);
void close(Octets& out, std::size_t mark);

// The same, for headers that are put in front by pointer: writes at `at`, returns the place behind.
// REQUIRES: 1 + length_size(contents) octets of room.
std::uint8_t* put_header(std::uint8_t* at, Tag tag, std::size_t contents) noexcept;

}  // namespace postern::ber
