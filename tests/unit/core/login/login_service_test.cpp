#include <gtest/gtest.h>

#include "world.h"

namespace postern::core::test {
namespace {

using namespace std::chrono_literals;

TEST(LoginService, PasswordIsVerifiedOnTheHashLaneAndRememberedForTheLoop) {
  World w;
  EXPECT_EQ(w.word("alice", "pw", Blocking::no), "lane hash");
  EXPECT_EQ(w.word("alice", "pw"), "granted");
  EXPECT_EQ(w.hashes, 1u);
  EXPECT_EQ(w.word("alice", "pw", Blocking::no), "granted");
  EXPECT_EQ(w.hashes, 0u);
  EXPECT_EQ(w.word("alice", "px", Blocking::no), "lane hash");
  w.clock.advance(5min);
  EXPECT_EQ(w.word("alice", "pw", Blocking::no), "lane hash");
}

TEST(LoginService, GrantSaysWhoAndUntilWhen) {
  World w;
  w.alice().not_after = w.clock.wall() + 60'000;
  w.alice().is_superuser = true;
  const auto outcome = w.attempt("alice", "pw");
  const Grant& grant = std::get<Granted>(outcome).grant;
  EXPECT_EQ(grant.user, kAlice);
  EXPECT_EQ(grant.username, "alice");
  EXPECT_EQ(grant.generation, 5u);
  EXPECT_EQ(grant.provider, kService);
  EXPECT_EQ(grant.search.sees, Sees::everything);
  EXPECT_EQ(grant.expires, w.clock.wall() + 60'000);
}

TEST(LoginService, AppPasswordIsGrantedOnTheLoopAndStandsInForPasswordAndCode) {
  World w;
  EXPECT_EQ(w.word("alice", World::app_password(kAlice), Blocking::no), "granted");
  EXPECT_EQ(w.word("bob", World::app_password(kBob), Blocking::no), "granted");
  w.provider.inline_code = InlineCode::required;
  w.build();
  EXPECT_EQ(w.word("bob", World::app_password(kBob), Blocking::no), "granted");
  EXPECT_EQ(w.hashes, 0u);
  EXPECT_EQ(w.events.tokens.front(), "token-of-alice");
}

TEST(LoginService, AppPasswordsAreTheirOwnersAndWholeAndUnexpired) {
  World w;
  EXPECT_EQ(w.word("alice", World::app_password(kBob), Blocking::no), "denied wrong_app_password");
  EXPECT_EQ(w.word("nobody", World::app_password(kBob), Blocking::no), "denied wrong_app_password");
  EXPECT_EQ(w.word("bob", World::app_password(kBob) + ";" + w.code()), "denied wrong_password");
  w.alice().tokens[0].expires = w.clock.wall();
  EXPECT_EQ(w.word("alice", World::app_password(kAlice), Blocking::no),
            "denied wrong_app_password");
  w.alice().tokens[0].expires = w.clock.wall() + 1000;
  const auto outcome = w.attempt("alice", World::app_password(kAlice), Blocking::no);
  EXPECT_EQ(std::get<Granted>(outcome).grant.expires, w.clock.wall() + 1000);
}

TEST(LoginService, AKeyGivenByHandIsAnAppPasswordToo) {
  World w;
  w.bob().tokens.push_back({"hand", key_verifier("given;by;hand;123456"), 0, {}});
  EXPECT_EQ(w.word("bob", "given;by;hand;123456", Blocking::no), "granted");
}

TEST(LoginService, Rule5_4_PasswordAndCodeOnceEach) {
  World w;
  const std::string code = w.code();
  EXPECT_EQ(w.word("bob", "pw"), "denied code_missing");
  EXPECT_EQ(w.word("bob", "pw;000000"), "denied code_wrong");
  EXPECT_EQ(w.word("bob", "pw;" + code), "granted");
  EXPECT_EQ(w.hashes, 1u);
  EXPECT_EQ(w.word("bob", "pw;" + code), "denied code_used");
  EXPECT_EQ(w.word("bob", "pw;abcdef123456"), "granted");
  EXPECT_EQ(w.word("bob", "pw;abcdef123456"), "denied code_used");
  EXPECT_EQ(w.word("bob", ";" + code), "denied wrong_password");
}

TEST(LoginService, Rule5_4_8_AWrongPasswordDoesNotCostTheCode) {
  World w;
  const std::string code = w.code();
  EXPECT_EQ(w.word("bob", "px;" + code), "denied wrong_password");
  EXPECT_TRUE(w.store.last_step.empty());
  EXPECT_EQ(w.store.code_guesses.size(), 0u) << "no guess is counted before the password is right";
  EXPECT_EQ(w.word("bob", "pw;" + code), "granted");
}

TEST(LoginService, RecentlyVerifiedUserStillNeedsItsCode) {
  World w;
  EXPECT_EQ(w.word("bob", "pw;" + w.code()), "granted");
  w.clock.advance(30s);
  EXPECT_EQ(w.word("bob", "pw;" + w.code(), Blocking::no), "lane store");
  EXPECT_EQ(w.word("bob", "pw;000000", Blocking::no), "lane hash");
  EXPECT_EQ(w.word("bob", "pw", Blocking::no), "lane hash");
  EXPECT_EQ(w.word("bob", "pw;" + w.code()), "granted");
  EXPECT_EQ(w.hashes, 0u);
  EXPECT_EQ(w.word("bob", "pw;000000"), "denied code_wrong");
  EXPECT_EQ(w.hashes, 1u) << "right password with wrong code costs a slow hash, remembered or not";
}

TEST(LoginService, RecentVerificationIsWrittenOnlyAfterTheWholeAttemptWasGranted) {
  World w;
  EXPECT_EQ(w.word("bob", "pw;000000"), "denied code_wrong");
  EXPECT_EQ(w.word("bob", "pw;" + w.code(), Blocking::no), "lane hash");
  w.application.bindings.list.emplace_back();
  w.build();
  EXPECT_EQ(w.word("alice", "pw"), "not admitted access_denied");
  EXPECT_EQ(w.word("alice", "pw", Blocking::no), "lane hash");
}

TEST(LoginService, Rule5_4_3_InlineCodeOffTakesTheWholeTextAndStillAsksForTheCode) {
  World w;
  w.provider.inline_code = InlineCode::off;
  w.build();
  EXPECT_EQ(w.word("bob", "pw;" + w.code()), "denied wrong_password");
  EXPECT_EQ(w.word("bob", "pw"), "denied code_missing");
  EXPECT_EQ(w.word("alice", "pw"), "granted");
}

TEST(LoginService, InlineCodeRequiredRefusesUsersWithoutADevice) {
  World w;
  w.provider.inline_code = InlineCode::required;
  w.build();
  EXPECT_EQ(w.word("alice", "pw"), "denied no_device");
  EXPECT_EQ(w.hashes, 1u);
  EXPECT_EQ(w.word("bob", "pw"), "denied code_missing");
  EXPECT_EQ(w.word("bob", "pw;" + w.code()), "granted");
}

TEST(LoginService, InlineCodeRequiredAsksEvenIfNoStageOfTheFlowDoes) {
  World w;
  w.provider.inline_code = InlineCode::required;
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  w.add_stage({.kind = StageKind::user_login});
  w.build();
  EXPECT_EQ(w.word("bob", "pw"), "denied code_missing");
  EXPECT_EQ(w.word("alice", "pw"), "denied no_device");
  EXPECT_EQ(w.word("bob", "pw;" + w.code()), "granted");
}

TEST(LoginService, Rule5_4_4_AFlowThatWillNotAskTakesTheWholeText) {
  World w;
  w.add_stage({.kind = StageKind::identification});
  w.add_stage({.kind = StageKind::password});
  w.add_stage({.kind = StageKind::user_login});
  w.build();
  EXPECT_EQ(w.word("bob", "pw"), "granted");
  w.bob().password_hash = w.hasher.hash(Secret("pw;123456"));
  w.bob().generation = 6;
  EXPECT_EQ(w.word("bob", "pw;123456"), "granted");
}

TEST(LoginService, ConfiguredSeparatorAndNone) {
  World w;
  w.provider.separator = "#";
  w.build();
  EXPECT_EQ(w.word("bob", "pw#" + w.code()), "granted");
  w.clock.advance(30s);
  w.provider.separator = "";
  w.build();
  EXPECT_EQ(w.word("bob", "pw" + w.code()), "granted");
}

TEST(LoginService, AccessIsDecidedOnlyAfterWhollyRightCredentials) {
  World w;
  Binding binding;
  binding.subject = Binding::Subject::user;
  binding.user = 99;
  w.application.bindings.list.push_back(binding);
  w.build();
  EXPECT_EQ(w.word("alice", "px"), "denied wrong_password");
  EXPECT_EQ(w.word("alice", "pw"), "not admitted access_denied");
  EXPECT_EQ(w.word("bob", "pw;000000"), "denied code_wrong");
  EXPECT_EQ(w.word("alice", World::app_password(kAlice), Blocking::no),
            "not admitted access_denied");
  w.has_application = false;
  w.build();
  EXPECT_EQ(w.word("alice", "pw"), "not admitted application_missing");
}

TEST(LoginService, FastImportedHashIsFollowedByExactlyOneSlowHash) {
  World w;
  const std::string ssha = "{SSHA}V7Me7J0BZsh3B3jjxcOAOGMFBIRBgi6G";
  w.alice().password_hash = ssha;
  EXPECT_EQ(w.word("alice", "wrong"), "denied wrong_password");
  EXPECT_EQ(w.hashes, 1u);
  EXPECT_TRUE(w.store.rehashes.empty());
  EXPECT_EQ(w.word("alice", "correct horse"), "granted");
  EXPECT_EQ(w.hashes, 1u);
  ASSERT_EQ(w.store.rehashes.size(), 1u);
  EXPECT_EQ(w.store.rehashes[0].old_hash, ssha);
  EXPECT_TRUE(w.hasher.verify(w.store.rehashes[0].new_hash, Secret("correct horse")));
}

TEST(LoginService, Rule5_5_ARefusalHoldsForTheRightPasswordButNotForAnAppPassword) {
  World w;
  ASSERT_EQ(w.word("alice", "pw"), "granted");
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(w.word("alice", "w" + std::to_string(i)), "denied wrong_password");
  EXPECT_EQ(w.word("alice", "pw", Blocking::no), "lane hash")
      << "a remembered password is refused, too";
  const auto refused = w.attempt("alice", "pw");
  EXPECT_EQ(World::text(refused), "denied throttled");
  EXPECT_EQ(w.hashes, 1u);
  EXPECT_EQ(std::get<Denied>(refused).delay, 15s);
  EXPECT_EQ(w.word("alice", World::app_password(kAlice), Blocking::no), "granted");
  EXPECT_EQ(w.word("bob", "pw;" + w.code()), "granted");
  EXPECT_TRUE(w.login->unlock("alice"));
  EXPECT_FALSE(w.login->unlock("nobody"));
  EXPECT_EQ(w.word("alice", "pw"), "granted");
}

TEST(LoginService, Rule5_5_AppPasswordFailuresNeverTouchTheMainCounter) {
  World w;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(w.word("alice", World::app_password(kBob), Blocking::no),
              "denied wrong_app_password");
    EXPECT_EQ(w.hashes, 0u);
  }
  EXPECT_EQ(std::get<Denied>(w.attempt("alice", World::app_password(kBob), Blocking::no)).delay,
            15s);
  EXPECT_EQ(w.word("alice", "pw"), "granted");
}

TEST(LoginService, StaleDirectoryIsUnavailable) {
  World w;
  w.directory.fresh = {5'001, true, 0};
  EXPECT_EQ(w.word("alice", World::app_password(kAlice), Blocking::no),
            "unavailable directory_stale");
  w.directory.fresh = {5'000, true, 0};
  EXPECT_EQ(w.word("alice", "pw"), "granted");
  w.directory.fresh = {900'000, false, 0};
  EXPECT_EQ(w.word("alice", "pw"), "granted");
  w.directory.fresh = {900'001, false, 0};
  EXPECT_EQ(w.word("alice", "pw"), "unavailable directory_stale");
  World strict;
  strict.settings.max_staleness_detached = 0ms;
  strict.directory.fresh = {0, false, 0};
  EXPECT_EQ(strict.word("alice", "pw"), "unavailable directory_stale");
}

TEST(LoginService, N10_EmptyPasswordIsDeniedWithoutALookup) {
  World w;
  EXPECT_EQ(w.word("alice", "", Blocking::no), "denied wrong_password");
  EXPECT_EQ(w.directory.lookups, 0);
  EXPECT_TRUE(w.events.events.empty());
}

TEST(LoginService, StillHoldsUntilAnythingMoves) {
  World w;
  Grant grant = std::get<Granted>(w.attempt("alice", "pw")).grant;
  EXPECT_TRUE(w.login->still_holds(grant));
  w.alice().search_full_directory = true;
  EXPECT_TRUE(w.login->still_holds(grant));
  EXPECT_EQ(grant.search.sees, Sees::everything);
  const auto broken_by = [&](auto change, auto restore) {
    change();
    EXPECT_FALSE(w.login->still_holds(grant));
    restore();
    EXPECT_TRUE(w.login->still_holds(grant));
  };
  broken_by([&] { w.alice().generation = 6; }, [&] { w.alice().generation = 5; });
  broken_by([&] { w.alice().is_active = false; }, [&] { w.alice().is_active = true; });
  broken_by([&] { w.alice().not_after = 1; }, [&] { w.alice().not_after = 0; });
  broken_by([&] { w.directory.broken = true; }, [&] { w.directory.broken = false; });
  broken_by([&] { grant.expires = w.clock.wall(); }, [&] { grant.expires = 0; });
  broken_by([&] { w.has_application = false, w.build(); },
            [&] { w.has_application = true, w.build(); });
  broken_by([&] { grant.provider = 77; }, [&] { grant.provider = kService; });
  w.directory.users.erase(kAlice);
  EXPECT_FALSE(w.login->still_holds(grant));
}

TEST(LoginService, EventsSayWhoWhereAndWhyInConstantWords) {
  World w;
  w.word("alice", "hunter2");
  w.word("evil\nname" + std::string(300, 'x'), "hunter2");
  w.word("alice", "pw");
  ASSERT_EQ(w.events.events.size(), 3u);
  const Event& failed = w.events.events[0];
  EXPECT_EQ(failed.action, "login_failed");
  EXPECT_EQ(failed.app, "postern.outpost.ldap");
  EXPECT_EQ(failed.user, kAlice);
  EXPECT_EQ(failed.client_ip, "10.0.0.1");
  EXPECT_EQ(failed.context.at("reason"), "wrong_password");
  EXPECT_EQ(failed.context.at("service"), kService);
  EXPECT_EQ(w.events.events[1].username, "evil\\x0aname" + std::string(141, 'x'));
  EXPECT_EQ(w.events.events[2].action, "login");
  EXPECT_EQ(w.events.logins, std::vector<UserId>{kAlice});
}

TEST(LoginService, QuickLoginsAreNotedOncePerInterval) {
  World w;
  for (int i = 0; i < 1000; ++i) w.attempt("alice", World::app_password(kAlice), Blocking::no);
  EXPECT_EQ(w.events.count("login"), 1u);
  EXPECT_EQ(w.events.tokens.size(), 1u);
  w.clock.advance(60s);
  w.attempt("alice", World::app_password(kAlice), Blocking::no);
  EXPECT_EQ(w.events.count("login"), 2u);
  w.attempt("bob", World::app_password(kBob), Blocking::no);
  EXPECT_EQ(w.events.count("login"), 3u);
}

TEST(LoginService, SprayingManyUsersFromOneAddressRaisesOneAlertAndBansNobody) {
  World w;
  for (int i = 0; i < 100; ++i) w.word("user" + std::to_string(i), "Spring2026");
  EXPECT_EQ(w.events.count("suspicious_request"), 1u);
  EXPECT_EQ(w.word("alice", "pw"), "granted");
}

}  // namespace
}  // namespace postern::core::test
