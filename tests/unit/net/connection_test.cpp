// The runner against real loopback sockets: reading, writing, fairness, timers, faults, stopping.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "client.h"
#include "net/server.h"
#include "scripted_session.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;

class Runner : public testing::Test {
 protected:
  Server::Options options() {
    Server::Options out;
    out.limits.linger = 200ms;
    return out;
  }
  void serve(Script script) { serve(std::move(script), options()); }
  void serve(Script script, Server::Options with) {
    server_ = std::make_unique<Server>(std::move(with));
    const auto port =
        server_->add_listener({.name = "test", .endpoint = "127.0.0.1:0"},
                              [this, script = std::move(script)](const PeerInfo& peer) {
                                peer_ = peer;
                                return std::make_unique<ScriptedSession>(script, journal_);
                              });
    ASSERT_TRUE(port.ok());
    port_ = *port;
    server_->start();
  }

  Journal journal_;
  PeerInfo peer_;  // read after the session answered
  std::uint16_t port_ = 0;
  std::unique_ptr<Server> server_;
};

TEST_F(Runner, EchoesByteByByte) {
  serve({});
  Client client(port_);
  const std::string text = "every octet on its own";
  for (const char& octet : text) {
    ASSERT_TRUE(client.send({&octet, 1}));
    ASSERT_EQ(client.read(1), std::string(1, octet));
  }
  EXPECT_EQ(server_->port("test"), port_);
  EXPECT_EQ(server_->traffic().octets_in, text.size());
  EXPECT_EQ(peer_.address, "127.0.0.1");
  EXPECT_TRUE(peer_.loopback);
  EXPECT_FALSE(peer_.tls);
}

TEST_F(Runner, GreetsAtStartAndEndsAfterEof) {
  Script script;
  script.start = [](Io& io) {
    append(io.out, "hello");
    return Wants{};
  };
  script.eof = [](Io& io) {
    append(io.out, "bye");
    return Wants{.close = true};
  };
  serve(std::move(script));
  Client client(port_);
  EXPECT_EQ(client.read(5), "hello");
  client.half_close();
  EXPECT_EQ(client.read_all(), "bye");
  EXPECT_TRUE(journal_.wait_for("start eof gone"));
}

TEST_F(Runner, ResetOfThePeerIsReportedAsEof) {
  serve({});
  Client client(port_);
  client.send("x");
  ASSERT_EQ(client.read(1), "x");
  client.reset_connection();
  EXPECT_TRUE(journal_.wait_for("eof gone"));
}

// 64 MiB to a peer that does not read: the session is paced by written(), so little is held.
TEST_F(Runner, SlowReaderPacesTheSession) {
  constexpr std::size_t kChunk = 64 * 1024;
  constexpr std::size_t kChunks = 1024;
  auto left = std::make_shared<std::atomic<std::size_t>>(kChunks);
  auto most_unsent = std::make_shared<std::atomic<std::size_t>>(0);
  Script script;
  const auto more = [left, most_unsent](Io& io) {
    *most_unsent = std::max<std::size_t>(*most_unsent, io.unsent);
    if (io.unsent > 0 || *left == 0) return Wants{.read = false};
    --*left;
    io.out.insert(io.out.end(), kChunk, std::uint8_t{'z'});
    return Wants{.read = false};
  };
  script.bytes = [more](Io& io, OctetView) { return more(io); };
  script.written = more;
  serve(std::move(script));
  Client slow(port_);
  slow.send("go");
  Client quick(port_);  // an unread answer of another must not keep this one waiting
  quick.send("go");
  EXPECT_EQ(quick.read(1000).size(), 1000U);
  // Both draw from the same supply; with one peer not reading it cannot have been used up by it.
  EXPECT_GT(left->load(), 0U);
  std::thread other([&quick] { quick.read_all(); });
  std::size_t got = 0;
  while (*left > 0) got += slow.read(kChunk).size();
  EXPECT_GT(got, 0U);
  EXPECT_LE(most_unsent->load(), kChunk);
  server_->stop(0ms);
  other.join();
}

