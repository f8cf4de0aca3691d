#include "core/log.h"

#include <gtest/gtest.h>

namespace postern {
namespace {

std::string line_of(log::Format format, std::string_view value) {
  log::configure(log::Level::info, format);
  testing::internal::CaptureStderr();
  log::info("test.event", {{"value", value}, {"count", std::int64_t{7}}});
  return testing::internal::GetCapturedStderr();
}

TEST(Log, InputCannotForgeALine) {
  const std::string line = line_of(log::Format::text, "a\nfake level=error \"x\" \x1b[31m");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find(R"(value="a\x0afake level=error \"x\" \x1b[31m")"), std::string::npos)
      << line;
  EXPECT_NE(line.find("count=7"), std::string::npos);
}

TEST(Log, JsonLinesAreOneLineEach) {
  const std::string line = line_of(log::Format::json, "a\n\"b\"");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_NE(line.find(R"("value":"a\u000a\"b\"")"), std::string::npos) << line;
}

TEST(Log, BelowTheLevelNothingIsWritten) {
  log::configure(log::Level::warning, log::Format::text);
  testing::internal::CaptureStderr();
  log::info("test.quiet");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace postern
