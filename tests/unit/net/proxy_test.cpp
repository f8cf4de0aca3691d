// The PROXY protocol: HAProxy's proxy-protocol.txt 2.1 and 2.2, from listed peers only.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "client.h"
#include "net/proxy_header.h"
#include "net/server.h"
#include "scripted_session.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;
using State = ProxyHeader::State;

OctetView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
ProxyHeader read(std::string_view text) { return read_proxy_header(view(text)); }

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string version_2(std::uint8_t command, std::uint8_t family, const std::string& body) {
  std::string out = kSignature;
  out.push_back(static_cast<char>(command));
  out.push_back(static_cast<char>(family));
  out.push_back(static_cast<char>(body.size() >> 8U));
  out.push_back(static_cast<char>(body.size() & 0xffU));
  return out + body;
}
const std::string kInet("\xc0\x00\x02\x07\x7f\x00\x00\x01\x9c\x40\x01\x85", 12);  // 192.0.2.7:40000

TEST(ProxyHeader, Version1NamesTheClient) {
  const std::string text = "PROXY TCP4 192.0.2.7 127.0.0.1 40000 389\r\n";
  const ProxyHeader header = read(text + "0\x0c");
  ASSERT_EQ(header.state, State::complete);
  EXPECT_EQ(header.length, text.size());
  ASSERT_TRUE(header.client);
  EXPECT_EQ(header.client->info.address, "192.0.2.7");
  EXPECT_EQ(header.client->info.port, 40000);
  EXPECT_FALSE(header.tls);
  EXPECT_EQ(read("PROXY TCP6 2001:db8::7 ::1 1 389\r\n").client->info.address, "2001:db8::7");
}

TEST(ProxyHeader, Version1UnknownSpeaksForTheProxyItself) {
  for (const char* text : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 whatever\r\n"}) {
    EXPECT_EQ(read(text).state, State::complete) << text;
    EXPECT_FALSE(read(text).client) << text;
  }
}

TEST(ProxyHeader, Version2NamesTheClientAndItsTls) {
  ProxyHeader header = read(version_2(0x21, 0x11, kInet) + "rest");
  ASSERT_EQ(header.state, State::complete);
  EXPECT_EQ(header.length, 28U);
  EXPECT_EQ(header.client->info.address, "192.0.2.7");
  EXPECT_EQ(header.client->info.port, 40000);
  EXPECT_FALSE(header.tls);
  const std::string ssl("\x20\x00\x05\x01\x00\x00\x00\x00", 8);
  const std::string other("\xee\x00\x02zz", 5);
  EXPECT_TRUE(read(version_2(0x21, 0x11, kInet + other + ssl)).tls);
  std::string six(36, '\0');
  six[15] = '\x07';
  six[33] = '\x09';
  header = read(version_2(0x21, 0x21, six));
  EXPECT_EQ(header.client->info.address, "::7");
  EXPECT_EQ(header.client->info.port, 9);
}

TEST(ProxyHeader, Version2LocalAndForeignFamiliesSpeakForTheProxyItself) {
  for (const std::string& text :
       {version_2(0x20, 0x00, ""), version_2(0x20, 0x11, kInet), version_2(0x21, 0x00, "anything"),
        version_2(0x21, 0x31, std::string(216, 'x')), version_2(0x21, 0x12, kInet)}) {
    EXPECT_EQ(read(text).state, State::complete);
    EXPECT_EQ(read(text).length, text.size());
    EXPECT_FALSE(read(text).client);
  }
}

TEST(ProxyHeader, EveryPrefixNeedsMore) {
  for (const std::string& whole : {std::string("PROXY TCP4 192.0.2.7 127.0.0.1 40000 389\r\n"),
                                   version_2(0x21, 0x11, kInet)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(read(whole.substr(0, size)).state, State::need_more) << size;
    }
  }
}

TEST(ProxyHeader, RubbishIsMalformed) {
  const std::string ssl("\x20\x00\x09\x01", 4);
  for (const std::string& text :
       {std::string("0\x0c\x02\x01\x01"),
        std::string("GET / HTTP/1.0\r\n"),
        std::string("PROXYTCP4"),
        std::string("PROXY TCP4 192.0.2.7 127.0.0.1 40000 389\n"),
        std::string("PROXY \r\n"),
        std::string("PROXY TCP4 192.0.2.7 127.0.0.1 70000 389\r\n"),
        std::string("PROXY TCP4 192.0.2.7 127.0.0.1 040 389\r\n"),
        std::string("PROXY TCP4 2001:db8::7 ::1 1 389\r\n"),
        std::string("PROXY TCP6 192.0.2.7 127.0.0.1 1 389\r\n"),
        std::string("PROXY TCP4 192.0.2.7 127.0.0.1  1 389\r\n"),
        std::string("PROXY TCP5 192.0.2.7 127.0.0.1 1 389\r\n"),
        "PROXY " + std::string(102, 'x'),
        version_2(0x11, 0x11, kInet),
        version_2(0x22, 0x11, kInet),
        version_2(0x21, 0x41, kInet),
        version_2(0x21, 0x13, kInet),
        version_2(0x21, 0x11, kInet.substr(1)),
        version_2(0x21, 0x11, kInet + ssl),
        version_2(0x21, 0x11, kInet + "x"),
        version_2(0x21, 0x11, kInet + std::string(4096, '\0')).substr(0, 16)}) {
    EXPECT_EQ(read(text).state, State::malformed) << text;
  }
}

