// Model-based, with everything real but the core: many clients over sockets on a server with
// several loops and lanes, binding, searching, asking who they are, going over to TLS and
// abandoning at random, while users are disabled and enabled again. Whatever is answered must be of
// the identity that holds (user-pain 31, RFC 4513 section 4, N01, N11). Made for ThreadSanitizer.
//
// The model of one client: the identity of its last Bind if that was granted, else none. The model
// of a user: a number that grows when it is disabled (then odd) and enabled (then even); a grant
// belongs to the number at which it was given.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "net/certificate.h"
#include "net/server.h"
#include "outpost/ldap/session.h"
#include "protocols/ber/frame.h"
#include "protocols/ldap/oids.h"
#include "sessions/ldap_client.h"
#include "sessions/ldap_fakes.h"
#include "unit/net/client.h"

namespace postern::test {
namespace {

using net::test::Client;

constexpr std::size_t kUsers = 6;

struct User {
  std::atomic<std::uint64_t> state{0};      // odd = disabled
  std::atomic<std::uint64_t> effective{0};  // the state that everybody must know of
};

// Users u0, u1, ...; the password is "app-" (decided on the loop) or "pw-" (on the lane) and the
// name.
class RacingLogin final : public core::Login {
 public:
  std::array<User, kUsers> users;

  core::LoginOutcome attempt(const core::LoginRequest& request, core::Blocking blocking) override {
    const bool quick = request.password.reveal().starts_with("app-");
    if (!quick && blocking == core::Blocking::no) return core::WouldBlock{core::LoginLane::hash};
    for (std::size_t i = 0; i < kUsers; ++i) {
      const std::string name = "u" + std::to_string(i);
      if (request.username != name) continue;
      const std::uint64_t state = users[i].state.load();
      const bool right =
          request.password.equal("app-" + name) || request.password.equal("pw-" + name);
      if (!right || state % 2 == 1) return core::Denied{core::Reason::wrong_password};
      core::Grant grant;
      grant.user = static_cast<core::UserId>(i) + 1;
      grant.username = name;
      grant.generation = state;
      grant.provider = request.provider;
      grant.search = core::SearchRight::of(core::Sees::everything);
      return core::Granted{std::move(grant)};
    }
    return core::Denied{core::Reason::unknown_user};
  }
  bool still_holds(core::Grant& grant) const override {
    return users[static_cast<std::size_t>(grant.user) - 1].state.load() == grant.generation;
  }
  std::uint64_t security_epoch() const noexcept override { return epoch_.load(); }
  bool unlock(std::string_view) override { return false; }

  void toggle(std::size_t user) {
    const std::uint64_t state = users[user].state.fetch_add(1) + 1;
    epoch_.fetch_add(1);
    users[user].effective.store(state);
  }

 private:
  std::atomic<std::uint64_t> epoch_{1};
};

// One entry, named after who looks.
class NamingTree final : public ldap::Tree {
 public:
  ldap::Turn search(const ldap::SearchRequest&, std::int32_t message_id, const ldap::Viewer& viewer,
                    const ldap::SearchLimits&, const ldap::SearchExtras&,
                    ldap::SearchCursor& cursor, Octets& out) override {
    const std::string dn = "cn=u" + std::to_string(viewer.user - 1);
    ldap::append_entry_header(out, message_id, dn, 0);
    cursor.started = true;
    return {++cursor.next < 3, ldap::ResultCode::success, {}};
  }
  ldap::Turn compare(const ldap::CompareRequest&, const ldap::Viewer&) override { return {}; }
  ldap::SortVerdict judge_sort(std::span<const ldap::SortKey>) override { return {}; }
  std::uint64_t last_change() const noexcept override { return 0; }
  bool has_lost_changes(const ldap::SearchCursor&) const noexcept override { return false; }
};

class World {
 public:
  World() : services_(login, directory_, tree_, clock_, settings(), {}) {
    net::Server::Options options;
    options.loops = 3;
    options.lanes[static_cast<std::size_t>(Lane::hash)].threads = 2;
    server_ = std::make_unique<net::Server>(options);
    files_ = *net::ensure_certificates(folder_.path(), {"127.0.0.1"});
    server_->reload_tls(*net::TlsContext::load({.main = {files_.certificate, files_.key, {}}}));
    port_ = *server_->add_listener({.name = "t", .endpoint = "127.0.0.1:0"},
                                   [this](const PeerInfo& peer) {
                                     return std::make_unique<outpost::LdapSession>(peer, services_);
                                   });
    server_->start();
  }
  ~World() { server_->stop(std::chrono::seconds(5)); }

