#include "core/flow/executor.h"

#include <gtest/gtest.h>

#include "../login/world.h"

namespace postern::core::test {
namespace {

class ExecutorTest : public testing::Test {
 protected:
  ExecutorTest() { w.flow.emplace(); }

  FlowOutcome start(bool after_identification = false) {
    FlowRequest request;
    request.flow = std::make_shared<const Flow>(*w.flow);
    request.plan_after_identification = after_identification;
    return executor.start(request, plan, attempt);
  }
  FlowOutcome submit(const Answer& answer) { return executor.submit(plan, answer, attempt); }
  FlowOutcome name(std::string_view text, std::string_view password = {}) {
    attempt.name = text;
    return submit(IdentificationAnswer{text, password});
  }
  FlowOutcome password(std::string_view text) { return submit(PasswordAnswer{text, text}); }

  static std::string text(const FlowOutcome& outcome) {
    if (const auto* denied = std::get_if<Denied>(&outcome))
      return "denied " + std::string(reason_text(denied->reason));
    if (std::holds_alternative<Finished>(outcome)) return "finished";
    if (std::holds_alternative<WouldBlock>(outcome)) return "lane";
    if (std::holds_alternative<Unavailable>(outcome)) return "unavailable";
    const auto* challenge = std::get_if<Challenge>(&outcome);
    if (challenge == nullptr) return "pending";
    std::string out = std::holds_alternative<IdentificationChallenge>(challenge->ask)
                          ? "identification"
                      : std::holds_alternative<PasswordChallenge>(challenge->ask) ? "password"
                                                                                  : "validate";
    if (challenge->error.reason != Reason::none)
      out += " error " + std::string(challenge->error.field);
    return out;
  }
  static Bindings only(UserId user) {
    Bindings out;
    out.list.emplace_back();
    out.list[0].subject = Binding::Subject::user;
    out.list[0].user = user;
    return out;
  }

  World w;
  PasswordCheck passwords{w.directory, w.store, w.hasher, w.throttle, w.recent, w.clock, w.sealer};
  CodeCheck codes{w.store, w.sealer, w.clock};
  FlowExecutor executor{{w.directory, passwords, codes, w.clock}};
  LoginRecord record;
  Plan plan;
  Attempt attempt{Blocking::yes, kService, "10.0.0.1", "", record};
};

TEST_F(ExecutorTest, AsksStepByStepAndCountsSubmissions) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  w.add_stage(
      {.kind = StageKind::authenticator_validate, .accepts_static = true, .accepts_totp = true});
  w.add_stage({.kind = StageKind::user_login, .session_duration_ms = 1000});
  EXPECT_EQ(text(start()), "identification");
  EXPECT_EQ(text(name("bob")), "password");
  EXPECT_EQ(text(password("px")), "password error password");
  EXPECT_EQ(text(password("pw")), "validate");
  EXPECT_EQ(text(submit(CodeAnswer{"000000"})), "validate error code");
  EXPECT_EQ(text(submit(CodeAnswer{w.code()})), "finished");
  EXPECT_EQ(plan.version, 5u);
  EXPECT_EQ(plan.pending_user, kBob);
  EXPECT_TRUE(plan.code_verified);
  EXPECT_TRUE(plan.logged_in);
  EXPECT_EQ(plan.session_duration_ms, 1000);
  EXPECT_EQ(text(password("pw")), "denied flow_denied") << "a finished plan takes no answer";
}

TEST_F(ExecutorTest, AStoredPlanReadsItsUserAgainAndSeesAMovedGeneration) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  start();
  name("alice");
  forget(record);
  EXPECT_EQ(text(password("px")), "password error password");
  forget(record);
  ++w.alice().generation;
  EXPECT_EQ(text(password("pw")), "denied generation_moved");
  w.directory.users.erase(kAlice);
  forget(record);
  EXPECT_EQ(text(password("pw")), "denied unknown_user");
}

TEST_F(ExecutorTest, PretendsThatAnUnknownUserExists) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  start();
  EXPECT_EQ(text(name("nobody")), "password");
  EXPECT_EQ(text(password("pw")), "password error password");
  EXPECT_EQ(plan.pending_user, 0);
}

