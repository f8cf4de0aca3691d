#include "core/credentials/app_password.h"

#include <gtest/gtest.h>

#include <set>

#include "support/fake_core.h"

namespace postern::core {
namespace {

TEST(AppPassword, MadeKeysHaveTheShapeAndDiffer) {
  fake::SeededRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const NewKey key = make_key(random);
    EXPECT_EQ(key.text.size(), 44u);
    EXPECT_TRUE(has_key_shape(key.text.reveal()));
    EXPECT_EQ(key_id_of(key.text.reveal()), key.key_id);
    EXPECT_TRUE(seen.insert(std::string(key.text.reveal())).second);
  }
}

TEST(AppPassword, OtherTextsHaveNoShape) {
  const std::string good = "pst_" + std::string(40, 'a');
  ASSERT_TRUE(has_key_shape(good));
  for (const std::string& text : {good + "a", good.substr(1), "pst-" + std::string(40, 'a'),
                                  "pst_" + std::string(39, 'a') + ";", std::string()}) {
    EXPECT_FALSE(has_key_shape(text)) << text;
    EXPECT_EQ(key_id_of(text), "");
  }
}

TEST(AppPassword, VerifierIsSha256OfTheWholeKey) {  // FIPS 180-4, "abc"
  const auto verifier = key_verifier("abc");
  EXPECT_EQ(verifier[0], 0xba);
  EXPECT_EQ(verifier[1], 0x78);
  EXPECT_EQ(verifier[31], 0xad);
}

}  // namespace
}  // namespace postern::core
