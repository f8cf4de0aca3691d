#include "core/model/time_text.h"

#include <gtest/gtest.h>

namespace postern::core {
namespace {

TEST(TimeText, WritesRfc3339InUtc) {
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(time_text(1'700'000'000'123), "2023-11-14T22:13:20.123000Z");
  EXPECT_EQ(time_text(-1), "1969-12-31T23:59:59.999000Z");
}

TEST(TimeText, ReadsBackWhatItWrites) {
  for (const WallMs when :
       {WallMs{0}, WallMs{1}, WallMs{1'700'000'000'123}, WallMs{4'102'444'800'000}}) {
    EXPECT_EQ(parse_time(time_text(when)), when);
  }
}

TEST(TimeText, TakesOffsetsAndFractions) {
  EXPECT_EQ(parse_time("1970-01-01T02:00:00+02:00"), 0);
  EXPECT_EQ(parse_time("1969-12-31 20:30:00-0330"), 0);
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.5Z"), 500);
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text : {"", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                           "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00Zx", "2026/01/01T00:00:00Z"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Duration, AddsItsParts) {
  EXPECT_EQ(parse_duration("hours=1;minutes=2;seconds=3"), 3'723'000);
  EXPECT_EQ(parse_duration("weeks=4"), 2'419'200'000);
  EXPECT_EQ(parse_duration("seconds=0"), 0);
}

TEST(Duration, RefusesWhatIsNone) {
  for (const char* text : {"", "5", "hours", "hours=", "hours=-1", "fortnights=1", "hours=1 ",
                           "seconds=99999999999"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace postern::core
