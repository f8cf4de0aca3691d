#include "app/config/setting_values.h"

#include <gtest/gtest.h>

namespace postern::app {
namespace {

TEST(SettingValues, Durations) {
  EXPECT_EQ(parse_duration_setting("250ms"), Millis{250});
  EXPECT_EQ(parse_duration_setting("5m"), Millis{300000});
  EXPECT_EQ(parse_duration_setting("1h30m"), Millis{5400000});
  EXPECT_EQ(parse_duration_setting("7d"), Millis{604800000});
  EXPECT_EQ(parse_duration_setting("0"), Millis{0});
  for (const char* wrong : {"", "5", "m", "5 m", "-5m", "5x", "1h30", "1.5h", "99999999999999999h",
                            "9999999d", "5mm"}) {
    EXPECT_FALSE(parse_duration_setting(wrong)) << wrong;
  }
}

TEST(SettingValues, Sizes) {
  EXPECT_EQ(parse_size("65536"), 65536);
  EXPECT_EQ(parse_size("19MiB"), 19 * 1024 * 1024);
  EXPECT_EQ(parse_size("19 MiB"), 19 * 1024 * 1024);
  EXPECT_EQ(parse_size("2kB"), 2000);
  for (const char* wrong : {"", "MiB", "-1", "19mib", "1.5GiB", "999999999999999GiB"}) {
    EXPECT_FALSE(parse_size(wrong)) << wrong;
  }
}

TEST(SettingValues, WholeNumbersAreDecimal) {
  EXPECT_EQ(parse_whole("0"), 0);
  EXPECT_EQ(parse_whole("-12"), -12);
  EXPECT_EQ(parse_whole("9223372036854775807"), 9223372036854775807);
  for (const char* wrong : {"", "-", "010", "0x10", "1.0", "9223372036854775808", "1e3", " 1"}) {
    EXPECT_FALSE(parse_whole(wrong)) << wrong;
  }
}

TEST(SettingValues, Endpoints) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:389"), (Endpoint{"127.0.0.1", 389}));
  EXPECT_EQ(parse_endpoint("[::1]:389"), (Endpoint{"::1", 389}));
  EXPECT_EQ(parse_endpoint("*:0"), (Endpoint{"*", 0}));
  EXPECT_EQ(parse_endpoint("ldap.example.com:636"), (Endpoint{"ldap.example.com", 636}));
  EXPECT_EQ(to_text(Endpoint{"::1", 389}), "[::1]:389");
  for (const char* wrong : {"", "389", "127.0.0.1", ":389", "::1:389", "[::1]", "[]:389", "[x]:1",
                            "a:65536", "a:-1", "a:", "a b:1", "a:0389", "http://a:1"}) {
    EXPECT_FALSE(parse_endpoint(wrong)) << wrong;
  }
}

TEST(SettingValues, Switches) {
  EXPECT_EQ(parse_switch("On"), true);
  EXPECT_EQ(parse_switch("off"), false);
  EXPECT_FALSE(parse_switch("1"));
  EXPECT_FALSE(parse_switch("falsey"));
}

}  // namespace
}  // namespace postern::app
