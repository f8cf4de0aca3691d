#pragma once
// NetworkProof: CHAP, MS-CHAP and MS-CHAPv2 as proofs of a network password, and what they add to
// the answer: nothing, or the success text and keys by which an MS-CHAPv2 peer knows the server, or
// the error by which it knows that its password was wrong. Octets are copied: a proof outlives its
// packet. EAP methods use the same classes with their own challenge.
//
// Sources: RFC 1994 4.1, RFC 2865 2.2 and 5.3, RFC 2433, RFC 2548 2, RFC 2759, RFC 3079. Thread:
// one at a time.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/credentials/password_proof.h"
#include "outpost/radius/ms_chap.h"
#include "protocols/radius/assign.h"

namespace postern::outpost {

class NetworkProof : public core::PasswordProof {
 public:
  static constexpr std::uint16_t kSalts = 2;
  // Into an Access-Accept; kSalts of `key.salt` may be used up. False: it does not fit.
  virtual bool write_success(radius::Writer&, const radius::HidingKey&) const { return true; }
  virtual void write_failure(radius::Writer&) const {}
};

// The response is MD5 over identifier, password and challenge.
class ChapProof final : public NetworkProof {
 public:
  // REQUIRES: response of 16 octets
  ChapProof(std::uint8_t identifier, OctetView challenge, OctetView response);
  bool fits(std::string_view password) override;

 private:
  const std::uint8_t identifier_;
  const Octets challenge_, response_;
};

class MsChap1Proof final : public NetworkProof {
 public:
  // REQUIRES: challenge of 8 octets, response of 24
  MsChap1Proof(std::uint8_t identifier, OctetView challenge, OctetView nt_response);
  bool fits(std::string_view password) override;
  bool write_success(radius::Writer& writer, const radius::HidingKey& key) const override;
  void write_failure(radius::Writer& writer) const override;

 private:
  const std::uint8_t identifier_;
  std::array<std::uint8_t, 8> challenge_{};
  NtResponse response_{};
  NtHash hash_hash_{};
};

class MsChap2Proof final : public NetworkProof {
 public:
  // REQUIRES: challenges of 16 octets, response of 24
  MsChap2Proof(std::uint8_t identifier, std::string_view username, OctetView challenge,
               OctetView peer_challenge, OctetView nt_response);
  ~MsChap2Proof() override;
  bool fits(std::string_view password) override;
  bool write_success(radius::Writer& writer, const radius::HidingKey& key) const override;
  void write_failure(radius::Writer& writer) const override;

  // After fits() said yes: "S=..." and the keys, for EAP and TTLS.
  std::string success() const;
  MppeKeys keys() const;
  // "E=691 R=0 C=... V=3 M=..." (RFC 2759 6), with a challenge that nobody will be asked about.
  static std::string failure();

 private:
  const std::uint8_t identifier_;
  NtResponse response_{};
  // Over the name without its domain, then, for peers that know no better, with it.
  std::vector<std::array<std::uint8_t, 8>> challenges_;
  std::array<std::uint8_t, 8> fitting_{};
  NtHash hash_hash_{};
};

}  // namespace postern::outpost
