// Logins through a RADIUS provider: the code behind the password, or asked for afterwards.

#include <gtest/gtest.h>

#include "unit/core/login/world.h"

namespace postern::core::test {
namespace {

class LoginChallenge : public ::testing::Test {
 protected:
  void SetUp() override {
    provider.pk = kService;
    build();
  }
  void build() {
    auto catalog = std::make_shared<Catalog>();
    auto made = std::make_shared<RadiusProvider>(provider);
    made->application = std::make_shared<const Application>(world.application);
    if (world.flow) made->authentication_flow = std::make_shared<const Flow>(*world.flow);
    catalog->radius_providers.push_back(made);
    world.directory.configuration = catalog;
  }
  LoginOutcome attempt(std::string_view name, std::string_view text, bool may_ask = true,
                       std::optional<OpenLogin> open = {}) {
    if (!world.login) {
      world.login =
          make_login({world.directory, world.store, world.events, world.hasher, world.sealer,
                      world.throttle, world.recent, world.clock, world.settings});
    }
    LoginRequest request = world.request(name, text);
    request.protocol = Protocol::radius;
    request.may_ask = may_ask;
    request.open = open;
    return world.login->attempt(request, Blocking::yes);
  }
  OpenLogin ask() {
    const LoginOutcome outcome = attempt("bob", "pw");
    const auto* wanted = std::get_if<CodeWanted>(&outcome);
    EXPECT_NE(wanted, nullptr) << World::text(outcome);
    return wanted == nullptr ? OpenLogin{} : wanted->open;
  }
  static std::string text(const LoginOutcome& outcome) {
    if (const auto* wanted = std::get_if<CodeWanted>(&outcome)) {
      return "asks " + std::string(reason_text(wanted->reason));
    }
    return World::text(outcome);
  }

  World world;
  RadiusProvider provider;
};

TEST_F(LoginChallenge, WhoOwnsNoDeviceIsNotAsked) {
  EXPECT_EQ(text(attempt("alice", "pw")), "granted");
}

TEST_F(LoginChallenge, Rfc2865_4_4_TheRightPasswordAloneIsAskedForACode) {
  EXPECT_EQ(text(attempt("bob", "pw")), "asks code_missing");
  EXPECT_TRUE(world.events.events.empty()) << "neither a login nor a refusal";
}

TEST_F(LoginChallenge, TheWrongPasswordIsRefusedAtOnce) {
  EXPECT_EQ(text(attempt("bob", "no")), "denied wrong_password");
  EXPECT_EQ(text(attempt("nobody", "no")), "denied unknown_user");
}

TEST_F(LoginChallenge, TheCodeFinishesTheLoginOnce) {
  const OpenLogin open = ask();
  const std::string code = world.code();
  EXPECT_EQ(text(attempt("bob", code, true, open)), "granted");
  EXPECT_EQ(text(attempt("bob", code, true, open)), "asks code_used");
}

TEST_F(LoginChallenge, TheThirdWrongCodeEndsIt) {
  OpenLogin open = ask();
  for (int i = 0; i < 2; ++i) {
    const LoginOutcome outcome = attempt("bob", "000000", true, open);
    ASSERT_EQ(text(outcome), "asks code_wrong");
    open = std::get<CodeWanted>(outcome).open;
  }
  EXPECT_EQ(text(attempt("bob", "000000", true, open)), "denied code_wrong");
}

TEST_F(LoginChallenge, AWrongCodeCostsOneSlowHash) {
  const OpenLogin open = ask();
  const std::uint64_t before = world.hasher.slow_hashes();
  attempt("bob", "000000", true, open);
  EXPECT_EQ(world.hasher.slow_hashes() - before, 1U);
}

TEST_F(LoginChallenge, AppendTakesTheCodeBehindThePasswordAlone) {
  provider.otp = OtpMode::append;
  build();
  EXPECT_EQ(text(attempt("bob", "pw")), "denied code_missing");
  EXPECT_EQ(text(attempt("bob", "pw;" + world.code())), "granted");
}

TEST_F(LoginChallenge, AutomaticTakesBoth) {
  EXPECT_EQ(text(attempt("bob", "pw;" + world.code())), "granted");
}

TEST_F(LoginChallenge, ChallengeCutsNothingOff) {
  provider.otp = OtpMode::challenge;
  build();
  EXPECT_EQ(text(attempt("bob", "pw;" + world.code())), "denied wrong_password");
  EXPECT_EQ(text(attempt("bob", "pw")), "asks code_missing");
}

TEST_F(LoginChallenge, AFrontThatCannotAskIsRefused) {
  EXPECT_EQ(text(attempt("bob", "pw", false)), "denied code_missing");
}

TEST_F(LoginChallenge, AnAppPasswordStandsInForTheCode) {
  EXPECT_EQ(text(attempt("bob", World::app_password(kBob))), "granted");
}

TEST_F(LoginChallenge, AChangeOfCredentialsEndsAnOpenLogin) {
  const OpenLogin open = ask();
  world.bob().generation++;
  EXPECT_EQ(text(attempt("bob", world.code(), true, open)), "denied generation_moved");
}

TEST_F(LoginChallenge, AnotherFlowOrProviderEndsAnOpenLogin) {
  const OpenLogin open = ask();
  OpenLogin elsewhere = open;
  elsewhere.provider = kService + 1;
  EXPECT_EQ(text(attempt("bob", world.code(), true, elsewhere)), "denied flow_denied");
  world.add_stage({.name = "identification", .kind = StageKind::identification});
  build();
  EXPECT_EQ(text(attempt("bob", world.code(), true, open)), "denied flow_denied");
}

TEST_F(LoginChallenge, WhomTheApplicationDoesNotAdmitIsNotAsked) {
  Binding nobody;
  nobody.subject = Binding::Subject::user;
  nobody.user = 999;
  world.application.bindings.list.push_back(nobody);
  build();
  EXPECT_EQ(text(attempt("bob", "pw")), "not admitted access_denied");
}

TEST_F(LoginChallenge, AnInactiveUserIsNotAsked) {
  world.bob().is_active = false;
  EXPECT_EQ(text(attempt("bob", "pw")).substr(0, 7), "denied ");
}

TEST_F(LoginChallenge, AnOpenLoginOfAnLdapProviderIsNotTaken) {
  const OpenLogin open = ask();
  LoginRequest request = world.request("bob", world.code());
  request.protocol = Protocol::ldap;
  request.open = open;
  EXPECT_EQ(text(world.login->attempt(request, Blocking::yes)), "denied provider_missing");
}

}  // namespace
}  // namespace postern::core::test
