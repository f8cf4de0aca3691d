// Binding, local sockets, caps, and running out of descriptors.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "client.h"
#include "net/endpoint.h"
#include "net/server.h"
#include "scripted_session.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;

class Listening : public testing::Test {
 protected:
  SessionFactory echo() {
    return [this](const PeerInfo& peer) {
      journal_.note(peer.address + (peer.loopback ? "/loopback" : ""));
      return std::make_unique<ScriptedSession>(Script{}, journal_);
    };
  }
  static bool echoes(Client& client) { return client.send("x") && client.read(1) == "x"; }
  static std::string at(const char* host, std::uint16_t port) {
    return host + std::to_string(port);
  }

  Journal journal_;
};

TEST_F(Listening, SecondBindOfALivePortFails) {
  Server first({});
  const auto port = first.add_listener({.name = "a", .endpoint = "127.0.0.1:0"}, echo());
  ASSERT_TRUE(port.ok());
  Server second({});
  const std::string endpoint = at("127.0.0.1:", *port);
  const auto again = second.add_listener({.name = "b", .endpoint = endpoint}, echo());
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.fault().text, "cannot listen on " + endpoint + ": Address already in use");
}

TEST_F(Listening, NonsenseIsRefusedWithASentence) {
  Server server({});
  for (const char* endpoint : {"", "389", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:-1",
                               "::1:389", "a:b:389", "unix:"}) {
    const auto port = server.add_listener({.name = "a", .endpoint = endpoint}, echo());
    ASSERT_FALSE(port.ok()) << endpoint;
    EXPECT_EQ(port.fault().text.rfind("cannot listen on " + std::string(endpoint) + ": ", 0), 0U);
  }
}

TEST_F(Listening, Ipv6AndIpv4MayShareAPortAndStarTakesBoth) {
  Server server({});
  const auto six = server.add_listener({.name = "six", .endpoint = "[::1]:0"}, echo());
  if (!six) GTEST_SKIP() << "no IPv6 on this host";
  ASSERT_TRUE(
      server.add_listener({.name = "four", .endpoint = at("127.0.0.1:", *six)}, echo()).ok());
  const auto both = server.add_listener({.name = "both", .endpoint = "*:0"}, echo());
  ASSERT_TRUE(both.ok());
  server.start();
  Client one(*six, "::1");
  EXPECT_TRUE(echoes(one));
  EXPECT_TRUE(journal_.wait_for("::1/loopback"));
  Client two(*both);  // an IPv4 peer of an IPv6 socket is told as IPv4
  EXPECT_TRUE(echoes(two));
  EXPECT_TRUE(journal_.wait_for("127.0.0.1/loopback"));
  EXPECT_EQ(journal_.events().find("ffff"), std::string::npos);
  Client three(*both, "::1");
  EXPECT_TRUE(echoes(three));
}

TEST_F(Listening, LocalSocketHasItsModeAndIsLoopback) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "door.sock";
  {
    Server server({});
    ASSERT_TRUE(
        server.add_listener({.name = "l", .endpoint = "unix:" + path, .unix_mode = 0660}, echo())
            .ok());
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0660U);
    server.start();
    Client client = Client::local(path);
    EXPECT_TRUE(echoes(client));
    EXPECT_TRUE(journal_.wait_for("local/loopback"));
    Server rival({});
    EXPECT_FALSE(rival.add_listener({.name = "l", .endpoint = "unix:" + path}, echo()).ok());
    server.stop(0ms);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Listening, StaleLocalSocketIsReplacedButNoOtherFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "stale.sock";
  {
    InheritedSockets none;
    const auto left_behind = bind_endpoint("unix:" + path, 0600, none);
    ASSERT_TRUE(left_behind.ok());
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  Server server({});
  EXPECT_TRUE(server.add_listener({.name = "l", .endpoint = "unix:" + path}, echo()).ok());
  const std::string file = folder.path() / "precious";
  std::ofstream(file) << "data";
  EXPECT_FALSE(server.add_listener({.name = "l", .endpoint = "unix:" + file}, echo()).ok());
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(Listening, CapsCloseAtOnceAndPlacesComeBack) {
  Server::Options options;
  options.loops = 2;
  options.limits.connections = 3;
  options.limits.connections_per_source = 2;
  Server server(options);
  const auto port = server.add_listener({.name = "t", .endpoint = "127.0.0.1:0"}, echo());
  ASSERT_TRUE(port.ok());
  server.start();
  Client first(*port);
  ASSERT_TRUE(echoes(first));
  {
    Client second(*port);
    ASSERT_TRUE(echoes(second));
    Client third(*port);
    EXPECT_TRUE(third.at_end());
    EXPECT_EQ(server.traffic().refused_source, 1U);
  }
  ASSERT_TRUE(journal_.wait_for("eof gone"));
  // The place is given back before the session is gone from the books of its loop.
  bool admitted = false;
  for (int i = 0; i < 1000 && !admitted; ++i) {
    Client fourth(*port);
    admitted = echoes(fourth);
  }
  EXPECT_TRUE(admitted);
  EXPECT_TRUE(echoes(first));
}

TEST(Admission, CountsInAllPerSourceAndLocalOnesOnlyInAll) {
  Admission admission(3, 1);
  Admission::Refusal refusal{};
  const SourceKey a{SourceKey::Kind::ipv4, {1, 2, 3, 4}};
  const SourceKey b{SourceKey::Kind::ipv6, {1, 2, 3, 4}};
  auto one = admission.admit(a, refusal);
  EXPECT_TRUE(one);
  EXPECT_FALSE(admission.admit(a, refusal));
  EXPECT_EQ(refusal, Admission::Refusal::source);
  auto two = admission.admit(b, refusal);
  auto three = admission.admit({}, refusal);
  EXPECT_TRUE(two && three);
  EXPECT_FALSE(admission.admit({}, refusal));
  EXPECT_EQ(refusal, Admission::Refusal::total);
  one = {};
  EXPECT_EQ(admission.open(), 2U);
  EXPECT_TRUE(admission.admit(a, refusal));
}

// In a process of its own, as the limit is the process's: accepting pauses, what is open goes on,
// and when descriptors come back the waiting client is served.
int survive_shortage() {
  Journal journal;
  Server::Options options;
  options.limits.accept_pause = 20ms;
  Server server(options);
  const auto port = server.add_listener(
      {.name = "t", .endpoint = "127.0.0.1:0"},
      [&journal](const PeerInfo&) { return std::make_unique<ScriptedSession>(Script{}, journal); });
  if (!port) return 1;
  server.start();
  Client open(*port);
  if (!open.send("x") || open.read(1) != "x") return 2;
  const rlimit few{64, 64};
  ::setrlimit(RLIMIT_NOFILE, &few);
  // The client's socket first, then every other descriptor, so that the server finds none.
  std::vector<UniqueFd> hoard;
  auto waiting = std::make_unique<UniqueFd>(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (int fd = 0; fd >= 0;) {
    fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) hoard.emplace_back(fd);
  }
  waiting.reset();
  Client late(*port);
  while (server.traffic().accept_pauses < 3) std::this_thread::sleep_for(1ms);
  if (!open.send("y") || open.read(1) != "y") return 3;
  hoard.clear();
  if (!late.send("z") || late.read(1) != "z") return 4;
  server.stop(0ms);
  return 0;
}

TEST(Shortage, OutOfDescriptorsPausesAccepting) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(60);
    ::_exit(survive_shortage());
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace postern::net::test
