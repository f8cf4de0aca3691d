#pragma once
// What is an address of mail for us: local@domain, at most 254 octets, without spaces, control
// characters and any of <>,;:"()[]\ (so that nothing of it is a header or a command to a relay),
// not beginning with "-". Letters beyond ASCII are let through. Thread: pure.

#include <string_view>

namespace postern::core {

bool is_mail_address(std::string_view text) noexcept;

}  // namespace postern::core
