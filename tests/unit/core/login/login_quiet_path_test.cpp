// An attempt that a loop answers allocates nothing but its result. This program counts every
// allocation.

#include <gtest/gtest.h>

#include "support/counting_new.h"
#include "world.h"

namespace postern::core::test {
namespace {

std::uint64_t allocations_of(World& w, const LoginRequest& request, bool granted) {
  for (int i = 0; i < 3; ++i) static_cast<void>(w.login->attempt(request, Blocking::no));
  const std::uint64_t before = postern::test::allocations();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(std::holds_alternative<Granted>(w.login->attempt(request, Blocking::no)), granted);
  }
  return postern::test::allocations() - before;
}

TEST(LoginQuietPath, AppPasswordOnTheLoopDoesNotAllocate) {
  World w;
  ASSERT_EQ(w.word("alice", "pw"), "granted");
  EXPECT_EQ(allocations_of(w, w.request("alice", World::app_password(kAlice)), true), 0u);
}

TEST(LoginQuietPath, AppPasswordWithAScopeOnTheLoopDoesNotAllocate) {
  World w;
  TokenScope scope;
  scope.protocols = protocol_bit(Protocol::ldap);
  add_network(scope, "192.0.2.0/24");
  add_network(scope, "2001:db8:ffff:ffff:ffff:ffff::/96");
  w.alice().tokens.front().scope = keep_scope(scope, w.alice().scopes);
  ASSERT_EQ(w.word("alice", "pw"), "granted");
  LoginRequest request = w.request("alice", World::app_password(kAlice));
  request.client = "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff";
  EXPECT_EQ(allocations_of(w, request, true), 0u);
  request.client = "10.0.0.1";
  EXPECT_FALSE(std::holds_alternative<Granted>(w.login->attempt(request, Blocking::no)));
}

TEST(LoginQuietPath, RecentlyVerifiedPasswordOnTheLoopDoesNotAllocate) {
  World w;
  ASSERT_EQ(w.word("alice", "pw"), "granted");
  EXPECT_EQ(allocations_of(w, w.request("alice", "pw"), true), 0u);
}

TEST(LoginQuietPath, WhatGoesToALaneDoesNotAllocateOnTheLoop) {
  World w;
  ASSERT_EQ(w.word("alice", "pw"), "granted");
  EXPECT_EQ(allocations_of(w, w.request("alice", "other"), false), 0u);
}

}  // namespace
}  // namespace postern::core::test
