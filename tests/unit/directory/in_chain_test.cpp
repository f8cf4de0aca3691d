// In-chain, bit and ordering rules of extensible filters (reference rows L57-L59).

#include "directory_world.h"

namespace postern::test {
namespace {

using Values = std::vector<std::string>;

std::string group_dn(int number) {
  return "cn=g" + std::to_string(number) + ",ou=groups,dc=example,dc=org";
}
std::string user_dn(const std::string& name) {
  return "cn=" + name + ",ou=users,dc=example,dc=org";
}
std::string chain(const std::string& attribute, const std::string& dn) {
  return "(" + attribute + ":1.2.840.113556.1.4.1941:=" + dn + ")";
}

// g1 in g2 in ... g40; g50 in g51 in g52 in g50.
class DirectoryInChain : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 40; i >= 1; --i) {
      world.store.put_group(make_group(i, "g" + std::to_string(i), i < 40 ? one(i + 1) : none()));
    }
    world.store.put_group(make_group(50, "g50", one(51)));
    world.store.put_group(make_group(51, "g51", one(52)));
    world.store.put_group(make_group(52, "g52", one(50)));
    world.store.put_user(make_user(1, "deep", one(1)));
    world.store.put_user(make_user(2, "round", one(50)));
    world.store.put_user(make_user(3, "free"));
    world.open();
  }
  static std::vector<core::GroupNumber> one(int number) { return {number}; }
  static std::vector<core::GroupNumber> none() { return {}; }
  bool holds(const std::string& base, const std::string& filter) {
    const Found found = world.search({.filter = filter, .base = base, .scope = ldap::Scope::base});
    EXPECT_EQ(found.code, ldap::ResultCode::success) << filter;
    return !found.entries.empty();
  }
  World world;
};

TEST_F(DirectoryInChain, MemberOfFollowsFortyGroupsUpFromABaseOnTheUser) {
  for (const int depth : {1, 2, 31, 32, 33, 40}) {
    EXPECT_TRUE(holds(user_dn("deep"), chain("memberOf", group_dn(depth)))) << depth;
    EXPECT_FALSE(holds(user_dn("free"), chain("memberOf", group_dn(depth)))) << depth;
  }
  EXPECT_FALSE(holds(user_dn("deep"), chain("memberOf", group_dn(50))));
  EXPECT_TRUE(holds(group_dn(7), chain("memberOf", group_dn(40))));
  EXPECT_FALSE(holds(group_dn(40), chain("memberOf", group_dn(7))));
}

TEST_F(DirectoryInChain, MemberAndUniqueMemberFindEveryGroupAbove) {
  for (const char* attribute : {"member", "uniqueMember"}) {
    EXPECT_EQ(
        world.dns("(&(objectClass=group)(cn=g*)" + chain(attribute, user_dn("deep")) + ")").size(),
        40U)
        << attribute;
    EXPECT_TRUE(holds(group_dn(40), chain(attribute, group_dn(1)))) << attribute;
    EXPECT_FALSE(holds(group_dn(1), chain(attribute, group_dn(40)))) << attribute;
  }
}

TEST_F(DirectoryInChain, ACycleEnds) {
  for (const int group : {50, 51, 52}) {
    EXPECT_TRUE(holds(user_dn("round"), chain("memberOf", group_dn(group)))) << group;
  }
  EXPECT_EQ(world.dns("(&(cn=g*)" + chain("member", user_dn("round")) + ")").size(), 3U);
}

TEST_F(DirectoryInChain, WhatNamesNothingFindsNothingAndIsNoError) {
  for (const std::string& filter :
       {chain("memberOf", group_dn(99)), chain("memberOf", user_dn("deep")),
        chain("memberOf", "no dn"), chain("cn", group_dn(1)), chain("nosuch", group_dn(1)),
        chain("member", "dc=elsewhere")}) {
    EXPECT_EQ(world.dns(filter), Values{}) << filter;
    EXPECT_EQ(world.search({.filter = "(!" + filter + ")"}).code, ldap::ResultCode::success);
  }
}

TEST_F(DirectoryInChain, DnsThatAreStoredAsTextAreFollowedToo) {
  for (int i = 10; i < 60; ++i) {  // m10 reports to m11, and so on; the last to the first
    core::StoredUser user = make_user(i, "m" + std::to_string(i));
    user.attributes["manager"] = user_dn("m" + std::to_string(i < 59 ? i + 1 : 10));
    world.store.put_user(user);
  }
  world.settle();
  EXPECT_TRUE(holds(user_dn("m10"), chain("manager", user_dn("m11"))));
  EXPECT_TRUE(holds(user_dn("m10"), chain("manager", user_dn("m40"))));
  EXPECT_FALSE(holds(user_dn("m10"), chain("manager", user_dn("m55"))));  // deeper than 32
  EXPECT_FALSE(holds(user_dn("deep"), chain("manager", user_dn("m11"))));
}

TEST_F(DirectoryInChain, Ms_Adts_BitRulesLookAtNumbersOnly) {
  core::StoredUser user = make_user(3, "free");
  user.attributes["userAccountControl"] = 514;
  user.attributes["groupType"] = -2147483646;
  world.store.put_user(user);
  world.settle();
  const auto rule = [&](const std::string& attribute, const char* which, const char* mask) {
    return holds(user_dn("free"),
                 "(" + attribute + ":1.2.840.113556.1.4." + which + ":=" + mask + ")");
  };
  EXPECT_TRUE(rule("userAccountControl", "803", "2"));
  EXPECT_TRUE(rule("userAccountControl", "803", "514"));
  EXPECT_FALSE(rule("userAccountControl", "803", "3"));
  EXPECT_TRUE(rule("userAccountControl", "804", "3"));
  EXPECT_FALSE(rule("userAccountControl", "804", "16"));
  EXPECT_TRUE(rule("userAccountControl", "803", "0"));
  EXPECT_FALSE(rule("userAccountControl", "804", "0"));
  EXPECT_TRUE(rule("groupType", "803", "2147483648"));
  EXPECT_TRUE(rule("groupType", "803", "-2147483646"));
  EXPECT_FALSE(rule("groupType", "803", "8"));
  EXPECT_TRUE(rule("uidNumber", "803", "2000"));  // 2003
  EXPECT_FALSE(rule("cn", "803", "0"));
  EXPECT_FALSE(rule("userAccountControl", "803", "many"));
  EXPECT_FALSE(rule("userAccountControl", "803", "99999999999999999999"));
}

TEST_F(DirectoryInChain, Rfc4517_4_2_AnOrderingRuleOfItsOwnIsLessThan) {
  EXPECT_EQ(world.dns("(&(objectClass=user)(uidNumber:integerOrderingMatch:=2002))"),
            Values{user_dn("deep")});
  EXPECT_EQ(world.dns("(&(objectClass=user)(cn:caseIgnoreOrderingMatch:=G))"),
            (Values{user_dn("deep"), user_dn("free")}));
  EXPECT_EQ(world.dns("(&(objectClass=user)(uidNumber>=2002)(uidNumber<=2002))"),
            Values{user_dn("round")});
  EXPECT_TRUE(world.dns("(&(objectClass=user)(createTimestamp<=20251231235959Z))").empty());
  EXPECT_EQ(world.dns("(&(objectClass=user)(createTimestamp<=20260101000000Z))").size(), 3U);
}

}  // namespace
}  // namespace postern::test
