// run, done, refused: lanes of their own, and through connections that come and go.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <vector>

#include "client.h"
#include "net/environment.h"
#include "net/loop.h"
#include "net/server.h"
#include "scripted_session.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;

// Work that waits at a gate which the test opens.
class Gated final : public Work {
 public:
  Gated(std::shared_future<void> gate, std::function<void()> on_run)
      : gate_(std::move(gate)), on_run_(std::move(on_run)) {}
  void run() noexcept override {
    gate_.wait();
    on_run_();
  }

 private:
  std::shared_future<void> gate_;
  std::function<void()> on_run_;
};

LanePool::Sizes sizes(unsigned threads, std::size_t queue, std::chrono::milliseconds wait = 60s) {
  LanePool::Sizes out;
  out.fill(LaneSize{threads, queue, wait});
  return out;
}

class Lanes : public testing::Test {
 protected:
  void begin(LanePool::Sizes with) {
    pool_ = std::make_unique<LanePool>(with);
    pool_->start();
    loop_.start();
  }
  void TearDown() override {
    open_gate();
    loop_.stop();
    if (pool_) pool_->stop();
  }
  void open_gate() {
    if (!std::exchange(open_, true)) gate_.set_value();
  }
  std::shared_ptr<Work> submit(std::uint64_t key, const std::string& name) {
    auto work = std::make_shared<Gated>(opened_, [this, name] { journal_.note("run:" + name); });
    work->fairness_key = key;
    pool_->submit(Lane::hash, work, loop_,
                  [this, name](bool ran) { journal_.note((ran ? "done:" : "not:") + name); });
    return work;
  }
  // Holds the only thread until the gate opens.
  void occupy() {
    submit(99, "first");
    while (pool_->load(Lane::hash).running == 0) std::this_thread::yield();
  }

  Journal journal_;
  std::promise<void> gate_;
  std::shared_future<void> opened_ = gate_.get_future().share();
  bool open_ = false;
  Environment environment_;
  std::unique_ptr<LanePool> pool_;
  Loop loop_{0, environment_};
};

TEST_F(Lanes, TurnsGoRoundOverTheKeys) {
  begin(sizes(1, 100));
  occupy();
  submit(1, "a1");
  submit(1, "a2");
  submit(1, "a3");
  submit(2, "b1");
  submit(2, "b2");
  EXPECT_EQ(pool_->load(Lane::hash).queued, 5U);
  open_gate();
  ASSERT_TRUE(journal_.wait_for("done:a3"));
  std::string order;
  for (const char* name : {"a1", "b1", "a2", "b2", "a3"}) {
    order += std::to_string(journal_.events().find(std::string("run:") + name)) + " ";
    EXPECT_NE(journal_.events().find(std::string("run:") + name), std::string::npos);
  }
  EXPECT_LT(journal_.events().find("run:b1"), journal_.events().find("run:a2"))
      << journal_.events();
  EXPECT_LT(journal_.events().find("run:b2"), journal_.events().find("run:a3"))
      << journal_.events();
}

TEST_F(Lanes, FullQueueRefuses) {
  begin(sizes(1, 2));
  occupy();
  submit(1, "a1");
  submit(1, "a2");
  submit(1, "a3");
  ASSERT_TRUE(journal_.wait_for("not:a3"));
  EXPECT_EQ(pool_->load(Lane::hash).refused, 1U);
  open_gate();
  EXPECT_TRUE(journal_.wait_for("done:a2"));
  EXPECT_EQ(journal_.events().find("run:a3"), std::string::npos);
}

TEST_F(Lanes, GreedyKeyGivesItsNewestPlaceToANewcomer) {
  begin(sizes(1, 3));
  occupy();
  submit(1, "a1");
  submit(1, "a2");
  submit(1, "a3");
  submit(2, "b1");
  ASSERT_TRUE(journal_.wait_for("not:a3"));
  open_gate();
  EXPECT_TRUE(journal_.wait_for("done:b1"));
}

TEST_F(Lanes, TooLongInTheQueueIsRefusedWhileTheThreadIsHeld) {
  begin(sizes(1, 10, 20ms));
  occupy();
  submit(1, "old");
  ASSERT_TRUE(journal_.wait_for("not:old"));
  EXPECT_EQ(pool_->load(Lane::hash).refused, 1U);
  EXPECT_EQ(pool_->load(Lane::hash).queued, 0U);
  open_gate();
  EXPECT_TRUE(journal_.wait_for("done:first"));
}

TEST_F(Lanes, CancelledWorkIsDroppedAndStillAnswered) {
  begin(sizes(1, 10));
  occupy();
  submit(1, "a1")->cancel();
  open_gate();
  EXPECT_TRUE(journal_.wait_for("not:a1"));
  EXPECT_EQ(journal_.events().find("run:a1"), std::string::npos);
}

TEST_F(Lanes, LanesDoNotWaitForEachOther) {
  begin(sizes(1, 10));
  occupy();
  std::promise<void> open;
  open.set_value();
  pool_->submit(Lane::store, std::make_shared<Gated>(open.get_future().share(), [] {}), loop_,
                [this](bool ran) { journal_.note(ran ? "stored" : "not"); });
  EXPECT_TRUE(journal_.wait_for("stored"));
}

// --- through connections
// --------------------------------------------------------------------------

