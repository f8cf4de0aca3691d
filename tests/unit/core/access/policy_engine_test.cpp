#include "core/access/policy_engine.h"

#include <gtest/gtest.h>

#include "core/access/access_check.h"

namespace postern::core {
namespace {

const std::vector<GroupNumber> kGroups{10, 20};
const Subject kAlice{1, kGroups};

Binding user(UserId pk, bool negate = false) {
  Binding b;
  b.subject = Binding::Subject::user;
  b.user = pk;
  b.negate = negate;
  return b;
}
Binding group(GroupNumber pk, bool negate = false) {
  Binding b;
  b.subject = Binding::Subject::group;
  b.group = pk;
  b.negate = negate;
  return b;
}
Binding broken(bool negate = false) {
  Binding b;
  b.negate = negate;
  b.failure_result = true;
  return b;
}
Binding off(Binding b) {
  b.enabled = false;
  return b;
}
Verdict any(std::vector<Binding> list) {
  return evaluate({EngineMode::any, std::move(list)}, kAlice);
}
Verdict all(std::vector<Binding> list) {
  return evaluate({EngineMode::all, std::move(list)}, kAlice);
}

TEST(PolicyEngine, NoBindingsPassAndDisabledOnesAreNotConsidered) {
  EXPECT_EQ(any({}), Verdict::pass);
  EXPECT_EQ(all({}), Verdict::pass);
  EXPECT_EQ(any({off(user(2))}), Verdict::pass);
  EXPECT_EQ(all({off(broken()), user(1)}), Verdict::pass);
  EXPECT_EQ(any({off(user(1)), user(2)}), Verdict::fail);
}

TEST(PolicyEngine, AnyNeedsOneAllNeedEach) {
  EXPECT_EQ(any({user(2), group(20)}), Verdict::pass);
  EXPECT_EQ(any({user(2), group(30)}), Verdict::fail);
  EXPECT_EQ(all({user(1), group(20)}), Verdict::pass);
  EXPECT_EQ(all({user(1), group(30)}), Verdict::fail);
}

TEST(PolicyEngine, NegateInvertsAStaticMatch) {
  EXPECT_EQ(any({group(20, true)}), Verdict::fail);
  EXPECT_EQ(any({group(30, true)}), Verdict::pass);
  EXPECT_EQ(all({group(10), user(2, true)}), Verdict::pass);
}

TEST(PolicyEngine, ABrokenBindingNeverOpensADoorNotEvenNegated) {
  for (const bool negate : {false, true}) {
    EXPECT_EQ(any({broken(negate)}), Verdict::unknown);
    EXPECT_EQ(all({broken(negate)}), Verdict::unknown);
    EXPECT_EQ(all({broken(negate), user(1)}), Verdict::unknown);
    EXPECT_EQ(any({broken(negate), user(2)}), Verdict::unknown);
    EXPECT_EQ(any({broken(negate), user(1)}), Verdict::pass);
    EXPECT_EQ(all({broken(negate), user(2)}), Verdict::fail);
  }
}

TEST(PolicyEngine, NobodyMatchesNoUserBinding) {
  EXPECT_EQ(evaluate({EngineMode::any, {user(0)}}, Subject{}), Verdict::fail);
}

TEST(AccessCheck, UserHasToBeActiveAndWithinItsTimes) {
  LoginRecord record;
  EXPECT_EQ(check_user(record, 100), Reason::user_inactive);
  record.pk = 1;
  EXPECT_EQ(check_user(record, 100), Reason::user_inactive);
  record.is_active = true;
  EXPECT_EQ(check_user(record, 100), Reason::none);
  record.not_before = 101;
  EXPECT_EQ(check_user(record, 100), Reason::user_not_valid_yet);
  EXPECT_EQ(check_user(record, 101), Reason::none);
  record.not_after = 102;
  EXPECT_EQ(check_user(record, 102), Reason::user_expired);
}

TEST(AccessCheck, NoApplicationNobodyAndNoBindingsEverybodyByDefault) {
  Catalog catalog;
  LoginRecord record;
  record.pk = 1;
  Application application;
  EXPECT_EQ(check_application(catalog, nullptr, record), Reason::application_missing);
  EXPECT_EQ(check_application(catalog, &application, record), Reason::none);
  catalog.default_app_access = false;
  EXPECT_EQ(check_application(catalog, &application, record), Reason::access_denied);
  application.bindings.list = {user(1)};
  EXPECT_EQ(check_application(catalog, &application, record), Reason::none);
  application.bindings.list = {broken()};
  EXPECT_EQ(check_application(catalog, &application, record), Reason::access_denied);
}

TEST(AccessCheck, SearchAllBySuperuserPermissionOrGrant) {
  LdapProvider provider;
  LoginRecord record;
  record.pk = 5;
  EXPECT_FALSE(may_search_all(provider, record));
  provider.search_full = {3, 5};
  EXPECT_TRUE(may_search_all(provider, record));
  provider.search_full = {3};
  record.search_full_directory = true;
  EXPECT_TRUE(may_search_all(provider, record));
  record.search_full_directory = false;
  record.is_superuser = true;
  EXPECT_TRUE(may_search_all(provider, record));
}

}  // namespace
}  // namespace postern::core
