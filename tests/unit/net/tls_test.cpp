// TLS: listener, StartTLS and its injection, choice by name, reload; generated certificates.

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <thread>

#include "client.h"
#include "net/certificate.h"
#include "net/server.h"
#include "net/tls_context.h"
#include "scripted_session.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Tls : public testing::Test {
 protected:
  CertificateFiles make(const std::string& folder, const std::string& name) {
    auto files = ensure_certificates(folder_.path() / folder, {name, "127.0.0.1"});
    EXPECT_TRUE(files.ok());
    return *files;
  }
  static std::shared_ptr<const TlsContext> load(const CertificateFiles& files) {
    auto context = TlsContext::load({.main = {files.certificate, files.key, {}}});
    EXPECT_TRUE(context.ok());
    return *context;
  }
  // "S": answer and StartTLS; "n": answer without; anything else is echoed, marked by the
  // transport.
  Script script() {
    Script out;
    out.bytes = [this](Io& io, OctetView input) {
      journal_.note("bytes:" + std::string(input.begin(), input.end()));
      if (input[0] == 'S') {
        append(io.out, "go");
        return Wants{.start_tls = true};
      }
      io.out.insert(io.out.end(), input.begin(), input.end());
      return Wants{};
    };
    return out;
  }
  void serve(bool implicit, std::shared_ptr<const TlsContext> context,
             Server::Options options = {}) {
    options.limits.linger = 200ms;
    server_ = std::make_unique<Server>(options);
    server_->reload_tls(std::move(context));
    const auto port = server_->add_listener(
        {.name = "t", .endpoint = "127.0.0.1:0", .tls = implicit}, [this](const PeerInfo& peer) {
          journal_.note(peer.tls ? "made-tls" : "made-plain");
          return std::make_unique<ScriptedSession>(script(), journal_);
        });
    ASSERT_TRUE(port.ok());
    port_ = *port;
    server_->start();
  }

  TemporaryFolder folder_;
  Journal journal_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Server> server_;
};

TEST_F(Tls, ListenerEchoesAndAnswersCloseNotify) {
  const CertificateFiles files = make("a", "ldap.example.org");
  serve(true, load(files));
  Client client(port_);
  ASSERT_TRUE(client.handshake(files.ca, "ldap.example.org"));
  const std::string big(300000, 'k');
  std::thread sender([&] { client.send(big); });
  sender.join();
  EXPECT_EQ(client.read(big.size()), big);
  client.say_close_notify();
  EXPECT_TRUE(client.at_end());
  EXPECT_TRUE(client.got_close_notify());
  EXPECT_TRUE(journal_.wait_for("made-tls"));
  EXPECT_EQ(server_->traffic().tls_handshakes, 1U);
}

// More than the kernel takes: TLS writes are tried again from another buffer, and nothing is lost.
TEST_F(Tls, LargeOutputToASlowReaderArrivesWhole) {
  const CertificateFiles files = make("a", "ldap.example.org");
  constexpr std::size_t kSize = 24 * 1024 * 1024;
  Server::Options options;
  options.limits.linger = 200ms;
  server_ = std::make_unique<Server>(options);
  server_->reload_tls(load(files));
  Script large;
  large.bytes = [](Io& io, OctetView) {
    for (std::size_t i = 0; i < kSize; ++i) io.out.push_back(static_cast<std::uint8_t>(i * 31 / 7));
    return Wants{.close = true};
  };
  const auto port = server_->add_listener(
      {.name = "t", .endpoint = "127.0.0.1:0", .tls = true},
      [&](const PeerInfo&) { return std::make_unique<ScriptedSession>(large, journal_); });
  ASSERT_TRUE(port.ok());
  server_->start();
  Client client(*port);
  ASSERT_TRUE(client.handshake(files.ca));
  client.send("go");
  const std::string got = client.read_all();
  ASSERT_EQ(got.size(), kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    if (got[i] != static_cast<char>(static_cast<std::uint8_t>(i * 31 / 7))) FAIL() << "octet " << i;
  }
  EXPECT_TRUE(client.got_close_notify());
}

TEST_F(Tls, EndInTheMiddleOfAHandshake) {
  serve(true, load(make("a", "ldap.example.org")));
  {
    Client client(port_);
    client.send(
        std::string("\x16\x03\x01\x02\x00\x01", 6));  // a ClientHello that never comes whole
  }
  Client reset(port_);
  reset.send("\x16\x03");
  reset.reset_connection();
  while (server_->traffic().tls_failures < 2) std::this_thread::yield();
  while (server_->traffic().open > 0) std::this_thread::yield();
  EXPECT_EQ(journal_.events(), "");
}

