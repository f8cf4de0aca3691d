#include "core/credentials/sealer.h"

#include <gtest/gtest.h>

#include "core/credentials/static_code.h"
#include "support/fake_core.h"

namespace postern::core {
namespace {

std::array<std::uint8_t, 32> key(std::uint8_t octet) {
  std::array<std::uint8_t, 32> out;
  out.fill(octet);
  return out;
}

TEST(Sealer, OpensWhatItSealedUnderTheSameContextOnly) {
  fake::SeededRandom random;
  const Sealer sealer(key(1), random);
  const std::string blob = sealer.seal("secret", "totp:a");
  EXPECT_EQ(blob.size(), 1u + 4 + 12 + 6 + 16);
  EXPECT_EQ(blob[0], 1);
  EXPECT_EQ(blob.find("secret"), std::string::npos);
  ASSERT_TRUE(sealer.unseal(blob, "totp:a"));
  EXPECT_EQ(sealer.unseal(blob, "totp:a")->reveal(), "secret");
  EXPECT_FALSE(sealer.unseal(blob, "totp:b"));
  EXPECT_FALSE(Sealer(key(2), random).unseal(blob, "totp:a"));
  EXPECT_NE(sealer.seal("secret", "totp:a"), blob);
}

TEST(Sealer, AnyAlteredOctetOrLengthIsRefused) {
  fake::SeededRandom random;
  const Sealer sealer(key(1), random);
  const std::string blob = sealer.seal("secret", "c");
  for (std::size_t i = 0; i < blob.size(); ++i) {
    std::string altered = blob;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(sealer.unseal(altered, "c")) << i;
    EXPECT_FALSE(sealer.unseal(blob.substr(0, i), "c")) << i;
  }
  EXPECT_FALSE(sealer.unseal(blob + "x", "c"));
  EXPECT_TRUE(sealer.unseal(sealer.seal("", ""), ""));
}

// HKDF-SHA256 without salt, computed with Python's hmac module.
TEST(Sealer, DerivesBySubkeyLabel) {
  fake::SeededRandom random;
  const Sealer sealer(key(0x0b), random);
  EXPECT_NE(sealer.derive("a"), sealer.derive("b"));
  EXPECT_EQ(sealer.derive("static-code"), sealer.derive("static-code"));
  const std::array<std::uint8_t, 8> head{0xe3, 0xcb, 0xea, 0x46, 0xbe, 0xff, 0xa2, 0xfa};
  const auto derived = sealer.derive("static-code");
  EXPECT_TRUE(std::equal(head.begin(), head.end(), derived.begin()));
}

TEST(StaticCode, MadeOfLowerCaseAndDigitsAndVerifiedByKey) {
  fake::SeededRandom random;
  const Sealer sealer(key(1), random);
  const Secret code = make_static_code(random);
  EXPECT_EQ(code.size(), 12u);
  EXPECT_TRUE(is_static_code_text(code.reveal()));
  EXPECT_EQ(code.reveal().find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"),
            std::string_view::npos);
  EXPECT_EQ(make_static_code(random, 1).size(), kMinStaticCode);
  EXPECT_EQ(static_code_verifier(sealer, code.reveal()),
            static_code_verifier(sealer, code.reveal()));
  EXPECT_NE(static_code_verifier(sealer, "aaaaaa"), static_code_verifier(sealer, "aaaaab"));
  EXPECT_NE(static_code_verifier(sealer, "aaaaaa"),
            static_code_verifier(Sealer(key(2), random), "aaaaaa"));
  EXPECT_FALSE(is_static_code_text("abcde"));
  EXPECT_FALSE(is_static_code_text("abcde;"));
  EXPECT_FALSE(is_static_code_text(std::string(101, 'a')));
}

}  // namespace
}  // namespace postern::core
