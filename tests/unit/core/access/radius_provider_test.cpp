// Networks, RADIUS providers out of stored rows, reply rules.

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "core/access/compile_radius_provider.h"
#include "core/access/network.h"
#include "core/hex.h"

namespace postern::core {
namespace {

GroupNumber group_number(std::string_view text) { return text == "staff" ? 7 : 0; }

RadiusProvider compile(std::string_view text, std::vector<std::string>* problems = nullptr) {
  RadiusProvider provider;
  std::vector<std::string> mine;
  read_radius_provider(boost::json::parse({text.data(), text.size()}).as_object(), group_number,
                       provider, problems == nullptr ? mine : *problems);
  return provider;
}

ReplyRules rules(std::string_view text) {
  const auto parsed =
      parse_reply_rules(boost::json::parse({text.data(), text.size()}), group_number);
  EXPECT_FALSE(parsed.problem.has_value()) << parsed.problem.value_or("");
  return parsed.rules;
}

std::string problem(std::string_view text) {
  return parse_reply_rules(boost::json::parse({text.data(), text.size()}), group_number)
      .problem.value_or("");
}

TEST(Network, TextBecomesAPrefix) {
  EXPECT_EQ(parse_network("10.1.2.3/8"), parse_network("10.0.0.0/8"));
  EXPECT_EQ(parse_network("10.1.2.3")->bits, 128);
  EXPECT_EQ(parse_network("0.0.0.0/0")->bits, 96);
  EXPECT_EQ(parse_network("::/0")->bits, 0);
  EXPECT_EQ(parse_network("2001:db8::1/33"), parse_network("2001:db8::/33"));
  for (const std::string_view wrong :
       {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "x", "10.0.0.0/8x", "10.0.0.0/-1"}) {
    EXPECT_FALSE(parse_network(wrong).has_value()) << wrong;
  }
}

TEST(Network, AMappedAddressIsItsIpv4Address) {
  EXPECT_EQ(parse_address("::ffff:192.0.2.7"), parse_address("192.0.2.7"));
  EXPECT_EQ(address_text(*parse_address("192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(address_text(*parse_address("2001:db8::7")), "2001:db8::7");
}

TEST(Network, AListNamesWhatIsWrong) {
  std::string_view wrong;
  EXPECT_EQ(parse_networks("10.0.0.0/8, ::1\n192.0.2.1", wrong)->size(), 3U);
  EXPECT_FALSE(parse_networks("10.0.0.0/8,nonsense", wrong).has_value());
  EXPECT_EQ(wrong, "nonsense");
}

TEST(RadiusProvider, DefaultsAreThoseOfTheDesign) {
  const RadiusProvider provider = compile(
      R"({"pk":3,"name":"wifi","client_networks":"10.0.0.0/8","sealed_secret":"00ff","attributes":{}})");
  EXPECT_EQ(provider.pk, 3);
  ASSERT_EQ(provider.secrets.size(), 1U);
  EXPECT_EQ(provider.otp, OtpMode::automatic);
  EXPECT_FALSE(provider.message_authenticator_required);
  EXPECT_EQ(provider.inline_code, InlineCode::optional);
}

TEST(RadiusProvider, WithoutMfaSupportNothingIsCutOffOrAskedFor) {
  RadiusProvider provider = compile(R"({"mfa_support":false})");
  EXPECT_EQ(provider.inline_code, InlineCode::off);
  EXPECT_EQ(provider.otp, OtpMode::append);
  provider = compile(R"({"mfa_support":false,"attributes":{"postern":{"otp":"challenge"}}})");
  EXPECT_EQ(provider.otp, OtpMode::challenge);
}

TEST(RadiusProvider, UnknownSettingsAreProblemsAndTheStrictOnesHold) {
  std::vector<std::string> problems;
  const RadiusProvider provider = compile(
      R"({"client_networks":"nowhere","attributes":{"postern":
          {"otp":"maybe","message_authenticator":"perhaps","secrets":["plain"],"colour":1}}})",
      &problems);
  EXPECT_EQ(provider.otp, OtpMode::append);
  EXPECT_TRUE(provider.message_authenticator_required);
  EXPECT_TRUE(provider.networks.empty());
  EXPECT_TRUE(provider.secrets.empty());
  EXPECT_EQ(problems.size(), 6U);
}

TEST(ReplyRules, EveryPartIsRead) {
  const ReplyRules all = rules(R"([
    {"when":{"group":["staff","gone"],"nas":"gw","ssid":"office","client":"10.0.0.0/8","user":["a"]},
     "vlan":42,"roles":{"cisco":15,"fortinet":"admins"},"continue":true,"priority":2,
     "reply":{"Class":"x","Session-Timeout":60,"Tunnel-Assignment-Id":{"tag":3,"value":"t"},
              "Cisco-AVPair":["a=1","b=2"]}}])");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].groups, (std::vector<GroupNumber>{7, 0}));
  EXPECT_TRUE(all[0].go_on);
  EXPECT_EQ(all[0].items.size(), 3U + 2U + 5U);
  EXPECT_EQ(all[0].items[2].value, "42");
  EXPECT_EQ(all[0].items[3].value, "shell:priv-lvl=15");
}

TEST(ReplyRules, AWrongOneIsNamedByItsPlace) {
  EXPECT_EQ(problem(R"([{}, {"vlan":4095}])"),
            "postern.replies[1].vlan must be a number from 1 to 4094");
  for (const std::string_view wrong :
       {R"({})", R"([3])", R"([{"colour":1}])", R"([{"when":3}])", R"([{"when":{"moon":"full"}}])",
        R"([{"when":{"client":"x"}}])", R"([{"when":{"group":[]}}])", R"([{"reply":[]}])",
        R"([{"reply":{"Class":null}}])", R"([{"reply":{"Class":{"tag":32,"value":"x"}}}])",
        R"([{"reply":{"Class":{"value":"x"}}}])", R"([{"roles":{"acme":"x"}}])",
        R"([{"priority":-1}])", R"([{"continue":1}])", R"([{"vlan":"42"}])"}) {
    EXPECT_FALSE(problem(wrong).empty()) << wrong;
  }
}

TEST(ReplyRules, TheFirstThatMatchesByPriorityIsTheOnlyOneUnlessItGoesOn) {
  const ReplyRules all = rules(R"([
    {"vlan":99,"priority":9},
    {"when":{"group":"staff"},"vlan":10},
    {"when":{"nas":"gw"},"reply":{"Class":"gw"},"continue":true,"priority":0},
    {"when":{"group":"staff"},"vlan":11}])");
  const std::vector<GroupNumber> staff{7};
  ReplyFacts facts;
  auto found = matching(all, facts);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]->items[2].value, "99");
  facts.groups = staff;
  found = matching(all, facts);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]->items[2].value, "10");
  facts.groups = {};
  facts.nas_identifier = "gw";
  found = matching(all, facts);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]->items[0].value, "gw");
  EXPECT_EQ(found[1]->items[2].value, "99");
}

