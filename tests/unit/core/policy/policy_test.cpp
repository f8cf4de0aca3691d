#include "core/policy/policy.h"

#include <gtest/gtest.h>

namespace postern::core {
namespace {

PasswordCandidate candidate(std::string_view password) {
  PasswordCandidate out;
  out.password = password;
  out.username = "anna";
  out.now = 1'000'000;
  return out;
}

Policy rules() {
  Policy policy;
  policy.kind = Policy::Kind::password;
  policy.length_min = 8;
  policy.digits = policy.uppercase = policy.lowercase = policy.symbols = 1;
  policy.symbol_charset = "!-";
  return policy;
}

TEST(PasswordPolicy, Behera8_2_5_EachRuleHasItsFault) {
  const Policy policy = rules();
  EXPECT_EQ(judge(policy, candidate("Aa1-")).fault, PasswordFault::too_short);
  for (const char* weak : {"aaaa-111", "AAAA-111", "AAaa-bbb", "AAaa1111"}) {
    EXPECT_EQ(judge(policy, candidate(weak)).fault, PasswordFault::weak) << weak;
  }
  EXPECT_TRUE(judge(policy, candidate("AAaa-111")).passed());
}

TEST(PasswordPolicy, LengthCountsCharactersAndNotOctets) {
  Policy policy;
  policy.kind = Policy::Kind::password;
  policy.length_min = 4;
  EXPECT_EQ(judge(policy, candidate("äöü")).fault, PasswordFault::too_short);
  EXPECT_TRUE(judge(policy, candidate("äöüß")).passed());
}

TEST(PasswordPolicy, TheMessageIsThePolicysOwnWhenItHasOne) {
  Policy policy = rules();
  policy.error_message = "longer, please";
  EXPECT_EQ(judge(policy, candidate("Aa1-")).message, "longer, please");
}

TEST(PasswordPolicy, StaticRulesCanBeOff) {
  Policy policy = rules();
  policy.check_static_rules = false;
  EXPECT_TRUE(judge(policy, candidate("x")).passed());
}

TEST(PasswordPolicy, ScoreAtTheThresholdFails) {
  Policy policy;
  policy.kind = Policy::Kind::password;
  policy.check_static_rules = false;
  policy.check_zxcvbn = true;
  policy.zxcvbn_score_threshold = 2;
  EXPECT_EQ(judge(policy, candidate("password1234")).fault, PasswordFault::weak);
  EXPECT_TRUE(judge(policy, candidate("four-crows-and-a-lantern")).passed());
  policy.zxcvbn_score_threshold = 4;
  EXPECT_FALSE(judge(policy, candidate("four-crows-and-a-lantern")).passed());
}

TEST(PasswordPolicy, APasswordMadeOfOnesOwnNameScoresLess) {
  const std::string_view name = "Ludmilla Zwickelhuber";
  EXPECT_LT(password_score("zwickelhuber", "lz", "lz@example.org", name),
            password_score("zwickelhuber", "x", "", ""));
  EXPECT_EQ(password_score("", "", "", ""), 0);
  EXPECT_EQ(password_score(std::string(100'000, 'x'), "", "", ""),
            password_score(std::string(256, 'x'), "", "", ""));
}

TEST(UniquePasswordPolicy, Behera8_2_6_AsksForAsManyAsItRemembers) {
  Policy policy;
  policy.kind = Policy::Kind::unique_password;
  policy.remembered = 3;
  PasswordCandidate one = candidate("x");
  int asked = 0;
  one.in_history = [&asked](int remembered) {
    asked = remembered;
    return true;
  };
  EXPECT_EQ(judge(policy, one).fault, PasswordFault::in_history);
  EXPECT_EQ(asked, 3);
  one.in_history = [](int) { return false; };
  EXPECT_TRUE(judge(policy, one).passed());
}

TEST(PasswordExpiryPolicy, Behera8_2_4_AMinimumAgeBindsTheOwnerOnly) {
  Policy policy;
  policy.kind = Policy::Kind::password_expiry;
  policy.minimum_age_ms = 1000;
  PasswordCandidate one = candidate("x");
  one.changed = one.now - 999;
  EXPECT_EQ(judge(policy, one).fault, PasswordFault::too_young);
  one.own = false;
  EXPECT_TRUE(judge(policy, one).passed());
  one.own = true;
  one.changed = one.now - 1000;
  EXPECT_TRUE(judge(policy, one).passed());
  one.changed = 0;  // not known
  EXPECT_TRUE(judge(policy, one).passed());
}

}  // namespace
}  // namespace postern::core