TEST_F(ExecutorTest, WithoutPretenceTheNameIsRefused) {
  w.add_stage({.kind = StageKind::identification, .pretend_user_exists = false});
  w.add_stage({.kind = StageKind::password});
  start();
  EXPECT_EQ(text(name("nobody")), "identification error non_field_errors");
  EXPECT_EQ(text(name("alice")), "password");
}

TEST_F(ExecutorTest, IdentificationByEmailWhenTheStageSaysSo) {
  w.directory.emails[kAlice] = "alice@example.org";
  w.add_stage({.kind = StageKind::identification, .by_username = false, .by_email = true});
  w.add_stage({.kind = StageKind::password});
  start();
  name("alice@example.org");
  EXPECT_EQ(plan.pending_user, kAlice);
  start();
  name("alice");
  EXPECT_EQ(plan.pending_user, 0);
}

TEST_F(ExecutorTest, EmbeddedPasswordComesAlongOrIsAskedNext) {
  Stage identification{.kind = StageKind::identification, .password_stage = "p"};
  identification.embedded_password =
      std::make_shared<const Stage>(Stage{.kind = StageKind::password});
  w.add_stage(identification);
  w.add_stage({.kind = StageKind::password});
  w.add_stage({.kind = StageKind::user_login});
  start();
  EXPECT_EQ(text(name("alice", "px")), "identification error password");
  EXPECT_EQ(text(name("alice", "pw")), "finished") << "the second password stage has its answer";
  start();
  EXPECT_EQ(text(name("alice")), "password");
  EXPECT_EQ(text(password("pw")), "finished");
  start();
  EXPECT_EQ(text(name("nobody", "pw")), "identification error password");
  EXPECT_EQ(text(name("nobody")), "password");
}

TEST_F(ExecutorTest, TooManyWrongPasswordsCancelTheFlow) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password, .failed_attempts_before_cancel = 3});
  start();
  name("alice");
  password("a");
  password("b");
  EXPECT_EQ(text(password("c")), "denied wrong_password");
}

TEST_F(ExecutorTest, TokenBackendOnlyIfTheStageListsIt) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password, .token_backend = false});
  start();
  name("alice");
  EXPECT_EQ(text(password(World::app_password(kAlice))), "password error password");
}

TEST_F(ExecutorTest, NotConfiguredActions) {
  using NotConfigured = Stage::NotConfigured;
  const std::pair<NotConfigured, const char*> cases[] = {
      {NotConfigured::skip, "finished"},
      {NotConfigured::deny, "denied no_device"},
      {NotConfigured::configure, "denied no_device"}};
  for (const auto& [action, answer] : cases) {
    w.flow.emplace();
    w.add_stage({.kind = StageKind::identification});
    w.add_stage({.kind = StageKind::password});
    w.add_stage({.kind = StageKind::authenticator_validate,
                 .accepts_totp = true,
                 .not_configured = action});
    start();
    name("alice");
    EXPECT_EQ(text(password("pw")), answer);
  }
}

TEST_F(ExecutorTest, UsedUpStaticCodesStillCountAsADevice) {
  w.bob().totp.clear();
  w.bob().static_codes.clear();
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  w.add_stage({.kind = StageKind::authenticator_validate, .accepts_static = true});
  start();
  name("bob");
  EXPECT_EQ(text(password("pw")), "validate");
}

TEST_F(ExecutorTest, AStageWhosePolicyFailsIsSkippedWhenItComesUp) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::deny}, only(kBob));
  w.add_stage({.kind = StageKind::password});
  start();
  EXPECT_EQ(text(name("alice")), "password");
  start();
  EXPECT_EQ(text(name("bob")), "denied flow_denied");
}

TEST_F(ExecutorTest, EvaluateOnPlanSeesNobodyUnlessTheFrontNamesTheUser) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::deny}, only(kAlice));
  w.flow->steps[1].evaluate_on_plan = true;
  w.flow->steps[1].re_evaluate_policies = false;
  w.add_stage({.kind = StageKind::password});
  start();
  EXPECT_EQ(text(name("alice")), "password") << "planned for nobody";
  start(true);
  EXPECT_EQ(text(name("alice")), "denied flow_denied") << "planned for alice";
}

