#pragma once
// EAP-MSCHAPv2 inside a tunnel (draft-kamath-pppext-eap-mschapv2): a challenge, a response that
// proves a network password, then who is right is told and confirmed. On a lane.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "outpost/radius/eap/inner_method.h"
#include "outpost/radius/network_proof.h"
#include "protocols/radius/ms_chap.h"

namespace postern::outpost {

class MsChap2Method final : public InnerEapMethod {
 public:
  explicit MsChap2Method(const InnerContext& context) : context_(context) {}

  std::uint8_t type() const noexcept override;
  InnerAsk start(std::string_view identity) override;
  InnerAnswer respond(OctetView type_data) override;

 private:
  InnerAnswer judge(OctetView type_data);

  const InnerContext& context_;
  std::string identity_;
  std::array<std::uint8_t, 16> challenge_{};
  std::uint8_t identifier_ = 0;
  std::optional<core::LoginOutcome> outcome_;  // told to the peer, not confirmed yet
};

}  // namespace postern::outpost
