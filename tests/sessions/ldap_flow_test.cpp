// Split invariance: however the octets arrive, the same answers leave.

#include <gtest/gtest.h>

#include <random>

#include "sessions/ldap_scenarios.h"

namespace postern::test {
namespace {

class LdapSplit : public testing::TestWithParam<std::size_t> {};

TEST_P(LdapSplit, ByteByByteEqualsWhole) {
  const Scenario scenario = scenarios()[GetParam()];
  const Played whole = play(scenario, SessionScript::whole());
  const Played bytewise = play(scenario, SessionScript::bytewise());
  EXPECT_EQ(describe(parse_replies(whole.output)), describe(parse_replies(bytewise.output)))
      << scenario.name;
  EXPECT_TRUE(whole == bytewise) << scenario.name;
}

TEST_P(LdapSplit, RandomPiecesEqualWhole) {
  const Scenario scenario = scenarios()[GetParam()];
  const Played whole = play(scenario, SessionScript::whole());
  for (unsigned seed = 1; seed <= 20; ++seed) {
    auto random = std::make_shared<std::mt19937>(seed);
    const Played pieces = play(scenario, [random](std::size_t left) {
      return 1 + (*random)() % std::min<std::size_t>(left, 40);
    });
    EXPECT_TRUE(whole == pieces) << scenario.name << ", seed " << seed;
  }
}

TEST_P(LdapSplit, EveryScenarioSaysSomethingOrCloses) {  // the scenarios themselves are alive
  const Played whole = play(scenarios()[GetParam()], SessionScript::whole());
  EXPECT_TRUE(whole.closed || !whole.output.empty());
}

INSTANTIATE_TEST_SUITE_P(All, LdapSplit, testing::Range<std::size_t>(0, scenarios().size()));

}  // namespace
}  // namespace postern::test