TEST_F(Runner, PausedReadingLeavesOctetsToTheKernel) {
  auto reads = std::make_shared<std::atomic<int>>(0);
  Script script;
  script.bytes = [reads](Io& io, OctetView input) {
    io.out.insert(io.out.end(), input.begin(), input.end());
    const bool first = (*reads)++ == 0;
    return Wants{.read = !first, .timer = first ? std::optional(io.now + 100ms) : std::nullopt};
  };
  script.written = [reads](Io& io) {
    return Wants{.read = *reads != 1,
                 .timer = *reads == 1 ? std::optional(io.now + 100ms) : std::nullopt};
  };
  serve(std::move(script));
  Client client(port_);
  client.send("a");
  ASSERT_EQ(client.read(1), "a");
  client.send("b");
  EXPECT_EQ(client.read(1), "b");
  // "b" was read only after the timer had allowed it.
  EXPECT_NE(journal_.events().find("timer"), std::string::npos);
}

TEST_F(Runner, AgainLetsOthersHaveTheirTurn) {
  auto wakes = std::make_shared<std::atomic<std::uint64_t>>(0);
  auto stop = std::make_shared<std::atomic<bool>>(false);
  Script script;
  script.bytes = [](Io& io, OctetView input) {
    if (input[0] == 'g') return Wants{.again = true};
    append(io.out, "pong");
    return Wants{};
  };
  script.wake = [wakes, stop](Io& io) {
    ++*wakes;
    if (!*stop) return Wants{.again = true};
    append(io.out, "done");
    return Wants{};
  };
  serve(std::move(script));
  Client greedy(port_);
  greedy.send("g");
  Client other(port_);
  for (int i = 0; i < 50; ++i) {
    other.send("p");
    ASSERT_EQ(other.read(4), "pong");
  }
  *stop = true;
  EXPECT_EQ(greedy.read(4), "done");
  EXPECT_GT(wakes->load(), 1U);
}

TEST_F(Runner, WrittenThatKeepsAppendingLetsOthersHaveTheirTurn) {
  auto stop = std::make_shared<std::atomic<bool>>(false);
  Script script;
  script.bytes = [](Io& io, OctetView) {
    append(io.out, "1");
    return Wants{};
  };
  script.written = [stop](Io& io) {
    if (!*stop) append(io.out, "1");
    return Wants{};
  };
  serve(std::move(script));
  Client first(port_);
  first.send("x");
  std::thread drain([&first] { first.read_all(); });
  Client second(port_);
  second.send("x");
  EXPECT_EQ(second.read(100).size(), 100U);
  *stop = true;
  server_->stop(0ms);
  drain.join();
}

TEST_F(Runner, CloseWaitsForTheFlush) {
  const std::size_t size = 20 * 1024 * 1024;
  Script script;
  script.bytes = [size](Io& io, OctetView) {
    io.out.assign(size, std::uint8_t{'q'});
    return Wants{.close = true};
  };
  serve(std::move(script));
  Client client(port_);
  client.send("go");
  EXPECT_EQ(client.read_all().size(), size);
}

// RFC 4511 4.4.1: the notice must arrive although the peer's request was never read to its end.
TEST_F(Runner, LastWordSurvivesUnreadInput) {
  Script script;
  script.bytes = [](Io& io, OctetView) {
    append(io.out, "notice of disconnection");
    return Wants{.close = true};
  };
  serve(std::move(script));
  for (int i = 0; i < 20; ++i) {
    Client client(port_);
    client.send(std::string(300000, 'x'));
    EXPECT_EQ(client.read_all(), "notice of disconnection");
  }
}

TEST_F(Runner, PeerThatNeverReadsTheLastWordIsCutOff) {
  Script script;
  script.bytes = [](Io& io, OctetView) {
    io.out.assign(std::size_t{64} << 20, std::uint8_t{'q'});
    return Wants{.close = true};
  };
  Server::Options with = options();
  with.limits.flush = 100ms;
  serve(std::move(script), with);
  Client client(port_);
  client.send("go");
  EXPECT_TRUE(journal_.wait_for("gone"));
}

