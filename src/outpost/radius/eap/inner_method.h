#pragma once
// InnerEapMethod: an EAP method inside a tunnel (GTC, MSCHAPv2), without identity, negotiation and
// packet headers, which InnerEap does. It asks, the peer responds, until there is an outcome.
//
// A new method is a class of this kind and a line in inner_eap.cpp. On a lane; may block.

#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>

#include "outpost/radius/eap/inner.h"

namespace postern::outpost {

struct InnerAsk {
  Octets data;               // type data of a request
  bool asks_person = false;  // the answer may take its time
  std::chrono::milliseconds delay{0};
};
// An outcome is never WouldBlock or CodeWanted. One that is Unavailable leaves the method as it
// was: the same response comes again.
using InnerAnswer = std::variant<InnerAsk, core::LoginOutcome, InnerFault>;

class InnerEapMethod {
 public:
  virtual ~InnerEapMethod() = default;
  virtual std::uint8_t type() const noexcept = 0;
  // The first request, to who says to be `identity`.
  virtual InnerAsk start(std::string_view identity) = 0;
  virtual InnerAnswer respond(OctetView type_data) = 0;
};

}  // namespace postern::outpost
