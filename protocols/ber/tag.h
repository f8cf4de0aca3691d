#pragma once
// BER tags of the LDAP profile: one identifier octet. Source: RFC 4511 5.1, X.690 8.1.2.

#include <cstdint>
#include <span>
#include <string_view>

namespace postern::ber {

using Tag = std::uint8_t;
using OctetPiece = std::span<const std::uint8_t>;

inline constexpr Tag kBoolean = 0x01;
inline constexpr Tag kInteger = 0x02;
inline constexpr Tag kOctetString = 0x04;
inline constexpr Tag kEnumerated = 0x0a;
inline constexpr Tag kSequence = 0x30;
inline constexpr Tag kSet = 0x31;

constexpr Tag context(unsigned number) { return static_cast<Tag>(0x80U | number); }
constexpr Tag context_constructed(unsigned number) { return static_cast<Tag>(0xa0U | number); }

inline std::string_view text_of(OctetPiece octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
inline OctetPiece octets_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace postern::ber
