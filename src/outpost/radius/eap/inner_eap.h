#pragma once
// InnerEap: EAP inside a tunnel: the identity, which of our methods the peer takes, then that
// method to its outcome (RFC 3748 2, 5.3.1). How packets travel (bare in PEAP, in an AVP in
// EAP-TTLS) is the caller's. Each method is offered at most once. On a lane.

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "outpost/radius/eap/inner_method.h"
#include "protocols/eap/packet.h"

namespace postern::outpost {

class InnerEap {
 public:
  explicit InnerEap(const InnerContext& context);

  struct Request {
    std::uint8_t type = 0;
    Octets data;
    bool asks_person = false;
    std::chrono::milliseconds delay{0};
  };
  using Step = std::variant<Request, core::LoginOutcome, InnerFault>;

  Request ask_identity() const;
  Step respond(const eap::Packet& response);
  std::string_view identity() const noexcept { return identity_; }

 private:
  using Methods = std::vector<std::unique_ptr<InnerEapMethod>>;

  Step offer(Methods::iterator chosen);
  Step offer_from(OctetView wanted);
  Step answer(InnerAnswer answer) const;

  Methods methods_;                         // not offered yet
  std::unique_ptr<InnerEapMethod> method_;  // offered
  bool accepted_ = false;                   // the peer has gone in for it
  std::string identity_;
};

}  // namespace postern::outpost