  std::uint16_t port() const { return port_; }
  const std::filesystem::path& ca() const { return files_.ca; }

  RacingLogin login;

 private:
  static outpost::LdapSettings settings() {
    outpost::LdapSettings settings;
    settings.tls_available = true;
    return settings;
  }

  net::test::TemporaryFolder folder_;
  net::CertificateFiles files_;
  FakeDirectory directory_;
  NamingTree tree_;
  FakeClock clock_;
  outpost::LdapServices services_;
  std::unique_ptr<net::Server> server_;
  std::uint16_t port_ = 0;
};

class RacingClient {
 public:
  RacingClient(World& world, unsigned seed)
      : world_(world), random_(seed), client_(std::make_unique<Client>(world.port())) {}

  void step() {
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2:
        return bind_as(random_() % kUsers, "app-");
      case 3:
        return bind_as(random_() % kUsers, "pw-");
      case 4:
        return bind_as(random_() % kUsers, random_() % 2 == 0 ? "app-wrong-" : "pw-wrong-");
      case 5:
        return bind_anonymously();
      case 6:
        return abandon_one();
      case 7:
        return start_tls();
      case 8:
      case 9:
        return ask_who_i_am();
      default:
        return look();
    }
  }

 private:
  static std::string text(const Octets& octets) { return {octets.begin(), octets.end()}; }

  // The answers up to the final one to `id`.
  std::vector<Reply> exchange(const Octets& request, std::int32_t id) {
    EXPECT_TRUE(client_->send(text(request)));
    std::vector<Reply> replies;
    for (;;) {
      Reply reply = receive();
      if (reply.id != id) continue;  // of what was abandoned too late
      const bool last = reply.op != ldap::Op::searchResultEntry;
      replies.push_back(std::move(reply));
      if (last) return replies;
    }
  }
  Reply receive() {
    std::string octets = client_->read(2);
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(octets.at(i)); };
    std::size_t left = at(1);
    if (left >= 0x80) {
      const std::size_t count = left & 0x7fU;
      octets += client_->read(count);
      left = 0;
      for (std::size_t i = 0; i < count; ++i) left = left << 8U | at(2 + i);
    }
    octets += client_->read(left);
    return parse_replies({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()})
        .at(0);
  }

