#include "core/secret.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace postern::core {
namespace {

TEST(Secret, ComparesByContent) {
  const Secret secret("correct horse");
  EXPECT_TRUE(secret.equal("correct horse"));
  EXPECT_FALSE(secret.equal("correct horsf"));
  EXPECT_FALSE(secret.equal("correct hors"));
  EXPECT_TRUE(Secret().equal(""));
}

TEST(Secret, EmptyOneHasAPointerForCLibraries) { EXPECT_NE(Secret().reveal().data(), nullptr); }

TEST(Secret, MovingLeavesNothingBehind) {
  Secret from(std::string(64, 'x'));
  const Secret to = std::move(from);
  EXPECT_EQ(to.size(), 64U);
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST(Secret, CopiesAreIndependent) {
  Secret one("first");
  const Secret two = one;
  one = Secret("second");
  EXPECT_TRUE(two.equal("first"));
  one = *&one;
  EXPECT_TRUE(one.equal("second"));
}

}  // namespace
}  // namespace postern::core
