#pragma once
// What goes on inside an EAP tunnel, told apart from how octets travel: an InnerPart gets the plain
// text of the peer's messages and says what is to be done. EAP-TTLS, PEAP and EAP-TLS have one
// each.
//
// Unavailable as an outcome means that the same input comes again later: such a step leaves the
// part as it was. Runs on a lane and may block; one call at a time.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "core/login.h"
#include "core/ports/directory.h"
#include "core/ports/random.h"
#include "outpost/radius/eap/tunnel.h"

namespace postern::outpost {

// What a login inside a tunnel needs to know of its surroundings.
struct InnerContext {
  core::Login& login;
  const core::Directory& directory;
  core::Random& random;
  core::ProviderId provider = 0;
  std::string client;      // source address of the NAS
  std::string request_id;  // of the RADIUS request at hand
  std::shared_ptr<const core::AccessFacts> access;
};

struct InnerWait {};  // it is the peer's turn
struct InnerSend {
  Octets plain;
  bool asks_person = false;  // the answer may take its time
  std::chrono::milliseconds delay{0};
};
struct InnerDecided {
  core::LoginOutcome outcome;  // neither WouldBlock nor CodeWanted
  Octets last_words;           // sent, and acknowledged by the peer, before the end
};
struct InnerFault {         // the peer breaks the protocol, or nothing that it offers can be used
  std::string_view reason;  // a constant word
};
using InnerStep = std::variant<InnerWait, InnerSend, InnerDecided, InnerFault>;

class InnerPart {
 public:
  virtual ~InnerPart() = default;
  // The handshake is done.
  virtual InnerStep begin(EapTunnel& tunnel) = 0;
  // Likewise, and it has taken up the session of an earlier login: there is nothing to show.
  virtual InnerStep resume(EapTunnel& tunnel, const ResumableLogin& earlier) = 0;
  // What one message of the peer said; without octets it has only acknowledged ours.
  virtual InnerStep input(EapTunnel& tunnel, OctetView plain) = 0;
  // Who the peer says it is inside the tunnel; "" until then. Nothing outside of it counts.
  virtual std::string_view identity() const noexcept = 0;
};

}  // namespace postern::outpost
