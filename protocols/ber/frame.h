#pragma once
// Framing: where one LDAP PDU ends in a stream. A PDU is a SEQUENCE (0x30) of definite length with
// at most four length octets; anything else is an error as soon as it can be known, as is a length
// above the limit. Nothing beyond the header is looked at. Source: RFC 4511 4.1.1, 5.1.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/ber/tag.h"

namespace postern::ber {

inline constexpr std::size_t kLimitBeforeBind = 256 * 1024;
inline constexpr std::size_t kLimitAfterBind = 4 * 1024 * 1024;

struct Frame {
  enum class State : std::uint8_t { need_more, complete, error };
  State state = State::need_more;
  std::size_t length = 0;  // octets of the whole PDU, header included; 0 while unknown
  std::string_view what;   // error: constant text
};

// `so_far` starts at the first octet of a PDU and may hold more than one. `limit` bounds the whole
// PDU.
Frame frame(OctetPiece so_far, std::size_t limit) noexcept;

}  // namespace postern::ber
