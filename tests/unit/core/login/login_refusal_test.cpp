// What every refusal has in common: exactly one slow hash, and no grant from a failure in the
// middle.

#include <gtest/gtest.h>

#include <functional>

#include "world.h"

namespace postern::core::test {
namespace {

struct Cause {
  const char* name;
  std::function<void(World&)> prepare;
  std::string user, password;
  std::string answer;
};

void no_preparation(World&) {}

std::vector<Cause> causes() {
  const auto bob_code = [](const World& w) { return w.code(); };
  const std::string code = bob_code(World());
  return {
      {"WrongPassword", no_preparation, "alice", "px", "denied wrong_password"},
      {"UnknownUser", no_preparation, "nobody", "pw", "denied unknown_user"},
      {"Ambiguous", [](World& w) { w.plain("alice", 9); }, "alice", "pw", "denied ambiguous_user"},
      {"Inactive", [](World& w) { w.alice().is_active = false; }, "alice", "pw",
       "denied user_inactive"},
      {"NotYet", [](World& w) { w.alice().not_before = w.clock.wall() + 1; }, "alice", "pw",
       "denied user_not_valid_yet"},
      {"Expired", [](World& w) { w.alice().not_after = w.clock.wall(); }, "alice", "pw",
       "denied user_expired"},
      {"NoPassword", [](World& w) { w.alice().password_hash.clear(); }, "alice", "pw",
       "denied no_usable_password"},
      {"UnsupportedHash", [](World& w) { w.alice().password_hash = "abhfCpXqd4GrI"; }, "alice",
       "pw", "denied no_usable_password"},
      {"FastImportWrong",
       [](World& w) { w.alice().password_hash = "{SSHA}V7Me7J0BZsh3B3jjxcOAOGMFBIRBgi6G"; },
       "alice", "pw", "denied wrong_password"},
      {"NulInside", no_preparation, "alice", std::string("pw\0", 3), "denied wrong_password"},
      {"TooLong", no_preparation, "alice", std::string(1025, 'p'), "denied wrong_password"},
      {"N13_CodeAlone", no_preparation, "bob", ";123456", "denied wrong_password"},
      {"CodeMissing", no_preparation, "bob", "pw", "denied code_missing"},
      {"CodeWrong", no_preparation, "bob", "pw;000000", "denied code_wrong"},
      {"BothWrong", no_preparation, "bob", "px;000000", "denied wrong_password"},
      {"CodeUsed", [](World& w) { w.store.last_step["t1"] = w.clock.wall() / 30'000 + 1; }, "bob",
       "pw;" + code, "denied code_used"},
      {"CodeThrottled", [](World& w) { w.store.code_guesses["t1"] = 5; }, "bob", "pw;" + code,
       "denied code_throttled"},
      {"RecentButCodeWrong", [](World& w) { w.recent.remember(kBob, kService, 5, "pw"); }, "bob",
       "pw;000000", "denied code_wrong"},
      {"NoDevice",
       [](World& w) {
         w.provider.inline_code = InlineCode::required;
         w.build();
       },
       "alice", "pw", "denied no_device"},
      {"ProviderMissing",
       [](World& w) {
         w.provider.pk = 99;
         w.build();
       },
       "alice", "pw", "denied provider_missing"},
      {"FlowMissing",
       [](World& w) {
         w.provider.flow_missing = true;
         w.build();
       },
       "alice", "pw", "denied flow_missing"},
      {"FlowBroken",
       [](World& w) {
         w.add_stage({.kind = StageKind::identification});
         w.flow->broken = true;
         w.build();
       },
       "alice", "pw", "denied flow_denied"},
      {"FlowEmpty",
       [](World& w) {
         w.flow.emplace();
         w.build();
       },
       "alice", "pw", "denied flow_denied"},
      {"FlowWithoutPassword",
       [](World& w) {
         w.add_stage({.kind = StageKind::identification});
         w.add_stage({.kind = StageKind::user_login});
         w.build();
       },
       "alice", "pw", "denied flow_denied"},
      {"FlowWithoutLogin",
       [](World& w) {
         w.add_stage({.kind = StageKind::identification});
         w.add_stage({.kind = StageKind::password});
         w.build();
       },
       "alice", "pw", "denied flow_denied"},
      {"DenyStage",
       [](World& w) {
         w.add_stage({.kind = StageKind::identification});
         w.add_stage({.kind = StageKind::deny});
         w.build();
       },
       "alice", "pw", "denied flow_denied"},
      {"UnsupportedStage",
       [](World& w) {
         w.add_stage({.kind = StageKind::identification});
         w.add_stage({.kind = StageKind::unsupported});
         w.build();
       },
       "alice", "pw", "denied stage_unsupported"},
      {"NoPasswordBackend",
       [](World& w) {
         w.add_stage({.kind = StageKind::identification});
         w.add_stage({.kind = StageKind::password, .inbuilt_backend = false});
         w.build();
       },
       "alice", "pw", "denied wrong_password"},
      {"NotAdmitted",
       [](World& w) {
         w.has_application = false;
         w.build();
       },
       "alice", "pw", "not admitted application_missing"},
      {"NotAdmittedThoughRecent",
       [](World& w) {
         w.recent.remember(kAlice, kService, 5, "pw");
         w.has_application = false;
         w.build();
       },
       "alice", "pw", "not admitted application_missing"},
      {"Throttled",
       [](World& w) {
         for (int i = 0; i < 10; ++i)
           w.throttle.failed(w.throttle.reserve({kAlice, "", kService}), std::to_string(i));
       },
       "alice", "pw", "denied throttled"},
      {"UnknownThrottled",
       [](World& w) {
         for (int i = 0; i < 10; ++i)
           w.throttle.failed(w.throttle.reserve({0, "nobody", kService}), std::to_string(i));
       },
       "nobody", "pw", "denied throttled"},
      {"ThrottledThoughRecent",
       [](World& w) {
         w.recent.remember(kAlice, kService, 5, "pw");
         for (int i = 0; i < 10; ++i)
           w.throttle.failed(w.throttle.reserve({kAlice, "", kService}), std::to_string(i));
       },
       "alice", "pw", "denied throttled"},
  };
}

TEST(LoginRefusal, N19_EveryCauseCostsExactlyOneSlowHashAndNeverRunsOnALoop) {
  for (const Cause& cause : causes()) {
    World w;
    cause.prepare(w);
    EXPECT_EQ(w.word(cause.user, cause.password, Blocking::no).substr(0, 4), "lane") << cause.name;
    EXPECT_EQ(w.hashes, 0u) << cause.name;
    EXPECT_EQ(w.word(cause.user, cause.password), cause.answer) << cause.name;
    EXPECT_EQ(w.hashes, 1u) << cause.name;
    EXPECT_EQ(w.events.count("login"), 0u) << cause.name;
    EXPECT_EQ(w.events.count("login_failed"), 1u) << cause.name;
    EXPECT_EQ(w.word(cause.user, cause.password, Blocking::no).substr(0, 4), "lane")
        << cause.name << ": nothing is remembered";
  }
}

TEST(LoginRefusal, AStoreThatFailsAnywhereNeverGrants) {
  for (const char* method : {"reserve_code_guess", "consume_totp_step"}) {
    World w;
    w.store.fail_at = method;
    EXPECT_EQ(w.word("bob", "pw;" + w.code()), "unavailable store_unreachable") << method;
    EXPECT_EQ(w.events.events.size(), 0u);
    w.store.fail_at.clear();
    EXPECT_EQ(w.word("bob", "pw;" + w.code()), "granted") << method << ": nothing was burnt";
  }
  World w;
  w.store.fail_at = "consume_static_code";
  EXPECT_EQ(w.word("bob", "pw;abcdef123456"), "unavailable store_unreachable");
  w.store.fail_at = "replace_password_hash";
  w.alice().password_hash = "{SSHA}V7Me7J0BZsh3B3jjxcOAOGMFBIRBgi6G";
  EXPECT_EQ(w.word("alice", "correct horse"), "granted")
      << "a login does not depend on its re-hash";
}

TEST(LoginRefusal, ABrokenDirectoryIsUnavailable) {
  World w;
  w.directory.broken = true;
  EXPECT_EQ(w.word("alice", "pw"), "unavailable directory_stale");
  EXPECT_EQ(w.word("alice", World::app_password(kAlice), Blocking::no),
            "unavailable directory_stale");
}

TEST(LoginRefusal, ABrokenPolicyOnTheCodeStageDeniesInsteadOfSkippingIt) {
  World w;
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  Bindings broken;
  broken.list.emplace_back();
  w.add_stage(
      {.kind = StageKind::authenticator_validate, .accepts_static = true, .accepts_totp = true},
      broken);
  w.add_stage({.kind = StageKind::user_login});
  w.build();
  EXPECT_EQ(w.word("bob", "pw"), "denied flow_denied");
  EXPECT_EQ(w.word("alice", "pw"), "denied flow_denied");
}

TEST(LoginRefusal, ACodeStageBeforeThePasswordIsRefused) {
  World w;
  w.add_stage({.kind = StageKind::identification});
  w.add_stage(
      {.kind = StageKind::authenticator_validate, .accepts_static = true, .accepts_totp = true});
  w.add_stage({.kind = StageKind::password});
  w.add_stage({.kind = StageKind::user_login});
  w.build();
  EXPECT_EQ(w.word("bob", "pw;" + w.code()), "denied stage_unsupported");
  EXPECT_EQ(w.store.calls, 0);
}

TEST(LoginRefusal, N15_OneBadBindIsOneFailure) {
  World w;
  for (int i = 0; i < 9; ++i) w.word("bob", "px" + std::to_string(i) + ";000000");
  EXPECT_FALSE(w.throttle.refused({kBob, "", kService}));
  w.word("bob", "px9;000000");
  EXPECT_TRUE(w.throttle.refused({kBob, "", kService}));
}

TEST(LoginRefusal, ARightPasswordWithAWrongCodeIsNoPasswordFailure) {
  World w;
  for (int i = 0; i < 20; ++i) w.word("bob", "pw;00000" + std::to_string(i % 10));
  EXPECT_FALSE(w.throttle.refused({kBob, "", kService}));
}

}  // namespace
}  // namespace postern::core::test