TEST_F(Tls, GarbageInsteadOfAHandshakeHarmsNobody) {
  const CertificateFiles files = make("a", "ldap.example.org");
  serve(true, load(files));
  Client good(port_);
  ASSERT_TRUE(good.handshake(files.ca));
  for (int i = 0; i < 5; ++i) {
    Client bad(port_);
    bad.send("GET / HTTP/1.0\r\n\r\n");
    bad.read_all();
    // An error left in the thread's queue would be read as this connection's.
    good.send("x");
    EXPECT_EQ(good.read(1), "x");
  }
  EXPECT_EQ(server_->traffic().tls_failures, 5U);
}

TEST_F(Tls, SilentHandshakeIsCutOff) {
  Server::Options options;
  options.limits.handshake = 50ms;
  serve(true, load(make("a", "ldap.example.org")), options);
  Client client(port_);
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(journal_.events().find("made"), std::string::npos);
}

TEST_F(Tls, Rfc4511_4_14_1_StartTlsAfterItsAnswer) {
  const CertificateFiles files = make("a", "ldap.example.org");
  serve(false, load(files));
  Client client(port_);
  client.send("S");
  ASSERT_EQ(client.read(2), "go");
  ASSERT_TRUE(client.handshake(files.ca, "ldap.example.org"));
  client.send("secret");
  EXPECT_EQ(client.read(6), "secret");
  EXPECT_TRUE(journal_.wait_for("made-plain start bytes:S tls_up bytes:secret"));
}

// Octets behind the request, in the same segment: the session got them before it wanted TLS, and
// none comes later as if protected.
TEST_F(Tls, Rfc4511_4_14_1_PipelinedPlaintextInTheSameSegment) {
  const CertificateFiles files = make("a", "ldap.example.org");
  serve(false, load(files));
  Client client(port_);
  client.send("Sinjected");
  ASSERT_EQ(client.read(2), "go");
  ASSERT_TRUE(client.handshake(files.ca));
  client.send("x");
  EXPECT_EQ(client.read(1), "x");
  EXPECT_TRUE(journal_.wait_for("bytes:Sinjected tls_up bytes:x"));
}

// Octets still in the kernel when the answer could leave: the connection is closed.
TEST_F(Tls, Rfc4511_4_14_1_PipelinedPlaintextInTheKernelCloses) {
  const CertificateFiles files = make("a", "ldap.example.org");
  serve(false, load(files));
  // One more than the loop's buffer holds, sent before the loop may look.
  std::promise<void> hold;
  std::shared_future<void> held = hold.get_future().share();
  Client client(port_);
  client.send("x");
  ASSERT_EQ(client.read(1), "x");
  server_->post(0, [held] { held.wait(); });
  std::string flood = "S" + std::string(200000, 'i');
  client.send(flood);
  hold.set_value();
  client.read_all();
  ASSERT_TRUE(journal_.wait_for("gone"));
  EXPECT_EQ(journal_.events().find("tls_up"), std::string::npos);
  EXPECT_EQ(server_->traffic().tls_handshakes, 0U);
}

// Octets sent after the answer but before the handshake are the handshake's, which refuses them.
TEST_F(Tls, Rfc4511_4_14_1_PlaintextInsteadOfTheHandshakeCloses) {
  serve(false, load(make("a", "ldap.example.org")));
  Client client(port_);
  client.send("S");
  ASSERT_EQ(client.read(2), "go");
  client.send("injected request");
  client.read_all();
  ASSERT_TRUE(journal_.wait_for("gone"));
  EXPECT_EQ(journal_.events().find("injected"), std::string::npos);
  EXPECT_EQ(server_->traffic().tls_failures, 1U);
}

TEST_F(Tls, StartTlsWithoutACertificateCloses) {
  serve(false, nullptr);
  Client client(port_);
  client.send("S");
  EXPECT_EQ(client.read_all(), "go");
}

TEST_F(Tls, ReloadIsForNewConnections) {
  const CertificateFiles before = make("a", "before.example.org");
  const CertificateFiles after = make("b", "after.example.org");
  serve(true, load(before));
  Client old(port_);
  ASSERT_TRUE(old.handshake(before.ca));
  EXPECT_EQ(old.server_common_name(), "before.example.org");
  server_->reload_tls(load(after));
  Client fresh(port_);
  ASSERT_TRUE(fresh.handshake(after.ca));
  EXPECT_EQ(fresh.server_common_name(), "after.example.org");
  old.send("still here");
  EXPECT_EQ(old.read(10), "still here");
}

TEST_F(Tls, CertificateIsChosenByName) {
  const CertificateFiles main = make("a", "main.example.org");
  const auto made =
      ensure_certificates(folder_.path() / "b", {"other.example.org", "*.wild.example"});
  ASSERT_TRUE(made.ok());
  const CertificateFiles other = *made;
  auto context = TlsContext::load(
      {.main = {main.certificate, main.key, {}},
       .named = {{other.certificate, other.key, {"other.example.org", "*.wild.example"}}}});
  ASSERT_TRUE(context.ok());
  serve(true, *context);
  Client named(port_);
  ASSERT_TRUE(named.handshake(other.ca, "other.example.org"));
  EXPECT_EQ(named.server_common_name(), "other.example.org");
  Client unnamed(port_);
  ASSERT_TRUE(unnamed.handshake(main.ca));
  EXPECT_EQ(unnamed.server_common_name(), "main.example.org");
  Client wild(port_);
  EXPECT_TRUE(wild.handshake(other.ca, "x.WILD.example"));
  Client deeper(port_);  // a wildcard stands for one label
  EXPECT_FALSE(deeper.handshake(other.ca, "y.x.wild.example"));
}

