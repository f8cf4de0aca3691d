#pragma once
// A Mail as octets for SMTP: headers (RFC 5322, encoded words of RFC 2047), a text and an HTML part
// (RFC 2046), both base64, lines ended by CR LF. Thread: pure.

#include <cstdint>
#include <string>

#include "core/ports/mailer.h"

namespace postern::app {

// `unique`: random text for the message id and the boundary; `now`: milliseconds since 1970.
std::string message_text(const core::Mail& mail, const std::string& unique, std::int64_t now);

}  // namespace postern::app
