// CBOR, base64url and the ceremonies over the test vectors that the recommendation publishes
// (WebAuthn Level 3, 16.1: ES256 without attestation). Each rule broken on its own is in
// tests/system/webauthn_test.py.

#include <gtest/gtest.h>

#include "core/hex.h"
#include "core/webauthn/base64url.h"
#include "core/webauthn/cbor.h"
#include "core/webauthn/ceremony.h"

namespace postern::core {
namespace {

std::string octets(std::string_view hex) { return from_hex(hex).value_or("not hex"); }

TEST(Cbor, Rfc8949_3_ReadsWhatAuthenticatorsWrite) {
  const std::string text = octets("a4010203262001784041") + std::string(63, 'x') + octets("f6");
  const auto map = read_cbor(text);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->find(1)->number, 2);
  EXPECT_EQ(map->find(3)->number, -7);
  EXPECT_EQ(map->find(-1)->number, 1);
  EXPECT_EQ(map->find("A" + std::string(63, 'x'))->kind, Cbor::Kind::null);
  EXPECT_EQ(map->find(2), nullptr);
  EXPECT_EQ(read_cbor_prefix(octets("0102"))->size, 1u);
}

TEST(Cbor, RefusesWhatIsNotBoundedOrNotOneValue) {
  for (const std::string_view hex : {"",
                                     "9a08000000",
                                     "bbffffffffffffffff",
                                     "818181818181818181",
                                     "9fff",
                                     "bfff",
                                     "5fff",
                                     "c000",
                                     "f93c00",
                                     "a201020103",
                                     "a2616101616102",
                                     "1801",
                                     "190001",
                                     "1a00000001",
                                     "5803",
                                     "62c3",
                                     "0000",
                                     "f8ff",
                                     "a1",
                                     "1bffffffffffffffff",
                                     "a1f500"}) {
    EXPECT_FALSE(read_cbor(octets(hex))) << hex;
  }
  EXPECT_FALSE(read_cbor(std::string(20'000, '\x80')));
  std::string many = octets("990200") + std::string(512, '\x00');
  EXPECT_FALSE(read_cbor(many)) << "more items than any authenticator writes";
}

TEST(Base64Url, Rfc4648_5_ReadsBackWhatItWroteAndNothingElse) {
  for (const std::string_view text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
    EXPECT_EQ(from_base64url(to_base64url(text)), std::string(text));
  }
  EXPECT_EQ(from_base64url("Zm8="), "fo");
  for (const std::string_view text : {"Z", "Zm8+", "Zm9", "Zm8=Zm8=", "Zm 8"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

constexpr std::string_view kId = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
constexpr std::string_view kKey =
    "a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a"
    "56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
constexpr std::string_view kRegistration =
    "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c473"
    "5ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0"
    "ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb640"
    "98d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e"
    "2664796b9220";
constexpr std::string_view kRegistrationClient =
    "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d5074345578"
    "78"
    "475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268"
    "74"
    "7470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c2265787472614461"
    "74"
    "61223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f"
    "6e"
    "616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a6463"
    "54"
    "427258426941774a544c453551227d";
constexpr std::string_view kRegistrationChallenge =
    "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130";
constexpr std::string_view kLoginData =
    "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
constexpr std::string_view kLoginClient =
    "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c54"
    "55"
    "506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470"
    "73"
    "3a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d";
constexpr std::string_view kLoginSignature =
    "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b9353"
    "81"
    "74f575bf11a1dd5d78c6e486013f937295ea13653e331e87";
constexpr std::string_view kLoginChallenge =
    "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408";

boost::json::object answer(boost::json::object response) {
  const std::string id = to_base64url(octets(kId));
  return {{"id", id}, {"rawId", id}, {"type", "public-key"}, {"response", std::move(response)}};
}

TEST(WebAuthn, Level3_16_1_RegistersThePublishedCredential) {
  const std::string challenge = octets(kRegistrationChallenge);
  const auto judged =
      register_credential(answer({{"clientDataJSON", to_base64url(octets(kRegistrationClient))},
                                  {"attestationObject", to_base64url(octets(kRegistration))}}),
                          {challenge, "https://example.org", "example.org", false});
  ASSERT_TRUE(std::holds_alternative<NewCredential>(judged)) << std::get<Fault>(judged).word;
  const auto& made = std::get<NewCredential>(judged);
  EXPECT_EQ(to_hex(made.id), kId);
  EXPECT_EQ(to_hex(made.public_key), kKey);
  EXPECT_EQ(to_hex(made.aaguid), "8446ccb9ab1db374750b2367ff6f3a1f");
  EXPECT_EQ(made.attestation, "none");
  EXPECT_FALSE(made.user_verified);
  EXPECT_TRUE(made.backup_eligible && made.backed_up);
}

TEST(WebAuthn, Level3_16_1_VerifiesThePublishedAssertionAndNoOther) {
  const std::string id = octets(kId), key = octets(kKey), challenge = octets(kLoginChallenge);
  const KnownCredential known{id, key, 0, true};
  const CeremonyRequest request{challenge, "https://example.org", "example.org", false};
  const boost::json::object response{{"clientDataJSON", to_base64url(octets(kLoginClient))},
                                     {"authenticatorData", to_base64url(octets(kLoginData))},
                                     {"signature", to_base64url(octets(kLoginSignature))}};
  const auto judged = verify_assertion(answer(response), request, known);
  ASSERT_TRUE(std::holds_alternative<Assertion>(judged)) << std::get<Fault>(judged).word;
  EXPECT_EQ(std::get<Assertion>(judged).sign_count, 0u);

  const auto word = [&](boost::json::object bent, const CeremonyRequest& asked,
                        const KnownCredential& kept) {
    const auto said = verify_assertion(answer(std::move(bent)), asked, kept);
    return std::holds_alternative<Fault>(said) ? std::get<Fault>(said).word : "right";
  };
  boost::json::object bent = response;
  std::string data = octets(kLoginData);
  data.back() = 1;
  bent["authenticatorData"] = to_base64url(data);
  EXPECT_EQ(word(bent, request, known), "wrong_signature");
  EXPECT_EQ(word(response, {challenge, "https://example.org", "example.org", true}, known),
            "user_not_verified");
  EXPECT_EQ(word(response, request, {id, key, 5, true}), "counter_went_back");
  EXPECT_EQ(word(response, request, {id, key, 0, false}), "backup_eligibility_changed");
  EXPECT_EQ(
      word(response, {std::string_view(), "https://example.org", "example.org", false}, known),
      "wrong_challenge");
}

}  // namespace
}  // namespace postern::core
