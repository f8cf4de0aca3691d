#pragma once
// Access: what an Access-Request asks for: a login to attempt, or a refusal that needs no login.
//
// PAP alone carries a password that can be compared with a modern hash; what a State of ours opens
// goes on with its login. CHAP and MS-CHAP carry a proof, which is held against the user's network
// passwords. Refused at once: two kinds of credentials, none, EAP that is not offered, a password
// that cannot be revealed, a response of the wrong size or without its challenge, a State that is
// not ours or not this client's, Authorize-Only. RFC 2865 2.2, 4.1, 5.2, 5.24, RFC 2548 2, RFC 3579
// 3.3, RFC 5080 2.1.1. Thread: that of the Digests.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/login.h"
#include "outpost/radius/challenge_state.h"
#include "outpost/radius/intake.h"

namespace postern::outpost {

struct Refusal {
  std::string_view reason;  // a constant word for the log
};

// client and request_id are the caller's to fill in. A proof in it is a NetworkProof.
std::variant<core::LoginRequest, Refusal> read_access(const radius::Packet& packet,
                                                      const Known& known,
                                                      const ChallengeStates& states,
                                                      const core::AddressOctets& client,
                                                      core::WallMs now, radius::Digests& digests);

}  // namespace postern::outpost
