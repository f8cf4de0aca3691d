#pragma once
// GTC inside a tunnel (RFC 3748 5.6): a prompt, a text; here the password, then codes if they are
// asked for. On a lane.

#include <string>

#include "outpost/radius/eap/inner_method.h"
#include "outpost/radius/eap/password_talk.h"

namespace postern::outpost {

class GtcMethod final : public InnerEapMethod {
 public:
  explicit GtcMethod(const InnerContext& context) : talk_(context) {}

  std::uint8_t type() const noexcept override;
  InnerAsk start(std::string_view identity) override;
  InnerAnswer respond(OctetView type_data) override;

 private:
  PasswordTalk talk_;
  std::string identity_;
};

}  // namespace postern::outpost
