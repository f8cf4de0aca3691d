// Users whom the transport has authenticated (SASL EXTERNAL): RFC 4513 5.2.3. No password, but
// every other rule of a login.

#include <gtest/gtest.h>

#include "world.h"

namespace postern::core::test {
namespace {

using namespace std::chrono_literals;

LoginOutcome admit(World& w, UserId user, TransportProof proof = TransportProof::certificate,
                   ProviderId provider = kService) {
  w.attempt("alice", "");  // makes the login
  TransportLogin login;
  login.provider = provider;
  login.user = user;
  login.proof = proof;
  login.claim = "CN=alice";
  login.client = "10.0.0.1";
  login.request_id = "r1";
  return w.login->admit(login);
}
std::string word(World& w, UserId user) { return World::text(admit(w, user)); }

TEST(LoginTransport, GrantIsThatOfAPasswordLogin) {
  World w;
  w.alice().not_after = w.clock.wall() + 60'000;
  const auto by_password = w.attempt("alice", "pw");
  const std::uint64_t hashes = w.hasher.slow_hashes();
  const auto by_certificate = admit(w, kAlice);
  const Grant& expected = std::get<Granted>(by_password).grant;
  const Grant& grant = std::get<Granted>(by_certificate).grant;
  EXPECT_EQ(grant.user, expected.user);
  EXPECT_EQ(grant.username, expected.username);
  EXPECT_EQ(grant.generation, expected.generation);
  EXPECT_EQ(grant.provider, expected.provider);
  EXPECT_EQ(grant.expires, expected.expires);
  EXPECT_EQ(w.hasher.slow_hashes(), hashes);
}

TEST(LoginTransport, WhoMayNotLogInMayNotLogInThisWay) {
  World w;
  EXPECT_EQ(word(w, 0), "denied unknown_user");
  EXPECT_EQ(word(w, 99), "denied unknown_user");
  w.alice().is_active = false;
  EXPECT_EQ(word(w, kAlice), "denied user_inactive");
  w.alice().is_active = true;
  w.alice().not_after = w.clock.wall();
  EXPECT_EQ(word(w, kAlice), "denied user_expired");
  w.alice().not_after = 0;
  w.alice().not_before = w.clock.wall() + 1000;
  EXPECT_EQ(word(w, kAlice), "denied user_not_valid_yet");
}

TEST(LoginTransport, TheApplicationDecides) {
  World w;
  w.application.bindings.list.emplace_back();  // a broken binding passes nobody
  w.build();
  EXPECT_EQ(word(w, kAlice), "not admitted access_denied");
  w.has_application = false;
  w.build();
  EXPECT_EQ(word(w, kAlice), "not admitted application_missing");
  EXPECT_EQ(World::text(admit(w, kAlice, TransportProof::certificate, 77)),
            "denied provider_missing");
}

TEST(LoginTransport, AStaleDirectoryDecidesNothing) {
  World w;
  w.directory.fresh.age_ms = 60'000;
  EXPECT_EQ(word(w, kAlice), "unavailable directory_stale");
}

TEST(LoginTransport, EventsTellTheMethodAndTheClaim) {
  World w;
  admit(w, kAlice, TransportProof::local_socket);
  ASSERT_EQ(w.events.events.size(), 1u);
  EXPECT_EQ(w.events.events[0].action, "login");
  EXPECT_EQ(w.events.events[0].username, "alice");
  EXPECT_EQ(w.events.events[0].context.at("auth_method"), "local_socket");
  admit(w, 0);
  ASSERT_EQ(w.events.events.size(), 2u);
  EXPECT_EQ(w.events.events[1].action, "login_failed");
  EXPECT_EQ(w.events.events[1].username, "CN=alice");
  admit(w, 0);
  EXPECT_EQ(w.events.events.size(), 2u) << "one event per interval";
}

}  // namespace
}  // namespace postern::core::test