TEST_F(Runner, TimerFiresAndMayMoveBothWays) {
  auto fired = std::make_shared<std::atomic<int>>(0);
  Script script;
  script.start = [](Io& io) { return Wants{.timer = io.now + 1h}; };  // later brought forward
  script.bytes = [](Io& io, OctetView) { return Wants{.timer = io.now + 20ms}; };
  script.timer = [fired](Io& io) {
    if (++*fired < 3) return Wants{.timer = io.now + 5ms};
    append(io.out, "3");
    return Wants{.close = true};
  };
  serve(std::move(script));
  Client client(port_);
  client.send("x");
  EXPECT_EQ(client.read_all(), "3");
}

TEST_F(Runner, TimerThatIsTakenBackDoesNotFire) {
  auto second = std::make_shared<bool>(false);
  const auto wants = [second](Io& io) {
    return Wants{.timer =
                     *second ? std::optional(io.now + 400ms) : std::nullopt};  // absent: no timer
  };
  Script script;
  script.bytes = [second, wants](Io& io, OctetView input) {
    if (input[0] == 'a') return Wants{.again = true, .timer = io.now + 200ms};
    *second = true;
    append(io.out, "B");
    return wants(io);
  };
  script.wake = [wants](Io& io) {
    append(io.out, "A");
    return wants(io);
  };
  script.written = wants;
  script.timer = [](Io&) { return Wants{.close = true}; };
  serve(std::move(script));
  Client client(port_);
  client.send("a");
  ASSERT_EQ(client.read(1), "A");
  client.send("b");
  EXPECT_EQ(client.read_all(), "B");
  const std::string events = journal_.events();
  EXPECT_EQ(events.find("timer"), events.rfind("timer")) << events;
}

TEST_F(Runner, ExceptionClosesOnlyItsConnection) {
  std::atomic<int> logged{0};
  Script script;
  script.bytes = [](Io& io, OctetView input) -> Wants {
    if (input[0] == '!') throw std::runtime_error("defect");
    append(io.out, "ok");
    return {};
  };
  Server::Options with = options();
  with.log = [&logged](Level level, std::string_view event, std::string_view) {
    if (level == Level::error && event == "net.session.fault") ++logged;
  };
  serve(std::move(script), with);
  Client good(port_);
  Client bad(port_);
  bad.send("!");
  EXPECT_TRUE(bad.at_end());
  good.send("x");
  EXPECT_EQ(good.read(2), "ok");
  EXPECT_EQ(logged, 1);
  EXPECT_EQ(server_->traffic().session_faults, 1U);
  server_->stop(0ms);  // before `logged` goes
}

TEST_F(Runner, StopSaysGoodbyeToOpenConnections) {
  Script script;
  script.shutdown = [](Io& io) {
    append(io.out, "bye");
    return Wants{.close = true};
  };
  Server::Options with = options();
  with.loops = 3;
  serve(std::move(script), with);
  std::vector<Client> clients;
  for (int i = 0; i < 12; ++i) {
    clients.emplace_back(port_);
    clients.back().send("x");
    ASSERT_EQ(clients.back().read(1), "x");
  }
  EXPECT_EQ(server_->traffic().open, 12U);
  std::thread stopper([this] { server_->stop(10s); });
  for (Client& client : clients) {
    EXPECT_EQ(client.read_all(), "bye");
    client.close();
  }
  stopper.join();
  EXPECT_EQ(server_->traffic().open, 0U);
  EXPECT_THROW(Client{port_}, std::runtime_error);
}

TEST_F(Runner, StopCutsOffSessionsThatStay) {
  Script script;
  script.shutdown = [](Io&) { return Wants{}; };
  serve(std::move(script));
  Client client(port_);
  client.send("x");
  ASSERT_EQ(client.read(1), "x");
  server_->stop(50ms);
  EXPECT_TRUE(client.at_end());
  EXPECT_TRUE(journal_.wait_for("shutdown gone"));
}

}  // namespace
}  // namespace postern::net::test
