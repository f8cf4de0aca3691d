#pragma once
// SessionMarks: what an Access-Accept says of its login for those who account for the session: our
// Class (login_class.h), and a Chargeable-User-Identity where the request asks for one: the same
// for a user at a provider whenever he comes, and telling nothing about him. Thread-safe.
// Sources: RFC 2865 5.25, RFC 4372 2.

#include <array>
#include <cstdint>
#include <string>

#include "core/login.h"
#include "outpost/radius/intake.h"
#include "outpost/radius/login_class.h"
#include "protocols/radius/encode.h"

namespace postern::outpost {

struct SessionMarks {
  std::string login_class;      // "" = none
  std::string chargeable_user;  // "" = none

  // False: they do not fit. A rule that sends a Chargeable-User-Identity of its own is left alone.
  bool write(radius::Writer& writer) const;
};

class SessionMarker {
 public:
  // Both keys come from `sealer`, which outlives this.
  explicit SessionMarker(const core::Sealer& sealer);

  const LoginClass& classes() const noexcept { return classes_; }
  SessionMarks mark(const radius::Packet& request, const core::RadiusProvider& provider,
                    const core::Grant& grant, std::uint32_t interim, core::WallMs now) const;

 private:
  LoginClass classes_;
  std::array<std::uint8_t, 32> identity_key_;
};

}  // namespace postern::outpost
