#include "core/credentials/login_leases.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

#include "support/fake_core.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;

class Leases : public testing::Test {
 protected:
  fake::SetClock clock;
  fake::SeededRandom random;
  LoginLeases leases{clock, random};
  const LeaseTerms terms{5min, 8h};
  const LoginLeases::Claim claim{7, 3, 1, "192.0.2.1", "123456"};
};

TEST_F(Leases, UserPain3_StandForTheVerySameClaimAlone) {
  EXPECT_FALSE(leases.renew(claim));
  leases.grant(claim, terms);
  EXPECT_TRUE(leases.holds(claim));
  EXPECT_TRUE(leases.renew(claim));
  for (const LoginLeases::Claim& other : {LoginLeases::Claim{8, 3, 1, "192.0.2.1", "123456"},
                                          {7, 4, 1, "192.0.2.1", "123456"},
                                          {7, 3, 2, "192.0.2.1", "123456"},
                                          {7, 3, 1, "192.0.2.2", "123456"},
                                          {7, 3, 1, "192.0.2.1", "123457"},
                                          {7, 3, 1, "192.0.2.1", "12345"},
                                          {7, 3, 1, "192.0.2.1123456", ""},
                                          {7, 3, 1, "192.0.2.11", "23456"}}) {
    EXPECT_FALSE(leases.holds(other)) << other.client << ' ' << other.code;
    EXPECT_FALSE(leases.renew(other));
  }
}

TEST_F(Leases, UserPain3_LastWhileTheyAreUsedAndNotForEver) {
  leases.grant(claim, terms);
  for (int i = 0; i < 119; ++i) {  // 7 hours and 56 minutes
    clock.advance(4min);
    ASSERT_TRUE(leases.renew(claim)) << i;
  }
  clock.advance(4min);
  EXPECT_FALSE(leases.renew(claim)) << "eight hours are over";
  leases.grant(claim, terms);
  clock.advance(5min);
  EXPECT_FALSE(leases.renew(claim)) << "idle for five minutes";
  EXPECT_TRUE(leases.of(7).empty());
}

TEST_F(Leases, LookingDoesNotRenew) {
  leases.grant(claim, terms);
  clock.advance(3min);
  EXPECT_TRUE(leases.holds(claim));
  EXPECT_EQ(leases.of(7).size(), 1U);
  clock.advance(3min);
  EXPECT_FALSE(leases.holds(claim));
}

TEST_F(Leases, AreListedAndEndedByTheirUserAlone) {
  leases.grant(claim, terms);
  LoginLeases::Claim second = claim;
  second.client = "2001:db8::1";
  leases.grant(second, terms);
  const auto listed = leases.of(7);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].client, "2001:db8::1") << "the newest first";
  EXPECT_EQ(listed[0].expires - listed[0].used, 5 * 60'000);
  EXPECT_FALSE(leases.end(8, listed[0].id));
  EXPECT_TRUE(leases.end(7, listed[0].id));
  EXPECT_FALSE(leases.end(7, listed[0].id));
  EXPECT_FALSE(leases.holds(second));
  EXPECT_TRUE(leases.holds(claim));
}

TEST_F(Leases, AreBoundedByUser) {
  LoginLeases::Claim one = claim;
  std::string code;
  for (std::size_t i = 0; i < LoginLeases::kMostOfUser + 4; ++i) {
    code = std::to_string(100'000 + i);
    one.code = code;
    leases.grant(one, terms);
    clock.advance(1s);
    if (i < 3) {
      ASSERT_TRUE(leases.renew({7, 3, 1, "192.0.2.1", "100000"}));
    }
  }
  EXPECT_EQ(leases.of(7).size(), LoginLeases::kMostOfUser);
  EXPECT_TRUE(leases.holds(one));
  EXPECT_FALSE(leases.holds({7, 3, 1, "192.0.2.1", "100001"})) << "the least recently used went";
}

TEST_F(Leases, AreBoundedInAllAndMakeRoomWhenTheyAreOver) {
  LoginLeases::Claim one = claim;
  for (std::size_t i = 0; i <= LoginLeases::kMost; ++i) {
    one.user = static_cast<UserId>(i + 1);
    leases.grant(one, terms);
  }
  EXPECT_FALSE(leases.holds(one)) << "one too many";
  clock.advance(6min);
  leases.grant(one, terms);
  EXPECT_TRUE(leases.holds(one));
}

TEST_F(Leases, NothingIsLeasedWithoutTermsUserOrCode) {
  leases.grant(claim, {});
  EXPECT_FALSE(leases.holds(claim));
  LoginLeases::Claim none = claim;
  none.code = "";
  leases.grant(none, terms);
  EXPECT_FALSE(leases.holds(none));
  none = claim;
  none.user = 0;
  leases.grant(none, terms);
  EXPECT_FALSE(leases.holds(none));
}

TEST(LeaseTermsText, WhatIsTakenAndWhatIsNot) {
  const auto read = [](std::string_view text) {
    return parse_lease_terms(boost::json::parse(text));
  };
  EXPECT_EQ(read(R"({"idle":"minutes=5","max":"hours=8"})"), (LeaseTerms{5min, 8h}));
  EXPECT_EQ(read(R"({"idle":"seconds=10","max":"seconds=10"})"), (LeaseTerms{10s, 10s}));
  for (const char* wrong :
       {R"("minutes=5/hours=8")", R"({"idle":"minutes=5"})", R"({"max":"hours=8"})", "null", "[]",
        R"({"idle":5,"max":8})", R"({"idle":"minutes=5","max":"hours=8","more":1})",
        R"({"idle":"seconds=9","max":"hours=8"})", R"({"idle":"hours=9","max":"hours=8"})",
        R"({"idle":"hours=1","max":"days=31"})", R"({"idle":"5m","max":"8h"})"}) {
    EXPECT_FALSE(read(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace postern::core
