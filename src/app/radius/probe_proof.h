#pragma once
// ProbeProof: a password shown by CHAP, MS-CHAP or MS-CHAPv2, as a NAS passes it on for its client,
// with challenges of our own; and whether an Access-Accept shows in turn that the server knows the
// password (MS-CHAPv2: RFC 2759 8.7, and the keys of RFC 2548 2.4).
//
// REQUIRES, for the MS-CHAPs: ms_chap_available(), a password of printable ASCII. Thread: a value.
// Sources: RFC 1994 4.1, RFC 2865 5.3, RFC 2548 2.1.3, 2.3.2.

#include <array>
#include <string>

#include "core/ports/random.h"
#include "core/secret.h"
#include "outpost/radius/ms_chap.h"
#include "protocols/radius/encode.h"

namespace postern::app {

enum class ProbeMethod : std::uint8_t { pap, chap, ms_chap, ms_chap2 };

class ProbeProof {
 public:
  // REQUIRES: method != ProbeMethod::pap
  ProbeProof(ProbeMethod method, const std::string& user, const core::Secret& password,
             core::Random& random, radius::Digests& digests);

  void write(radius::Writer& writer) const;
  // Why this Access-Accept does not prove the server; "" = it does, or the method knows no proof.
  std::string complaint(const radius::Packet& accept, const radius::Authenticator& request,
                        OctetView secret, radius::Digests& digests) const;

 private:
  void respond(const std::string& user, const core::Secret& password, radius::Digests& digests);
  Octets ms_response() const;

  const ProbeMethod method_;
  std::uint8_t identifier_ = 0;
  std::array<std::uint8_t, 16> challenge_{}, peer_challenge_{};
  Octets response_;
  std::string success_;       // what MS-CHAP2-Success has to say
  outpost::MppeKeys keys_{};  // and the keys beside it
};

}  // namespace postern::app
