#pragma once
// SASL mechanisms: one table of what is implemented, from which both the Bind and the root DSE's
// supportedSASLMechanisms are made. A mechanism is listed when it can be used at this moment: PLAIN
// where a password may be looked at, EXTERNAL where the transport proves an identity.
//
// Both mechanisms begin with the client's message. If a Bind comes without one, it is asked for by
// an empty challenge (saslBindInProgress). Source: RFC 4513 5.2, RFC 4422, RFC 4616.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "outpost/ldap/conversation.h"

namespace postern::outpost {

enum class Mechanism : std::uint8_t { none, plain, external };

// none: unknown, which is also what an empty name is.
Mechanism find_mechanism(std::string_view name) noexcept;

std::vector<std::string> supported_mechanisms(const Conversation& conversation);

}  // namespace postern::outpost
