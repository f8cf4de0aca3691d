#pragma once
// Reply: the answers to an Access-Request or Status-Server. Each begins with Message-Authenticator,
// carries every Proxy-State back in order (RFC 2865 5.33) and, when the request held EAP, the
// EAP-Failure that goes with a Reject (RFC 3579 2.6.3). Thread: that of the Digests.

#include <optional>
#include <string_view>

#include "outpost/radius/eap/keys.h"
#include "outpost/radius/intake.h"
#include "outpost/radius/network_proof.h"
#include "outpost/radius/session_marks.h"
#include "protocols/radius/encode.h"

namespace postern::outpost {

// What an Access-Accept at the end of an EAP conversation has besides: EAP-Success, the keys, and
// the name that the user has here (RFC 3579 2.1, 3), which the NAS then accounts for; no
// Reply-Message (3579-09).
struct EapAccept {
  const EapKeys* keys = nullptr;
  std::string_view username;
};

Octets accept(const radius::Packet& request, OctetView secret, radius::Digests& digests);
// With what rules and mappings send, what the proof of a network password has to say to its peer,
// and the marks of this login. Nothing = it does not fit into a packet.
std::optional<Octets> accept(const radius::Packet& request, const Known& known,
                             const EncodedRules& replies, const core::ReplyFacts& facts,
                             const SessionMarks& marks, std::uint16_t salt,
                             radius::Digests& digests, const NetworkProof* proof = nullptr,
                             const EapAccept* eap = nullptr);
Octets reject(const radius::Packet& request, OctetView secret, radius::Digests& digests,
              const NetworkProof* proof = nullptr);
// `state` is at most 253 octets.
Octets challenge(const radius::Packet& request, std::string_view state, std::string_view prompt,
                 OctetView secret, radius::Digests& digests);
// The next request of an EAP conversation. Nothing = it does not fit into a packet.
std::optional<Octets> eap_challenge(const radius::Packet& request, std::string_view state,
                                    OctetView eap, OctetView secret, radius::Digests& digests);

}  // namespace postern::outpost