  void bind_as(std::size_t user, const std::string& prefix) {
    const std::string name = "u" + std::to_string(user);
    const std::uint64_t before = world_.login.users[user].effective.load();
    const std::int32_t id = next_id_++;
    Octets requests = bind(id, "cn=" + name + ",ou=users,dc=ldap,dc=example", prefix + name);
    user_.reset();
    const auto replies = exchange(requests, id);
    ASSERT_EQ(replies[0].op, ldap::Op::bindResponse);
    const bool wrong = prefix.find("wrong") != std::string::npos;
    const bool granted = replies[0].code == ldap::ResultCode::success;
    ASSERT_FALSE(wrong && granted);
    if (wrong) return;
    // Disabled or enabled meanwhile: either answer is right, and which state it is of is unknown.
    if (world_.login.users[user].state.load() != before) return bind_anonymously();
    ASSERT_EQ(granted, before % 2 == 0) << name;
    if (!granted) return;
    user_ = user;
    bound_at_ = before;
  }
  void bind_anonymously() {
    const std::int32_t id = next_id_++;
    user_.reset();
    ASSERT_EQ(exchange(bind(id, "", ""), id)[0].code, ldap::ResultCode::success);
  }
  void abandon_one() {
    const std::int32_t id = next_id_++;
    const Octets requests = search(id, {kFirstBase}) + abandon(next_id_++, id);
    EXPECT_TRUE(client_->send(text(requests)));  // its answers, if any, are skipped later
  }
  void start_tls() {
    if (tls_) return reconnect();
    const std::int32_t id = next_id_++;
    const auto replies = exchange(extended(id, ldap::oid::kStartTls), id);
    if (replies[0].code == ldap::ResultCode::operationsError) return;  // an abandoned search runs
    ASSERT_EQ(replies[0].code, ldap::ResultCode::success);
    ASSERT_TRUE(client_->handshake(world_.ca()));
    tls_ = true;
    user_.reset();
  }
  void reconnect() {
    client_ = std::make_unique<Client>(world_.port());
    tls_ = false;
    user_.reset();
  }

  // What must be seen by a question that was sent now and has been answered as `shown` (nothing =
  // anonymous).
  void judge(std::uint64_t before, const std::optional<std::string>& shown) {
    if (!user_) {
      ASSERT_EQ(shown, std::nullopt);
      return;
    }
    const std::uint64_t after = world_.login.users[*user_].state.load();
    if (shown) {
      ASSERT_EQ(*shown, "u" + std::to_string(*user_));
      ASSERT_TRUE(before == bound_at_) << "a disabled user was served";
    } else {
      ASSERT_NE(after, bound_at_) << "an identity was lost";
      user_.reset();  // it does not come back
    }
  }
  std::uint64_t effective() const {
    return user_ ? world_.login.users[*user_].effective.load() : 0;
  }
  void look() {
    const std::uint64_t before = effective();
    const std::int32_t id = next_id_++;
    std::optional<std::string> shown;
    for (const Reply& reply : exchange(search(id, {kFirstBase}), id)) {
      if (reply.op != ldap::Op::searchResultEntry) continue;
      const std::string name = reply.dn.substr(3);
      ASSERT_TRUE(!shown || *shown == name) << "two identities in one search";
      shown = name;
    }
    judge(before, shown);
  }
  void ask_who_i_am() {
    const std::uint64_t before = effective();
    const std::int32_t id = next_id_++;
    const auto replies = exchange(extended(id, ldap::oid::kWhoAmI), id);
    ASSERT_EQ(replies[0].code, ldap::ResultCode::success);
    const std::string value = replies[0].value.value_or("");
    std::optional<std::string> shown;
    if (!value.empty()) shown = value.substr(6, value.find(',') - 6);
    judge(before, shown);
  }

  World& world_;
  std::mt19937 random_;
  std::unique_ptr<Client> client_;
  bool tls_ = false;
  std::int32_t next_id_ = 1;
  std::optional<std::size_t> user_;
  std::uint64_t bound_at_ = 0;
};

TEST(LdapIdentityRace, EveryAnswerIsOfTheIdentityThatHolds) {
  const bool whole = std::getenv("POSTERN_LONG") != nullptr;
  const unsigned clients = whole ? 100 : 12;
  const int steps = whole ? 1000 : 80;
  World world;
  std::atomic<bool> over{false};
  std::thread disabler([&] {
    std::mt19937 random(7);
    while (!over) {
      world.login.toggle(random() % kUsers);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= clients; ++seed) {
    threads.emplace_back([&world, seed, steps] {
      RacingClient client(world, seed);
      for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) client.step();
    });
  }
  for (std::thread& thread : threads) thread.join();
  over = true;
  disabler.join();
}

}  // namespace
}  // namespace postern::test
