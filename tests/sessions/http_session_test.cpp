// The HTTP session, fed octets without a socket: framing, refusals, deadlines.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/session.h"

namespace postern::http {
namespace {

using namespace std::chrono_literals;

class Recorder final : public Application {
 public:
  Lane lane(const Request& request) const noexcept override {
    return request.path == "/login" ? Lane::hash : Lane::http;
  }
  Response handle(const Request& request) noexcept override {
    seen.push_back(request);
    Response response;
    response.set("Content-Type", "text/plain");
    response.body = "body of " + request.path;
    response.calls_out = request.path == "/captcha" && !request.may_call_out;
    if (request.path == "/slow") response.delay = 2s;
    if (request.path == "/pieces") response.body = std::make_shared<Three>();
    return response;
  }
  class Three final : public Pieces {
   public:
    std::optional<std::string> next() noexcept override {
      if (count_ == 3) return std::nullopt;
      return std::string("piece") + std::to_string(count_++);
    }

   private:
    int count_ = 0;
  };
  std::vector<Request> seen;
};

class Http : public testing::Test {
 protected:
  Http() : Http(SessionSettings{}) {}
  explicit Http(SessionSettings with) : settings(std::move(with)) { open(); }

  void open() {
    session = std::make_unique<HttpSession>(peer, application, settings);
    out.clear();
    Io io = now();
    wants = session->start(io);
  }
  Io now() { return Io{out, 0, clock}; }

