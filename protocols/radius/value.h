#pragma once
// Values: between the text that people write and the octets of the wire, by the type of the
// dictionary. RFC 2865 5, RFC 3162 2, RFC 6572 (prefixes).
//   text "as it is", integers by number (also 0x..) or by the name that the dictionary gives,
//   addresses and prefixes as usual (10.0.0.0/8, 2001:db8::/32), interface ids as 1:2:3:4,
//   ether 00:11:22:33:44:55, octets 0x00ff or text.
// Errors: one sentence that says what is allowed; never longer than 253 octets, 2048 in attributes
// that are sent in pieces (RFC 6929 2.2). Thread: pure.

#include <string>
#include <string_view>

#include "protocols/radius/dictionary.h"
#include "protocols/result.h"
#include "protocols/session.h"

namespace postern::radius {

Result<Octets> encode_value(const Dictionary& dictionary, const AttributeEntry& attribute,
                            std::string_view text);

// For people: octets that do not fit the type are shown as hex. Text is not escaped.
std::string show_value(const Dictionary& dictionary, const AttributeEntry& attribute,
                       OctetView value);
std::string show_hex(OctetView value);  // "0x00ff"

}  // namespace postern::radius