TEST_F(ExecutorTest, FlowPoliciesAndLevels) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  w.flow->bindings = only(kAlice);
  EXPECT_EQ(text(start()), "denied flow_denied");
  start(true);
  EXPECT_EQ(text(name("alice")), "password");
  start(true);
  EXPECT_EQ(text(name("bob")), "denied flow_denied");
  w.flow->bindings = {};
  for (const char* level : {"", "none", "require_unauthenticated"}) {
    w.flow->authentication = level;
    EXPECT_EQ(text(start()), "identification") << level;
  }
  for (const char* level :
       {"require_authenticated", "require_superuser", "require_token", "whatever"}) {
    w.flow->authentication = level;
    EXPECT_EQ(text(start()), "denied flow_denied") << level;
  }
}

TEST_F(ExecutorTest, OutpostsAndRedirectsOpenTheirOwnLevelsAlone) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  Plan before;
  FlowRequest request;
  const auto asked = [&](const char* level, bool outpost, const Plan* from) {
    w.flow->authentication = level;
    request.flow = std::make_shared<const Flow>(*w.flow);
    request.outpost = outpost;
    request.from = from;
    return text(executor.start(request, plan, attempt));
  };
  EXPECT_EQ(asked("require_outpost", false, &before), "denied flow_denied");
  EXPECT_EQ(asked("require_outpost", true, nullptr), "identification");
  EXPECT_EQ(asked("require_redirect", true, nullptr), "denied flow_denied");
  EXPECT_EQ(asked("require_redirect", false, &before), "identification");
  // Who was named on the way goes on here, and has no rank of its own before a login.
  before.pending_user = kBob;
  before.generation = w.bob().generation;
  EXPECT_EQ(asked("require_redirect", false, &before), "password");
  EXPECT_EQ(plan.pending_user, kBob);
  w.bob().is_superuser = true;
  EXPECT_EQ(asked("require_superuser", false, &before), "denied flow_denied");
  request.user = kAlice;
  EXPECT_EQ(asked("require_superuser", false, &before), "denied flow_denied");
  EXPECT_EQ(asked("require_authenticated", false, &before), "password");
  EXPECT_EQ(plan.pending_user, kBob);
  EXPECT_FALSE(plan.vouched) << "alice's session vouches for alice alone";
  ++w.bob().generation;
  EXPECT_EQ(asked("require_redirect", false, &before), "denied generation_moved");
}

TEST_F(ExecutorTest, NothingIsAcceptedOutOfTurn) {
  EXPECT_EQ(text(submit(PasswordAnswer{"pw", "pw"})), "denied flow_denied");
  w.add_stage({.kind = StageKind::password});
  EXPECT_EQ(text(start()), "denied flow_denied") << "a password of nobody";
  w.flow.emplace();
  w.add_stage({.kind = StageKind::authenticator_validate, .accepts_totp = true});
  EXPECT_EQ(text(start()), "denied flow_denied");
  w.flow.emplace();
  w.add_stage({.kind = StageKind::user_login});
  EXPECT_EQ(text(start()), "denied flow_denied");
  FlowRequest nothing;
  EXPECT_EQ(text(executor.start(nothing, plan, attempt)), "denied flow_missing");
  w.flow.emplace();
  for (int i = 0; i < 65; ++i) w.add_stage({.kind = StageKind::identification});
  EXPECT_EQ(text(start()), "denied flow_denied");
}

TEST_F(ExecutorTest, LogoutUndoesTheLogin) {
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  w.add_stage({.kind = StageKind::user_login});
  w.add_stage({.kind = StageKind::user_logout});
  start();
  name("alice");
  EXPECT_EQ(text(password("pw")), "finished");
  EXPECT_FALSE(plan.logged_in);
}

TEST_F(ExecutorTest, OnALoopAStageThatNeedsALaneSaysSo) {
  attempt.blocking = Blocking::no;
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  start();
  name("alice");
  EXPECT_EQ(text(password("pw")), "lane");
}

}  // namespace
}  // namespace postern::core::test
