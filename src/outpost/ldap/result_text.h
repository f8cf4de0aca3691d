#pragma once
// The diagnosticMessage of each refusal: one constant text per result code, so that nothing about
// the cause leaves by this way. Empty where the code says it all. Source: RFC 4511 4.1.9.

#include <string_view>

#include "protocols/ldap/result_code.h"

namespace postern::outpost {

std::string_view result_text(ldap::ResultCode code) noexcept;

}  // namespace postern::outpost
