// UDP listeners with real sockets on loopback.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include "net/server.h"

namespace postern::net {
namespace {

// Echoes; "run..." by way of a lane, "later..." by way of the timer.
class Echo final : public DatagramServer {
 public:
  class Pause final : public Work {
   public:
    void run() noexcept override {}
  };

  void datagram(DatagramIo& io, const DatagramPeer& from, OctetView octets) override {
    const std::string text(octets.begin(), octets.end());
    Outgoing answer{from, Octets(octets.begin(), octets.end())};
    if (text.starts_with("run")) {
      const std::uint32_t id = next_++;
      waiting_.emplace(id, std::move(answer));
      io.runs.push_back({id, Lane::hash, std::make_shared<Pause>()});
    } else if (text.starts_with("later")) {
      later_.push_back(std::move(answer));
      io.timer = io.now + std::chrono::milliseconds(10);
    } else if (text.starts_with("throw")) {
      throw std::runtime_error("a defect");
    } else {
      io.sends.push_back(std::move(answer));
    }
  }
  void done(DatagramIo& io, std::uint32_t id) override {
    io.sends.push_back(std::move(waiting_.at(id)));
    waiting_.erase(id);
  }
  void refused(DatagramIo&, std::uint32_t) override {}
  void timer(DatagramIo& io) override {
    for (Outgoing& one : later_) io.sends.push_back(std::move(one));
    later_.clear();
  }

 private:
  std::map<std::uint32_t, Outgoing> waiting_;
  std::vector<Outgoing> later_;
  std::uint32_t next_ = 1;
};

class Client {
 public:
  explicit Client(std::uint16_t port, const char* address = "127.0.0.1", int family = AF_INET)
      : fd_(::socket(family, SOCK_DGRAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (family == AF_INET) {
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(port);
      ::inet_pton(AF_INET, address, &to.sin_addr);
      connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    } else {
      sockaddr_in6 to{};
      to.sin6_family = AF_INET6;
      to.sin6_port = htons(port);
      ::inet_pton(AF_INET6, address, &to.sin6_addr);
      connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  void send(const std::string& text) { ::send(fd_, text.data(), text.size(), 0); }
  std::string receive() {
    std::string out(8192, '\0');
    const auto size = ::recv(fd_, out.data(), out.size(), 0);
    out.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return out;
  }
  std::string ask(const std::string& text) {
    send(text);
    return receive();
  }

 private:
  int fd_;
  bool connected_ = false;
};

class UdpListenerTest : public ::testing::Test {
 protected:
  std::uint16_t listen(const std::string& endpoint) {
    const auto port = server.add_datagram_listener("echo", endpoint, echo);
    EXPECT_TRUE(port.ok()) << (port ? "" : port.fault().text);
    return port ? *port : std::uint16_t{0};
  }
  Echo echo;
  Server server{Server::Options{}};
};

TEST_F(UdpListenerTest, EveryDatagramIsAnswered) {
  const std::uint16_t port = listen("127.0.0.1:0");
  server.start();
  Client client(port);
  for (int round = 0; round < 5; ++round) {
    std::set<std::string> wanted, got;
    for (int i = 0; i < 100; ++i) {
      wanted.insert(std::to_string(i));
      client.send(std::to_string(i));
    }
    for (int i = 0; i < 100; ++i) got.insert(client.receive());
    EXPECT_EQ(got, wanted);
  }
  server.stop(std::chrono::seconds(1));
}

TEST_F(UdpListenerTest, WorkAndTimersComeBackToTheirPeers) {
  const std::uint16_t port = listen("127.0.0.1:0");
  server.start();
  Client one(port), two(port);
  one.send("run one");
  two.send("later two");
  EXPECT_EQ(one.receive(), "run one");
  EXPECT_EQ(two.receive(), "later two");
  server.stop(std::chrono::seconds(1));
}

TEST_F(UdpListenerTest, ASocketForEveryAddressAnswersFromTheOneThatWasAsked) {
  const std::uint16_t port = listen("*:0");
  server.start();
  for (const char* address : {"127.0.0.1", "127.0.0.3"}) {
    Client client(port, address);  // connected: takes answers from that address alone
    EXPECT_EQ(client.ask("hello"), "hello") << address;
  }
  Client six(port, "::1", AF_INET6);
  if (six.connected()) {
    EXPECT_EQ(six.ask("hello"), "hello");
  }
  server.stop(std::chrono::seconds(1));
}

TEST_F(UdpListenerTest, SeveralSocketsOfOneServer) {
  const std::uint16_t first = listen("127.0.0.1:0");
  const std::uint16_t second = listen("127.0.0.1:0");
  server.start();
  Client one(first), two(second);
  EXPECT_EQ(one.ask("a"), "a");
  EXPECT_EQ(two.ask("b"), "b");
  server.stop(std::chrono::seconds(1));
}

TEST_F(UdpListenerTest, ADefectInOneDatagramLosesThatOneAlone) {
  const std::uint16_t port = listen("127.0.0.1:0");
  server.start();
  Client client(port);
  client.send("throw");
  EXPECT_EQ(client.ask("still here"), "still here");
  server.stop(std::chrono::seconds(1));
}

TEST_F(UdpListenerTest, EmptyAndHugeDatagramsAreSurvived) {
  const std::uint16_t port = listen("127.0.0.1:0");
  server.start();
  Client client(port);
  client.send("");
  client.send(std::string(9000, 'x'));
  EXPECT_EQ(client.receive().size(), 0U);
  EXPECT_EQ(client.receive().size(), 4608U) << "cut, as documented";
  server.stop(std::chrono::seconds(1));
}

TEST_F(UdpListenerTest, AStoppedServerLeavesWithWorkUnderWay) {
  const std::uint16_t port = listen("127.0.0.1:0");
  server.start();
  Client client(port);
  for (int i = 0; i < 50; ++i) client.send("run");
  client.ask("x");
  server.stop(std::chrono::seconds(1));
}

TEST_F(UdpListenerTest, AWrongEndpointIsASentence) {
  for (const char* endpoint : {"nowhere", "127.0.0.1", "127.0.0.1:x", "::1:0", "127.0.0.1:99999"}) {
    const auto port = server.add_datagram_listener("echo", endpoint, echo);
    ASSERT_FALSE(port.ok()) << endpoint;
    EXPECT_NE(port.fault().text.find(endpoint), std::string::npos);
  }
}

}  // namespace
}  // namespace postern::net
