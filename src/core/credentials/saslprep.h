#pragma once
// SASLprep: passwords that look alike become equal before they are hashed or compared (RFC 4013,
// the profile of RFC 3454 that LDAP and SASL name for passwords). Text is prepared as a query
// string, so code points that the tables do not know pass. Character data are utf8proc's: what
// Unicode has added since 3.2 is normalised as Unicode says today. Pure. Errors: none, or no value.

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.h"

namespace postern::core {

// Nothing = no UTF-8, a prohibited character, or a forbidden mix of directions.
std::optional<std::string> saslprep(std::string_view text);

// What is hashed for a password: prepared if it can be, else its octets as they are. Text that is
// no UTF-8 is read as Windows-1252 first (Latin-1 with a few more letters), which is what older
// network gear and clients send. ASCII always stays as it is.
Secret prepared_password(std::string_view password);

}  // namespace postern::core
