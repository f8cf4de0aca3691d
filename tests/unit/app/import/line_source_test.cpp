#include "app/import/line_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "unit/app/import/input.h"

namespace postern::app {
namespace {

using testing::Input;

std::vector<std::string> lines_of(std::string_view text) {
  const Input input(text);
  LineSource source(input.fd());
  std::vector<std::string> lines;
  std::string line;
  bool cut = false;
  while (source.next(line, cut)) {
    EXPECT_FALSE(cut);
    lines.push_back(line);
  }
  EXPECT_FALSE(source.failed());
  EXPECT_EQ(source.octets(), text.size());
  EXPECT_EQ(source.line_number(), lines.size());
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineSource, LfAndCrLfEndALine) { EXPECT_EQ(lines_of("a\nb\r\nc\n"), (Lines{"a", "b", "c"})); }

TEST(LineSource, LastLineMayBeUnended) { EXPECT_EQ(lines_of("a\nb"), (Lines{"a", "b"})); }

TEST(LineSource, EmptyFileHasNoLine) { EXPECT_EQ(lines_of(""), Lines{}); }

TEST(LineSource, EmptyLinesAreLines) { EXPECT_EQ(lines_of("\n\r\n\n"), (Lines{"", "", ""})); }

TEST(LineSource, CrWithinALineStays) { EXPECT_EQ(lines_of("a\rb\n"), (Lines{"a\rb"})); }

TEST(LineSource, NulIsAnOctetLikeOthers) {
  EXPECT_EQ(lines_of(std::string_view("a\0b\nc", 5)), (Lines{std::string("a\0b", 3), "c"}));
}

TEST(LineSource, LinesAcrossTheBufferAreWhole) {
  for (const std::size_t size : {65535U, 65536U, 65537U, 200000U}) {
    const std::string longest(size, 'x');
    EXPECT_EQ(lines_of(longest + "\nend\n"), (Lines{longest, "end"})) << size;
  }
}

TEST(LineSource, CrLfSplitByTheBufferIsOneEnd) {
  const std::string text = std::string(65535, 'x') + "\r\nend";
  EXPECT_EQ(lines_of(text), (Lines{std::string(65535, 'x'), "end"}));
}

TEST(LineSource, LineOfExactlyTheLimitIsNotCut) {
  const Input input(std::string(kMaxLine, 'x') + "\nend\n");
  LineSource source(input.fd());
  std::string line;
  bool cut = true;
  ASSERT_TRUE(source.next(line, cut));
  EXPECT_FALSE(cut);
  EXPECT_EQ(line.size(), kMaxLine);
}

TEST(LineSource, LongerLineIsCutMarkedAndTheNextOneWhole) {
  const Input input(std::string(kMaxLine + 100'000, 'x') + "\nend\n");
  LineSource source(input.fd());
  std::string line;
  bool cut = false;
  ASSERT_TRUE(source.next(line, cut));
  EXPECT_TRUE(cut);
  EXPECT_EQ(line.size(), kMaxLine);
  ASSERT_TRUE(source.next(line, cut));
  EXPECT_FALSE(cut);
  EXPECT_EQ(line, "end");
  EXPECT_EQ(source.line_number(), 2U);
}

TEST(LineSource, UnreadableFileFails) {
  LineSource source(-1);
  std::string line;
  bool cut = false;
  EXPECT_FALSE(source.next(line, cut));
  EXPECT_TRUE(source.failed());
}

TEST(LineSource, FolderFails) {
  const int fd = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  LineSource source(fd);
  std::string line;
  bool cut = false;
  EXPECT_FALSE(source.next(line, cut));
  EXPECT_TRUE(source.failed());
  ::close(fd);
}

}  // namespace
}  // namespace postern::app
