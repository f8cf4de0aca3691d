#include "app/config/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace postern::app {
namespace {

constexpr std::array<std::string_view, 4> kWords{"listen", "login", "log", "limits"};

TEST(Nearest, FindsTypos) {
  EXPECT_EQ(nearest("lisen", kWords), "listen");
  EXPECT_EQ(nearest("lgoin", kWords), "login");
  EXPECT_EQ(nearest("limit", kWords), "limits");
  EXPECT_FALSE(nearest("database", kWords));
  EXPECT_FALSE(nearest(std::string(100, 'l'), kWords));
}

TEST(Nearest, ElseNamesWhatIsAllowed) {
  EXPECT_EQ(suggestion("lisen", kWords), ", did you mean `listen`?");
  EXPECT_EQ(suggestion("database", kWords), "; allowed here: listen, login, log, limits");
}

}  // namespace
}  // namespace postern::app
