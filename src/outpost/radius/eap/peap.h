#pragma once
// Inside PEAP version 0: EAP once more, from the identity on, and a Result TLV that both sides say
// at the end, so that success is protected too. Without cryptographic binding. On a lane. Source:
// draft-kamath-pppext-peapv0, [MS-PEAP] 3.3.5.

#include <optional>

#include "outpost/radius/eap/inner_eap.h"

namespace postern::outpost {

class PeapPart final : public InnerPart {
 public:
  explicit PeapPart(const InnerContext& context) : context_(context), eap_(context) {}

  InnerStep begin(EapTunnel& tunnel) override;
  InnerStep resume(EapTunnel& tunnel, const ResumableLogin& earlier) override;
  InnerStep input(EapTunnel& tunnel, OctetView plain) override;
  std::string_view identity() const noexcept override {
    return resumed_.empty() ? eap_.identity() : std::string_view(resumed_);
  }

 private:
  InnerStep conclude(core::LoginOutcome outcome);

  const InnerContext& context_;
  InnerEap eap_;
  std::string resumed_;                        // who was here before
  std::optional<core::LoginOutcome> outcome_;  // told to the peer, not confirmed yet
};

}  // namespace postern::outpost
