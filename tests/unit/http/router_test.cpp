// Which path leads where, and what a wrong one is told.

#include "http/router.h"

#include <gtest/gtest.h>

#include "http/reader.h"

namespace postern::http {
namespace {

using Kind = Router::Match::Kind;

Response nothing(Context&) { return {}; }

class HttpRouter : public testing::Test {
 protected:
  HttpRouter() {
    router.add("GET POST", "/api/users/", Door::user, &nothing);
    router.add("GET", "/api/users/me/", Door::user, &nothing);
    router.add("GET PATCH", "/api/users/{key:int}/", Door::superuser, &nothing);
    router.add("GET", "/api/groups/{key:uuid}/", Door::superuser, &nothing);
    router.add("GET", "/api/tokens/{key:slug}/", Door::user, &nothing);
    router.add("GET", "/", Door::open, &nothing);
  }
  Router::Match match(std::string_view method, std::string_view target) {
    const std::string text =
        std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    Reader reader;
    reader.feed({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    EXPECT_EQ(reader.next(), Reader::State::ready) << target;
    return router.match(reader.take());
  }
  Router router;
};

TEST_F(HttpRouter, ParametersHaveTheirKinds) {
  EXPECT_EQ(match("GET", "/").kind, Kind::found);
  EXPECT_EQ(match("GET", "/api/users/17/").params.at("key"), "17");
  EXPECT_EQ(match("GET", "/api/users/me/").kind, Kind::found);
  EXPECT_EQ(match("GET", "/api/users/you/").kind, Kind::not_found);
  EXPECT_EQ(match("GET", "/api/users/99999999999999999999/").kind, Kind::not_found);
  EXPECT_EQ(match("GET", "/api/groups/17/").kind, Kind::not_found);
  EXPECT_EQ(match("GET", "/api/tokens/a.b-c_d/").kind, Kind::found);
  EXPECT_EQ(match("GET", "/api/tokens/a%2Fb/").kind, Kind::not_found);
  EXPECT_EQ(match("GET", "/api/tokens/%2e%2e/").kind, Kind::found);
  EXPECT_EQ(match("GET", "//api/users/").kind, Kind::not_found);
}

TEST_F(HttpRouter, TheSlashAtTheEndIsAskedForOrMissed) {
  EXPECT_EQ(match("GET", "/api/users").kind, Kind::needs_slash);
  EXPECT_EQ(match("HEAD", "/api/users/17").kind, Kind::needs_slash);
  EXPECT_EQ(match("POST", "/api/users").kind, Kind::not_found);
}

TEST_F(HttpRouter, Rfc9110_15_5_6_AWrongMethodIsToldTheRightOnes) {
  const auto wrong = match("DELETE", "/api/users/17/");
  EXPECT_EQ(wrong.kind, Kind::wrong_method);
  EXPECT_EQ(wrong.allow, "GET, PATCH");
  EXPECT_EQ(match("HEAD", "/api/users/17/").kind, Kind::found);
}

}  // namespace
}  // namespace postern::http