TEST(ReplyRules, AMissingGroupMatchesNobody) {
  const ReplyRules all = rules(R"([{"when":{"group":"gone"},"vlan":10}])");
  const std::vector<GroupNumber> some{7};
  ReplyFacts facts;
  facts.groups = some;
  EXPECT_TRUE(matching(all, facts).empty());
}

TEST(ReplyRules, AllConditionsHaveToHold) {
  const ReplyRules all =
      rules(R"([{"when":{"user":"a","ssid":"office","client":"10.0.0.0/8"},"vlan":10}])");
  ReplyFacts facts;
  facts.username = "a";
  facts.ssid = "office";
  facts.client = *parse_address("10.1.1.1");
  EXPECT_EQ(matching(all, facts).size(), 1U);
  facts.client = *parse_address("192.0.2.1");
  EXPECT_TRUE(matching(all, facts).empty());
}

TEST(ReplyRules, Rfc3580_3_20_TheSsidStandsBehindTheAddress) {
  EXPECT_EQ(ssid_of("00-10-A4-23-19-C0:AP1"), "AP1");
  EXPECT_EQ(ssid_of("00:10:a4:23:19:c0:with:colons"), "with:colons");
  EXPECT_EQ(ssid_of("0010.a423.19c0:x"), "x");
  EXPECT_EQ(ssid_of("00-10-A4-23-19-C0"), "");
  EXPECT_EQ(ssid_of("5551234"), "");
  EXPECT_EQ(ssid_of("gateway"), "");
  EXPECT_EQ(ssid_of(""), "");
}

}  // namespace
}  // namespace postern::core
