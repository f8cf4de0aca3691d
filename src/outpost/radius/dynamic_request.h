#pragma once
// DynamicRequest: one Disconnect-Request or CoA-Request to the NAS of a session, and what a
// datagram that comes back means. The session is named as the NAS itself names it (its addresses,
// User-Name, Acct-Session-Id, Calling-Station-Id), with Event-Timestamp and Message-Authenticator,
// so that a NAS that checks takes it. A Disconnect carries nothing else.
//
// An answer counts only with the right Identifier, code and both authenticators. Thread: that of
// the Digests. Sources: RFC 5176 2.3, 3, 3.4, 3.5, 6.1, 6.3.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/network/session.h"
#include "outpost/radius/reply_book.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {

enum class DynamicKind : std::uint8_t { disconnect, change };

struct DynamicRequest {
  DynamicKind kind = DynamicKind::disconnect;
  std::uint8_t identifier = 0;
  Octets octets;

  radius::Authenticator authenticator() const noexcept;
};

// `changes` for CoA only. Nothing = they do not fit.
std::optional<DynamicRequest> dynamic_request(DynamicKind kind, std::uint8_t identifier,
                                              const core::NetworkSession& session,
                                              std::span<const EncodedItem> changes,
                                              core::WallMs now, OctetView secret,
                                              radius::Digests& digests);

struct DynamicAnswer {
  bool acknowledged = false;
  std::uint32_t error_cause = 0;  // RFC 5176 3.5; 0 = none, or one that may not stand there

  // Session-Context-Not-Found: the NAS has no such session any more.
  bool gone() const noexcept { return !acknowledged && error_cause == 503; }
  // Unsupported-Service, Unsupported-Extension: not here.
  bool unsupported() const noexcept {
    return !acknowledged && (error_cause == 405 || error_cause == 406);
  }
};
std::optional<DynamicAnswer> read_dynamic_answer(const DynamicRequest& request, OctetView datagram,
                                                 OctetView secret, radius::Digests& digests);

// "ack", "nak 503 Session-Context-Not-Found".
std::string answer_text(const DynamicAnswer& answer);

}  // namespace postern::outpost