class RunWant : public testing::Test {
 protected:
  void serve(LanePool::Sizes with) {
    Server::Options options;
    options.lanes = with;
    server_ = std::make_unique<Server>(options);
    Script script;
    script.bytes = [this](Io&, OctetView input) {
      auto work = std::make_shared<Gated>(opened_, [this] { journal_.note("ran"); });
      started_.push_back(work);
      return Wants{.run = postern::Run{input[0], Lane::hash, std::move(work)}};
    };
    script.done = [](Io& io, std::uint32_t id) {
      append(io.out, "done" + std::string(1, static_cast<char>(id)));
      return Wants{};
    };
    script.refused = [](Io& io, std::uint32_t id) {
      append(io.out, "busy" + std::string(1, static_cast<char>(id)));
      return Wants{};
    };
    const auto port = server_->add_listener(
        {.name = "t", .endpoint = "127.0.0.1:0"}, [this, script](const PeerInfo&) {
          return std::make_unique<ScriptedSession>(script, journal_);
        });
    ASSERT_TRUE(port.ok());
    port_ = *port;
    server_->start();
  }
  void TearDown() override {
    open_gate();
    server_.reset();
  }
  void open_gate() {
    if (!std::exchange(open_, true)) gate_.set_value();
  }

  std::promise<void> gate_;
  std::shared_future<void> opened_ = gate_.get_future().share();
  bool open_ = false;
  Journal journal_;
  std::vector<std::shared_ptr<Work>>
      started_;  // the loop's, and the test's after the session told it
  std::uint16_t port_ = 0;
  std::unique_ptr<Server> server_;
};

TEST_F(RunWant, DoneComesBackWithItsId) {
  serve(sizes(1, 10));
  Client client(port_);
  client.send("7");
  open_gate();
  EXPECT_EQ(client.read(5), "done7");
}

TEST_F(RunWant, FullLaneRefusesWithItsId) {
  serve(sizes(1, 1));
  Client client(port_);
  client.send("1");
  while (server_->lane_load(Lane::hash).running == 0) std::this_thread::yield();
  client.send("2");
  while (server_->lane_load(Lane::hash).queued == 0) std::this_thread::yield();
  client.send("3");
  EXPECT_EQ(client.read(5), "busy3");
  open_gate();
  EXPECT_EQ(client.read(10), "done1done2");
}

// The session is destroyed while its work runs; the answer finds nobody.
TEST_F(RunWant, DisconnectWhileRunningCancelsAndIsHarmless) {
  serve(sizes(1, 10));
  {
    Client client(port_);
    client.send("1");
    while (server_->lane_load(Lane::hash).running == 0) std::this_thread::yield();
  }
  ASSERT_TRUE(journal_.wait_for("eof gone"));
  EXPECT_TRUE(started_.front()->cancelled());
  open_gate();
  ASSERT_TRUE(journal_.wait_for("ran"));
  Client after(port_);
  after.send("2");
  EXPECT_EQ(after.read(5), "done2");
  EXPECT_EQ(journal_.events().find("done1"), std::string::npos);
}

TEST_F(RunWant, StopWhileWorkIsRunningAndQueued) {
  serve(sizes(1, 10));
  Client client(port_);
  client.send("1");
  while (server_->lane_load(Lane::hash).running == 0) std::this_thread::yield();
  client.send("2");
  while (server_->lane_load(Lane::hash).queued == 0) std::this_thread::yield();
  std::thread opener([this] {
    journal_.wait_for("gone");
    open_gate();
  });
  server_->stop(0ms);
  opener.join();
  EXPECT_EQ(journal_.events().find("done"), std::string::npos);
}

// Many short connections on several loops, most of which leave before their answer.
TEST(RunStress, ConnectionsThatComeAndGoWhileWorkRuns) {
  Journal journal;
  Server::Options options;
  options.loops = 3;
  options.lanes = sizes(3, 8, 50ms);
  auto runs = std::make_shared<std::atomic<int>>(0);
  Server server(options);
  std::promise<void> open;
  open.set_value();
  const std::shared_future<void> opened = open.get_future().share();
  Script script;
  script.bytes = [runs, opened](Io& io, OctetView input) {
    auto work = std::make_shared<Gated>(opened, [runs] { ++*runs; });
    work->fairness_key = input[0];
    return Wants{
        .again = true, .timer = io.now + 1ms, .run = postern::Run{1, Lane::hash, std::move(work)}};
  };
  const auto answer = [](Io& io, std::uint32_t) {
    append(io.out, "!");
    return Wants{};
  };
  script.done = answer;
  script.refused = answer;
  const auto port = server.add_listener(
      {.name = "t", .endpoint = "127.0.0.1:0"},
      [&](const PeerInfo&) { return std::make_unique<ScriptedSession>(script, journal); });
  ASSERT_TRUE(port.ok());
  server.start();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, port = *port] {
      for (int i = 0; i < 60; ++i) {
        Client client(port);
        client.send(std::string(1, static_cast<char>('a' + t)));
        if (i % 3 == 0) {
          EXPECT_EQ(client.read(1), "!");
        }
        if (i % 3 == 1) client.reset_connection();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  server.stop(5s);
  EXPECT_EQ(server.traffic().open, 0U);
  EXPECT_GE(runs->load(), 1);
}

}  // namespace
}  // namespace postern::net::test
