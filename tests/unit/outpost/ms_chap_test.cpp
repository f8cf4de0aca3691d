// MS-CHAP against the vectors of the RFCs, and proofs of network passwords.

#include "protocols/radius/ms_chap.h"

#include <gtest/gtest.h>

#include <string>

#include "core/hex.h"
#include "outpost/radius/network_proof.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

Octets octets(std::string_view hex) {
  const std::string text = *core::from_hex(hex);
  return {text.begin(), text.end()};
}

template <typename Array>
std::string hex(const Array& array) {
  return core::to_hex({array.data(), array.size()});
}

// RFC 2759 9.2.
const Octets kChallenge = octets("5b5d7c7d7b3f2f3e3c2c602132262628");
const Octets kPeerChallenge = octets("21402324255e262a28295f2b3a337c7e");
const Octets kResponse = octets("82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df");
constexpr std::string_view kPassword = "clientPass";

TEST(MsChap, TheLegacyProviderIsThere) { ASSERT_TRUE(ms_chap_available()); }

TEST(MsChap, Rfc2759_9_2_NtResponse) {
  const auto challenge = challenge_hash(kPeerChallenge, kChallenge, "User");
  EXPECT_EQ(hex(challenge), "d02e4386bce91226");
  const NtHash hash = nt_hash(kPassword);
  EXPECT_EQ(hex(hash), "44ebba8d5312b8d611474411f56989ae");
  const NtResponse response = challenge_response(challenge, hash);
  EXPECT_EQ(Octets(response.begin(), response.end()), kResponse);
}

TEST(MsChap, Rfc2759_9_2_AuthenticatorResponse) {
  const auto challenge = challenge_hash(kPeerChallenge, kChallenge, "User");
  const NtHash twice = nt_hash_hash(nt_hash(kPassword));
  EXPECT_EQ(hex(twice), "41c00c584bd2d91c4017a2a12fa59f3f");
  EXPECT_EQ(authenticator_response(twice, kResponse, challenge),
            "S=407A5589115FD0D6209F510FE9C04566932CDA56");
}

TEST(MsChap, Rfc3079_3_5_3_StartKeysOf128Bits) {
  const MppeKeys keys = mppe_keys(nt_hash_hash(nt_hash(kPassword)), kResponse);
  EXPECT_EQ(hex(keys.send), "8b7cdc149b993a1ba118cb153f56dccb");
  EXPECT_NE(hex(keys.send), hex(keys.receive));
}

TEST(MsChap, Rfc2548_2_3_2_FlagsAndReservedOctetsAreNotLookedAt) {
  for (const std::uint8_t filler : {std::uint8_t{0x00}, std::uint8_t{0xff}}) {
    Octets value{9, filler};  // Ident, Flags
    value.insert(value.end(), kPeerChallenge.begin(), kPeerChallenge.end());
    value.insert(value.end(), 8, filler);
    value.insert(value.end(), kResponse.begin(), kResponse.end());
    const auto read = radius::read_ms_chap2(value);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->identifier, 9);
    EXPECT_TRUE(radius::as_text(read->peer_challenge) == radius::as_text(kPeerChallenge));
    EXPECT_TRUE(radius::as_text(read->nt_response) == radius::as_text(kResponse));
    value.pop_back();
    EXPECT_FALSE(radius::read_ms_chap2(value));
  }
}

TEST(MsChap, Rfc2759_8_2_TheDomainIsLeftOut) {
  EXPECT_EQ(without_domain("CORP\\User"), "User");
  EXPECT_EQ(without_domain("user@example.org"), "user@example.org");
  for (const std::string_view name : {"User", "CORP\\User"}) {
    MsChap2Proof proof(1, name, kChallenge, kPeerChallenge, kResponse);
    EXPECT_TRUE(proof.fits(kPassword)) << name;
    EXPECT_EQ(proof.success(), "S=407A5589115FD0D6209F510FE9C04566932CDA56");
  }
}

TEST(MsChap, APeerThatHashesTheDomainTooIsUnderstood) {
  const auto challenge = challenge_hash(kPeerChallenge, kChallenge, "CORP\\User");
  const NtResponse response = challenge_response(challenge, nt_hash(kPassword));
  MsChap2Proof proof(1, "CORP\\User", kChallenge, kPeerChallenge, response);
  EXPECT_TRUE(proof.fits(kPassword));
}

TEST(MsChap, AnotherPasswordOrNameDoesNotFit) {
  MsChap2Proof proof(1, "User", kChallenge, kPeerChallenge, kResponse);
  EXPECT_FALSE(proof.fits("clientPasS"));
  EXPECT_FALSE(proof.fits(""));
  MsChap2Proof other(1, "Userx", kChallenge, kPeerChallenge, kResponse);
  EXPECT_FALSE(other.fits(kPassword));
}

TEST(MsChap, Rfc2759_6_TheFailureText) {
  const std::string text = MsChap2Proof::failure();
  EXPECT_EQ(text.substr(0, 12), "E=691 R=0 C=");
  EXPECT_EQ(text.substr(44), " V=3 M=Authentication failed");
}

// RFC 2865 7.2: flopsy's password is arctangent; the challenge is the Request Authenticator.
TEST(Chap, Rfc2865_7_2_TheExample) {
  ChapProof proof(0x16, octets("2aee86f08d0d55969ca5978e0d3367a2"),
                  octets("e97557c316185895f293ff6344077275"));
  EXPECT_TRUE(proof.fits("arctangent"));
  EXPECT_FALSE(proof.fits("arctangenT"));
  EXPECT_FALSE(proof.fits(""));
}

}  // namespace
}  // namespace postern::outpost
