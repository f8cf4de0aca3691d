// Reply rules on their way into an Access-Accept.

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "protocols/radius/dictionary_reader.h"
#include "sessions/radius_world.h"

namespace postern::test {
namespace {

class RadiusReply : public ::testing::Test {
 protected:
  void SetUp() override {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(POSTERN_DICTIONARIES)) {
      files.insert(entry.path());
    }
    for (const auto& file : files) {
      std::ifstream in(file, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      ASSERT_FALSE(radius::read_dictionary(text, file.string(), world.dictionary,
                                           [](auto, auto) { return std::nullopt; }));
    }
    core::LoginRecord alice;
    alice.pk = 1;
    alice.username = "alice";
    alice.groups = {7};
    world.directory.add(alice);
  }
  core::ReplyRules parse(std::string_view text) {
    return core::parse_reply_rules(boost::json::parse({text.data(), text.size()}),
                                   [](std::string_view name) { return name == "staff" ? 7 : 8; })
        .rules;
  }
  void use(std::string_view text) {
    world.wifi().replies = parse(text);
    world.publish();
  }
  std::string wrong(std::string_view text) {
    return world.replies.problem(parse(text)).value_or("");
  }
  RadiusWorld world;
};

TEST_F(RadiusReply, Rfc3580_3_31_AVlanForAGroup) {
  use(R"([{"when":{"group":"guests"},"vlan":9},{"when":{"group":"staff"},"vlan":42}])");
  const auto answer = world.ask(Ask{});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->text(64), std::string("\0\0\0\x0d", 4));
  EXPECT_EQ(answer->text(65), std::string("\0\0\0\x06", 4));
  EXPECT_EQ(answer->text(81), "42");
}

TEST_F(RadiusReply, ARequestDecidesByNasAndSsid) {
  use(R"([{"when":{"ssid":"office"},"reply":{"Class":"office"}},
          {"when":{"nas":"gateway"},"reply":{"Class":"gateway"}}])");
  Ask ask;
  ask.more = {{radius::type::called_station_id, "00-10-A4-23-19-C0:office"}};
  EXPECT_EQ(world.ask(ask)->text(25), "office");
  ask.more.clear();
  ask.identifier = 2;
  ask.nas_identifier = "gateway";
  EXPECT_EQ(world.ask(ask)->text(25), "gateway");
  ask.identifier = 3;
  ask.nas_identifier = "other";
  EXPECT_EQ(world.ask(ask)->count(25), 1U) << "what accounting finds the login by, and no more";
}

TEST_F(RadiusReply, HiddenValuesAreHiddenWithSaltsOfTheirOwn) {
  use(R"([{"reply":{"Tunnel-Password":[{"tag":1,"value":"one"},{"tag":2,"value":"one"}]}}])");
  const auto answer = world.ask(Ask{});
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->count(69), 2U);
  const std::string first = answer->text(69);
  EXPECT_EQ(first[0], 1);
  EXPECT_EQ(answer->octets.size() > 40, true);
  std::set<std::string> salts;
  for (const auto& [kind, value] : answer->attributes) {
    if (kind == 69) salts.insert(value.substr(1, 2));
  }
  EXPECT_EQ(salts.size(), 2U) << "2868-02";
}

TEST_F(RadiusReply, ARejectOrChallengeCarriesNothingOfIt) {
  use(R"([{"vlan":42}])");
  Ask ask;
  ask.password = "wrong";
  EXPECT_EQ(world.ask(ask)->count(81), 0U);
  ask.user = "bob";
  ask.password = "builder";
  ask.identifier = 2;
  EXPECT_EQ(world.ask(ask)->count(81), 0U);
}

TEST_F(RadiusReply, WhatDoesNotFitIntoAPacketIsRejected) {
  std::string many = R"([{"reply":{"Reply-Message":[)";
  for (int i = 0; i < 20; ++i) many += (i == 0 ? "\"" : ",\"") + std::string(253, 'x') + "\"";
  use(many + "]}}]");
  EXPECT_EQ(world.ask(Ask{})->code, radius::Code::access_reject);
}

TEST_F(RadiusReply, AWrongRuleIsSaidWhenItIsLoaded) {
  EXPECT_EQ(wrong(R"([{"vlan":42,"roles":{"cisco":15,"h3c":"Manage","apc":"Admin","aruba":"r",
      "aruba-admin":"r","fortinet":"g","juniper":"t","mikrotik":"full","paloalto":"g",
      "paloalto-admin":"superuser","ruckus":"g"}}])"),
            "");
  for (const std::string_view text :
       {R"([{"reply":{"Clas":"x"}}])", R"([{"reply":{"Session-Timeout":"soon"}}])",
        R"([{"reply":{"State":"x"}}])", R"([{"reply":{"Proxy-State":"x"}}])",
        R"([{"reply":{"User-Password":"x"}}])", R"([{"reply":{"NAS-Port":1}}])",
        R"([{"reply":{"Class":{"tag":1,"value":"x"}}}])", R"([{"reply":{"Class":""}}])",
        R"([{"reply":{"Acct-Interim-Interval":59}}])",
        R"([{"reply":{"Extended-Attribute-1":"x"}}])", R"([{"reply":{"EAP-Message":"x"}}])",
        R"([{"reply":{"Framed-IP-Address":"10.0.0"}}])", R"([{"roles":{"apc":"King"}}])"}) {
    EXPECT_FALSE(wrong(text).empty()) << text;
  }
}

TEST_F(RadiusReply, ARuleThatCannotBeSentIsLeftOutNotSentInPart) {
  use(R"([{"reply":{"Class":"x","Nonsense":"y"}},{"reply":{"Class":"z"}}])");
  EXPECT_EQ(world.ask(Ask{})->text(25), "z");
}

}  // namespace
}  // namespace postern::test
