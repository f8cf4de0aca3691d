#pragma once
// What all control codecs share: the value of a control as it arrives, the frame in which one is
// written. `controls` is the run of Control elements that the encoders of encode.h take.
// Source: RFC 4511 4.1.11.

#include <cstddef>
#include <optional>
#include <string_view>

#include "protocols/ber/writer.h"
#include "protocols/ldap/decode.h"
#include "protocols/result.h"

namespace postern::ldap {

using ber::Octets;

// As Control::value: absent and empty differ. One spare readable octet lies behind it.
using ControlValue = std::optional<std::string_view>;

// For controls that carry none. An empty value says as little as an absent one and is accepted.
Result<Done> decode_no_value(ControlValue value);

// A control whose value is BER: begin, append the value, end.
struct OpenControl {
  std::size_t whole = 0;
  std::size_t value = 0;
};
OpenControl open_control(Octets& controls, std::string_view oid, bool critical = false);
void close_control(Octets& controls, OpenControl open);

}  // namespace postern::ldap