TEST_F(Tls, LoadErrorsNameTheFile) {
  const CertificateFiles a = make("a", "a.example.org");
  const CertificateFiles b = make("b", "b.example.org");
  const auto missing = TlsContext::load({.main = {folder_.path() / "none.pem", a.key, {}}});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.fault().text.find("none.pem: No such file"), std::string::npos)
      << missing.fault().text;
  const auto foreign = TlsContext::load({.main = {a.certificate, b.key, {}}});
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.fault().text, "the key " + b.key.string() +
                                      " does not belong to the certificate " +
                                      a.certificate.string());
  const auto swapped = TlsContext::load({.main = {a.key, a.key, {}}});
  ASSERT_FALSE(swapped.ok());
  EXPECT_NE(swapped.fault().text.find(a.key.string()), std::string::npos);
  const auto client = TlsContext::load(
      {.main = {a.certificate, a.key, {}}, .client_ca = folder_.path() / "no-ca.pem"});
  ASSERT_FALSE(client.ok());
  EXPECT_NE(client.fault().text.find("no-ca.pem"), std::string::npos);
}

// --- generated certificates
// -----------------------------------------------------------------------

class Generated : public testing::Test {
 protected:
  using Time = std::chrono::system_clock::time_point;
  Fallible<CertificateFiles> ensure(std::vector<std::string> names,
                                    Time now = std::chrono::system_clock::now()) {
    return ensure_certificates(path(), names, now);
  }
  std::filesystem::path path() const { return folder_.path() / "tls"; }
  TemporaryFolder folder_;
};

TEST_F(Generated, IsKeptWhileItFits) {
  const auto first = ensure({"localhost", "127.0.0.1", "::1"});
  ASSERT_TRUE(first.ok()) << first.fault().text;
  EXPECT_TRUE(first->renewed);
  const std::string before = slurp(first->certificate);
  const auto second = ensure({"::1", "127.0.0.1", "localhost"});
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->renewed);
  EXPECT_EQ(slurp(first->certificate), before);
  for (const char* key : {"ca.key", "server.key"}) {
    struct stat status {};
    ASSERT_EQ(::stat((path() / key).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U) << key;
  }
}

TEST_F(Generated, IsRenewedForNewNamesAndBeforeItsEndUnderTheSameCa) {
  const auto first = ensure({"localhost"});
  ASSERT_TRUE(first.ok());
  const std::string ca = slurp(first->ca);
  EXPECT_TRUE(ensure({"localhost", "ldap.example.org"})->renewed);
  const auto now = std::chrono::system_clock::now();
  EXPECT_FALSE(
      ensure({"localhost", "ldap.example.org"}, now + std::chrono::hours(24 * 794))->renewed);
  EXPECT_TRUE(
      ensure({"localhost", "ldap.example.org"}, now + std::chrono::hours(24 * 796))->renewed);
  EXPECT_EQ(slurp(first->ca), ca);
}

TEST_F(Generated, CaIsReplacedWhenItCannotOutliveAServerCertificate) {
  const auto first = ensure({"localhost"});
  ASSERT_TRUE(first.ok());
  const std::string ca = slurp(first->ca);
  const auto late =
      ensure({"localhost"}, std::chrono::system_clock::now() + std::chrono::hours(24 * 3000));
  ASSERT_TRUE(late.ok());
  EXPECT_NE(slurp(late->ca), ca);
}

TEST_F(Generated, DamagedServerFilesAreReplacedADamagedCaIsAnError) {
  const auto first = ensure({"localhost"});
  ASSERT_TRUE(first.ok());
  std::ofstream(first->certificate) << "half a file";
  const auto again = ensure({"localhost"});
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->renewed);
  std::filesystem::remove(path() / "ca.key");
  const auto broken = ensure({"localhost"});
  ASSERT_FALSE(broken.ok());
  EXPECT_NE(broken.fault().text.find("ca.key"), std::string::npos);
}

TEST_F(Generated, ANameCannotAddFieldsAndNoNamesIsAnError) {
  const auto files = ensure({"a,DNS:evil.example"});
  ASSERT_TRUE(files.ok());
  EXPECT_FALSE(ensure({"a,DNS:evil.example"})->renewed);  // one name, taken as it stands
  EXPECT_FALSE(ensure({}).ok());
}

}  // namespace
}  // namespace postern::net::test