  // Runs what is wanted until the session waits again; everything written leaves at once.
  void settle() {
    for (int i = 0; i < 100; ++i) {
      if (wants.close) return;
      Io io = now();
      if (wants.run) {
        lanes.push_back(wants.run->lane);
        const std::uint32_t id = wants.run->id;
        wants.run->work->run();
        wants = session->done(io, id);
      } else if (out.size() > flushed) {
        flushed = out.size();
        wants = session->written(io);
      } else {
        return;
      }
    }
    FAIL() << "the session does not come to rest";
  }
  void send(std::string_view text) {
    Io io = now();
    wants = session->bytes(io, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    settle();
  }
  std::string said() const { return {out.begin(), out.end()}; }
  std::string status() const { return said().substr(0, 12); }

  PeerInfo peer{.address = "192.0.2.1"};
  SessionSettings settings;
  Recorder application;
  std::unique_ptr<HttpSession> session;
  Octets out;
  std::size_t flushed = 0;
  Wants wants;
  std::vector<Lane> lanes;
  Instant clock = Instant{} + 1h;
};

TEST_F(Http, Rfc9112_3_ARequestIsAnsweredAndTheConnectionKept) {
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(status(), "HTTP/1.1 200");
  EXPECT_NE(said().find("Content-Length: 10\r\n"), std::string::npos);
  EXPECT_TRUE(said().ends_with("\r\n\r\nbody of /a"));
  EXPECT_FALSE(wants.close);
  EXPECT_TRUE(wants.read);
  ASSERT_EQ(application.seen.size(), 1U);
  EXPECT_EQ(application.seen[0].client, "192.0.2.1");
}

TEST_F(Http, Rfc9112_9_3_2_PipelinedRequestsAreAnsweredInOrderOctetByOctet) {
  const std::string text =
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: "
      "h\r\n\r\n";
  for (const char c : text) send(std::string_view(&c, 1));
  ASSERT_EQ(application.seen.size(), 2U);
  EXPECT_EQ(application.seen[0].body, "abc");
  EXPECT_EQ(application.seen[1].path, "/b");
  EXPECT_LT(said().find("body of /a"), said().find("body of /b"));
}

TEST_F(Http, Rfc9112_9_3_2_APipelineInOnePieceIsServedToo) {
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(application.seen.size(), 2U);
}

TEST_F(Http, Rfc9112_7_1_ChunksAreJoined) {
  send(
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
  ASSERT_EQ(application.seen.size(), 1U);
  EXPECT_EQ(application.seen[0].body, "abcde");
}

struct Bad {
  const char* name;
  std::string text;
  const char* status;
};
class HttpRefuses : public Http, public testing::WithParamInterface<Bad> {};

TEST_P(HttpRefuses, AndCloses) {
  send(GetParam().text);
  EXPECT_EQ(status(), std::string("HTTP/1.1 ") + GetParam().status);
  EXPECT_TRUE(wants.close);
  EXPECT_NE(said().find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(application.seen.empty());
}

INSTANTIATE_TEST_SUITE_P(
    , HttpRefuses,
    testing::Values(
        Bad{"Rfc9112_6_1_LengthBesideChunks",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: "
            "chunked\r\n\r\n0\r\n\r\n",
            "400"},
        Bad{"Rfc9112_6_3_TwoLengths",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            "400"},
        Bad{"Rfc9112_6_3_AListOfLengths",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc", "400"},
        Bad{"Rfc9112_6_1_AnotherCoding",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501"},
        Bad{"Rfc9112_6_1_ChunksInHttp10",
            "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        Bad{"Rfc9112_5_2_FoldedLine", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", "400"},
        Bad{"Rfc9112_5_1_SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", "400"},
        Bad{"Rfc9112_2_2_BareLf", "GET / HTTP/1.1\nHost: h\n\n", "400"},
        Bad{"Rfc9112_3_2_NoHost", "GET / HTTP/1.1\r\n\r\n", "400"},
        Bad{"Rfc9112_3_2_TwoHosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "400"},
        Bad{"Rfc9112_3_2_ImpossibleHost", "GET / HTTP/1.1\r\nHost: a\"><b\r\n\r\n", "400"},
        Bad{"Rfc9112_3_2_NoPath", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        Bad{"NulInThePath", "GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        Bad{"BadPercentEncoding", "GET /a%zz HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
        Bad{"Rfc9110_9_1_UnknownMethod", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", "501"},
        Bad{"Rfc9110_10_1_1_UnknownExpectation",
            "PUT / HTTP/1.1\r\nHost: h\r\nExpect: wonders\r\n\r\n", "417"},
        Bad{"Rfc9112_2_3_AnotherVersion", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505"},
        Bad{"TooLongALine", "GET /" + std::string(20000, 'a'), "414"},
        Bad{"TooLongAHead",
            "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20000, 'a') + "\r\n\r\n", "431"},
        Bad{"TooLongABody", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n",
            "413"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST_F(Http, Rfc9112_7_1_TooManyChunksEndWhereTheLimitIs) {
  send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 40 && !wants.close; ++i) {
    send("10000\r\n" + std::string(0x10000, 'a') + "\r\n");
  }
  EXPECT_EQ(status(), "HTTP/1.1 413");
}

TEST_F(Http, Rfc9110_9_3_2_HeadHasTheLengthAndNoBody) {
  send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(said().find("Content-Length: 10\r\n"), std::string::npos);
  EXPECT_TRUE(said().ends_with("\r\n\r\n"));
}

TEST_F(Http, Rfc9110_10_1_1_ContinueIsSaidOnceBeforeTheBody) {
  send("PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(said(), "HTTP/1.1 100 Continue\r\n\r\n");
  send("h");
  EXPECT_EQ(said(), "HTTP/1.1 100 Continue\r\n\r\n");
  send("i");
  EXPECT_NE(said().find("HTTP/1.1 200"), std::string::npos);
}

TEST_F(Http, Rfc9112_9_3_Http10AndCloseEndTheConnection) {
  send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(wants.close);
  open();
  flushed = 0;
  send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(wants.close);
}

TEST_F(Http, Rfc9112_7_1_PiecesLeaveAsChunks) {
  send("GET /pieces HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(said().find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_TRUE(said().ends_with("6\r\npiece0\r\n6\r\npiece1\r\n6\r\npiece2\r\n0\r\n\r\n"));
  EXPECT_FALSE(wants.close);
}

TEST_F(Http, APasswordGoesToTheHashLane) {
  send("POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(lanes, std::vector<Lane>{Lane::hash});
}

TEST_F(Http, WhatWaitsForAnotherServiceIsRunAgainOnTheOutboundLane) {
  send("POST /captcha HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(lanes, (std::vector<Lane>{Lane::http, Lane::outbound}));
  ASSERT_EQ(application.seen.size(), 2U);
  EXPECT_FALSE(application.seen[0].may_call_out);
  EXPECT_TRUE(application.seen[1].may_call_out);
  EXPECT_EQ(application.seen[1].body, "abc");
  EXPECT_EQ(application.seen[1].id, application.seen[0].id);
  EXPECT_TRUE(said().ends_with("body of /captcha"));
  // The next request of the connection is one like any other.
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(lanes.back(), Lane::http);
  EXPECT_FALSE(application.seen.back().may_call_out);
}

TEST_F(Http, AFullOutboundLaneIs503) {
  Io io = now();
  const std::string_view text = "GET /captcha HTTP/1.1\r\nHost: h\r\n\r\n";
  wants = session->bytes(io, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  wants.run->work->run();
  wants = session->done(io, wants.run->id);
  ASSERT_TRUE(wants.run);
  EXPECT_EQ(wants.run->lane, Lane::outbound);
  EXPECT_TRUE(out.empty());
  wants = session->refused(io, wants.run->id);
  EXPECT_EQ(status(), "HTTP/1.1 503");
  EXPECT_FALSE(wants.close);
}

TEST_F(Http, AFullLaneIs503AndTheConnectionStays) {
  Io io = now();
  const std::string_view text = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  wants = session->bytes(io, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  ASSERT_TRUE(wants.run);
  wants = session->refused(io, wants.run->id);
  EXPECT_EQ(status(), "HTTP/1.1 503");
  EXPECT_FALSE(wants.close);
}

TEST_F(Http, ADelayedAnswerWaitsForItsTime) {
  Io io = now();
  const std::string_view text = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
  wants = session->bytes(io, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  wants.run->work->run();
  wants = session->done(io, wants.run->id);
  EXPECT_TRUE(out.empty());
  ASSERT_TRUE(wants.timer);
  EXPECT_EQ(*wants.timer, clock + 2s);
  clock += 2s;
  Io later = now();
  wants = session->timer(later);
  EXPECT_EQ(status(), "HTTP/1.1 200");
}

TEST_F(Http, ASlowRequestIs408AndASilentConnectionIsClosed) {
  send("GET /a HT");
  clock = *wants.timer;
  Io io = now();
  wants = session->timer(io);
  EXPECT_EQ(status(), "HTTP/1.1 408");
  EXPECT_TRUE(wants.close);
  open();
  clock = *wants.timer;
  Io later = now();
  wants = session->timer(later);
  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(wants.close);
}

TEST_F(Http, BrowsersAreToldToBeCareful) {
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(said().find("X-Frame-Options: DENY\r\n"), std::string::npos);
  EXPECT_NE(said().find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(said().find("unsafe-inline"), std::string::npos);
}

class HttpBehindProxy : public Http {
 protected:
  HttpBehindProxy()
      : Http(SessionSettings{.trusted_proxy = [](std::string_view address) {
          return address == "192.0.2.1" || address == "192.0.2.2";
        }}) {}
};

TEST_F(HttpBehindProxy, TheNearestAddressThatIsNoProxyIsTheClient) {
  send(
      "GET /a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 6.6.6.6, 198.51.100.7, 192.0.2.2\r\n"
      "X-Forwarded-Proto: https\r\n\r\n");
  ASSERT_EQ(application.seen.size(), 1U);
  EXPECT_EQ(application.seen[0].client, "198.51.100.7");
  EXPECT_TRUE(application.seen[0].secure);
}

TEST_F(Http, NobodyElseMayNameItsClient) {
  send(
      "GET /a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n");
  ASSERT_EQ(application.seen.size(), 1U);
  EXPECT_EQ(application.seen[0].client, "192.0.2.1");
  EXPECT_FALSE(application.seen[0].secure);
}

}  // namespace
}  // namespace postern::http
