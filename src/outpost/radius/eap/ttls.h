#pragma once
// Inside EAP-TTLS version 0 (RFC 5281 11): the peer authenticates by AVPs as over plain RADIUS: PAP
// (User-Name and User-Password; a Reply-Message asks for the code, 5281-06), EAP (an EAP-Message
// AVP), or, with a network password, CHAP and MS-CHAPv2, whose challenge is not sent but derived
// from the tunnel (5281-04, 5281-05). An AVP that we do not know and that is mandatory ends it
// (5281-01). On a lane.

#include <optional>
#include <string>
#include <vector>

#include "outpost/radius/eap/inner_eap.h"
#include "outpost/radius/eap/password_talk.h"
#include "protocols/eap/avp.h"

namespace postern::outpost {

class TtlsPart final : public InnerPart {
 public:
  explicit TtlsPart(const InnerContext& context) : context_(context), talk_(context) {}

  InnerStep begin(EapTunnel& tunnel) override;
  InnerStep resume(EapTunnel& tunnel, const ResumableLogin& earlier) override;
  InnerStep input(EapTunnel& tunnel, OctetView plain) override;
  std::string_view identity() const noexcept override;

 private:
  // The AVPs of one message that we know.
  struct Said {
    std::optional<OctetView> name, password;
    Octets eap;
    std::optional<OctetView> challenge, chap, ms_challenge, ms_chap2;
    bool has_eap = false;
  };
  static std::optional<InnerFault> read(const std::vector<eap::Avp>& avps, Said& said);
  InnerStep take_password(const Said& said);
  InnerStep take_chap(const EapTunnel& tunnel, const Said& said);
  InnerStep take_ms_chap2(const EapTunnel& tunnel, const Said& said);
  std::optional<InnerFault> take_name(const Said& said);
  InnerStep take_eap(const Octets& packet);

  const InnerContext& context_;
  PasswordTalk talk_;
  std::string identity_;
  std::optional<InnerEap> eap_;
  std::uint8_t identifier_ = 0;  // of the inner request that is not answered yet
  bool eap_asked_ = false;
};

}  // namespace postern::outpost
