#include <gtest/gtest.h>

#include "world.h"

namespace postern::core::test {
namespace {

constexpr std::int64_t kDay = 86'400'000;

struct Aged : World {
  explicit Aged(PasswordAge age) {
    flow = *builtin();
    flow->password_age = age;
    alice().password_changed = clock.wall() - 29 * kDay;
    build();
  }
  static const Flow* builtin() {
    static const Flow made = [] {
      World world;
      world.add_stage({.name = "identification", .kind = StageKind::identification});
      world.add_stage({.name = "password", .kind = StageKind::password});
      world.add_stage({.name = "login", .kind = StageKind::user_login});
      return *world.flow;
    }();
    return &made;
  }
  PasswordState state() { return std::get<Granted>(attempt("alice", "pw")).grant.password; }
};

TEST(LoginPasswordAge, Behera8_1_2_4_TheWarningCountsSeconds) {
  Aged world({30 * kDay, 2 * kDay, 0});
  EXPECT_EQ(world.state().seconds_left, std::optional<std::uint32_t>(kDay / 1000));
  Aged early({30 * kDay, kDay / 2, 0});
  EXPECT_EQ(early.state().seconds_left, std::nullopt);
}

TEST(LoginPasswordAge, Behera7_3_ExpiredIsRefusedAndAnAppPasswordIsNot) {
  Aged world({28 * kDay, 0, 0});
  EXPECT_EQ(world.word("alice", "pw"), "denied password_expired");
  EXPECT_EQ(world.hashes, 1U);
  EXPECT_EQ(world.word("alice", World::app_password(kAlice)), "granted");
}

TEST(LoginPasswordAge, Behera7_4_GraceLoginsAreCountedInTheStore) {
  Aged world({28 * kDay, 0, 2});
  EXPECT_EQ(world.state().grace_left, std::optional<std::uint32_t>(1));
  EXPECT_EQ(world.word("alice", "pw", Blocking::no), "lane hash") << "a loop does not count";
  EXPECT_EQ(world.state().grace_left, std::optional<std::uint32_t>(0));
  EXPECT_EQ(world.word("alice", "pw"), "denied password_expired");
  world.store.fail_at = "use_grace_login";
  EXPECT_EQ(world.word("alice", "pw"), "unavailable store_unreachable");
}

TEST(LoginPasswordAge, APasswordOfUnknownAgeDoesNotExpire) {
  Aged world({28 * kDay, 0, 0});
  world.alice().password_changed = 0;
  EXPECT_EQ(world.word("alice", "pw"), "granted");
}

TEST(LoginPasswordAge, Behera7_2_AResetIsToldAndLiftedWithTheGrantInHand) {
  World world;
  world.alice().password_must_change = true;
  auto outcome = world.attempt("alice", "pw");
  Grant grant = std::get<Granted>(outcome).grant;
  EXPECT_TRUE(grant.password.must_change);
  world.alice().password_must_change = false;
  EXPECT_TRUE(world.login->still_holds(grant));
  EXPECT_FALSE(grant.password.must_change);
  world.alice().password_must_change = true;
  outcome = world.attempt("alice", World::app_password(kAlice));
  EXPECT_FALSE(std::get<Granted>(outcome).grant.password.must_change);
}

TEST(LoginPasswordAge, AChangeTakesThePasswordAloneAlsoWhenItHasExpired) {
  Aged world({28 * kDay, 0, 0});
  world.word("alice", "pw");  // makes the login
  const std::size_t logins = world.events.logins.size();
  LoginRequest request = world.request("alice", "pw");
  request.purpose = Purpose::password_change;
  EXPECT_EQ(World::text(world.login->attempt(request, Blocking::yes)), "granted");
  EXPECT_EQ(world.events.logins.size(), logins);
  request.password = Secret(World::app_password(kAlice));
  EXPECT_EQ(World::text(world.login->attempt(request, Blocking::yes)), "denied wrong_app_password");
  request.password = Secret("wrong");
  EXPECT_EQ(World::text(world.login->attempt(request, Blocking::yes)), "denied wrong_password");
}

}  // namespace
}  // namespace postern::core::test