class Proxied : public testing::Test {
 protected:
  void serve(const std::vector<std::string>& proxies, Server::Options options = {}) {
    options.limits.handshake = handshake_;
    server_ = std::make_unique<Server>(options);
    ListenOptions listen{.name = "t", .endpoint = "127.0.0.1:0"};
    listen.proxies = *NetworkList::parse(proxies);
    const auto port = server_->add_listener(listen, [this](const PeerInfo& peer) {
      journal_.note("peer:" + peer.address + ":" + std::to_string(peer.port) +
                    (peer.loopback ? " loopback" : "") + (peer.shielded ? " shielded" : ""));
      return std::make_unique<ScriptedSession>(Script{}, journal_);
    });
    ASSERT_TRUE(port.ok());
    port_ = *port;
    server_->start();
  }

  Journal journal_;
  std::chrono::milliseconds handshake_{20000};
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(Proxied, TheSessionSeesTheClientAndTheFirstOctetBehindTheHeader) {
  serve({"127.0.0.0/8"});
  Client client(port_);
  client.send("PROXY TCP4 192.0.2.7 127.0.0.1 40000 389\r\nhello");
  EXPECT_EQ(client.read(5), "hello");
  EXPECT_TRUE(journal_.wait_for("peer:192.0.2.7:40000 start"));
}

TEST_F(Proxied, AHeaderInSingleOctetsIsTheSame) {
  serve({"127.0.0.1"});
  Client client(port_);
  for (const char c : version_2(0x21, 0x11, kInet) + "hello") client.send(std::string(1, c));
  EXPECT_EQ(client.read(5), "hello");
  EXPECT_TRUE(journal_.wait_for("peer:192.0.2.7:40000 start"));
}

TEST_F(Proxied, AClientThatSaysLoopbackIsNotOurLoopback) {
  serve({"127.0.0.1"});
  Client client(port_);
  client.send("PROXY TCP4 127.0.0.1 127.0.0.1 40000 389\r\nx");
  EXPECT_EQ(client.read(1), "x");
  EXPECT_TRUE(journal_.wait_for("peer:127.0.0.1:40000 start"));
}

TEST_F(Proxied, WithoutAHeaderItIsClosedAndNoSessionBegins) {
  serve({"127.0.0.1"});
  Client client(port_);
  client.send("hello");
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(journal_.events(), "");
  EXPECT_EQ(server_->traffic().proxy_faults, 1U);
}

TEST_F(Proxied, SilenceAndHalfAHeaderEndAtTheDeadline) {
  handshake_ = 50ms;
  serve({"127.0.0.1"});
  Client silent(port_);
  Client half(port_);
  half.send("PROXY TCP4");
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(half.at_end());
  EXPECT_EQ(journal_.events(), "");
}

TEST_F(Proxied, FromOthersAHeaderIsJustOctets) {
  serve({"192.0.2.0/24"});
  Client client(port_);
  client.send("PROXY UNKNOWN\r\n");
  EXPECT_EQ(client.read(15), "PROXY UNKNOWN\r\n");
  EXPECT_NE(journal_.events().find("peer:127.0.0.1:"), std::string::npos);
}

TEST_F(Proxied, TheCapPerSourceCountsTheClient) {
  Server::Options options;
  options.limits.connections_per_source = 1;
  serve({"127.0.0.1"}, options);
  Client first(port_);
  first.send("PROXY TCP4 192.0.2.7 127.0.0.1 40000 389\r\nx");
  EXPECT_EQ(first.read(1), "x");
  Client other(port_);
  other.send("PROXY TCP4 192.0.2.8 127.0.0.1 40000 389\r\ny");
  EXPECT_EQ(other.read(1), "y");
  Client again(port_);
  again.send("PROXY TCP4 192.0.2.7 127.0.0.1 40001 389\r\nz");
  EXPECT_TRUE(again.at_end());
  EXPECT_EQ(server_->traffic().refused_source, 1U);
}

TEST(LocalSocket, TheKernelTellsWhoIsThere) {
  TemporaryFolder folder;
  const std::string path = folder.path() / "s";
  Journal journal;
  Server server({});
  ASSERT_TRUE(server
                  .add_listener({.name = "t", .endpoint = "unix:" + path},
                                [&](const PeerInfo& peer) {
                                  const bool us = peer.local && peer.local->uid == ::getuid() &&
                                                  peer.local->pid == ::getpid();
                                  journal.note(us && peer.loopback ? "us" : "somebody");
                                  return std::make_unique<ScriptedSession>(Script{}, journal);
                                })
                  .ok());
  server.start();
  Client client = Client::local(path);
  client.send("x");
  EXPECT_EQ(client.read(1), "x");
  EXPECT_TRUE(journal.wait_for("us start"));
}

TEST(Refusal, AboveTheCapTheLastWordsAreSaid) {
  Journal journal;
  Server::Options options;
  options.limits.connections = 1;
  Server server(options);
  ListenOptions listen{.name = "t", .endpoint = "127.0.0.1:0"};
  append(listen.refusal, "full");
  const auto port = server.add_listener(listen, [&](const PeerInfo&) {
    return std::make_unique<ScriptedSession>(Script{}, journal);
  });
  ASSERT_TRUE(port.ok());
  server.start();
  Client first(*port);
  first.send("x");
  EXPECT_EQ(first.read(1), "x");
  EXPECT_EQ(Client(*port).read_all(), "full");
}

}  // namespace
}  // namespace postern::net::test
