// Every scenario fails cleanly at every step: after any event the peer may be gone, the server may
// stop, or a lane may refuse.

#include <gtest/gtest.h>

#include "sessions/ldap_scenarios.h"

namespace postern::test {
namespace {

class LdapFailure : public testing::TestWithParam<std::size_t> {};

// Plays the scenario, breaks in after event n, then pokes the closed session with everything.
void break_after(const Scenario& scenario, std::size_t n, Injection injection) {
  LdapWorld world;
  SessionScript& script = world.script();
  script.chunk_by([](std::size_t left) { return std::min<std::size_t>(left, 7); });
  script.inject_after(n, injection);
  play(world, scenario);
  if (!script.injected()) return;
  ASSERT_TRUE(script.wants().close) << scenario.name << " after " << n;
  EXPECT_FALSE(script.wants().read);
  EXPECT_FALSE(script.wants().again);
  EXPECT_FALSE(script.wants().timer);
  script.take_output();
  const int attempts = world.login.attempts, turns = world.tree.turns_given;
  if (const auto run = script.run()) {
    EXPECT_TRUE(run->work->cancelled());
  }
  script.finish_run();
  script.wake();
  script.pass(std::chrono::hours(1));
  script.tls_up();
  script.eof();
  script.shutdown();
  EXPECT_TRUE(script.wants().close);
  EXPECT_TRUE(script.take_output().empty()) << scenario.name << " after " << n;
  EXPECT_EQ(world.login.attempts, attempts);
  EXPECT_EQ(world.tree.turns_given, turns);
}

TEST_P(LdapFailure, EofAfterEveryEvent) {
  const Scenario scenario = scenarios()[GetParam()];
  const std::size_t events =
      play(scenario, [](std::size_t left) { return std::min<std::size_t>(left, 7); }).events;
  for (std::size_t n = 1; n <= events; ++n) break_after(scenario, n, Injection::eof);
}

TEST_P(LdapFailure, ShutdownAfterEveryEvent) {
  const Scenario scenario = scenarios()[GetParam()];
  const std::size_t events =
      play(scenario, [](std::size_t left) { return std::min<std::size_t>(left, 7); }).events;
  for (std::size_t n = 1; n <= events; ++n) break_after(scenario, n, Injection::shutdown);
}

TEST_P(LdapFailure, RefusedLanesGrantNothing) {
  Scenario scenario = scenarios()[GetParam()];
  for (Step& step : scenario.steps) {
    if (step.kind == Step::Kind::finish_run) step.kind = Step::Kind::refuse_run;
  }
  LdapWorld world;
  const Played played = play(world, scenario);
  EXPECT_EQ(world.login.slow_attempts, 0);
  for (const Reply& reply : parse_replies(played.output)) {
    EXPECT_EQ(reply.dn.find("u11"), std::string::npos) << scenario.name;  // slow never gets in
  }
}

INSTANTIATE_TEST_SUITE_P(All, LdapFailure, testing::Range<std::size_t>(0, scenarios().size()));

}  // namespace
}  // namespace postern::test
