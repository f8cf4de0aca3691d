// Model-based: random interleavings of binds, searches, abandons, revocations and loop turns on one
// connection, against a model of two lines: the identity is that of the last Bind if it was
// granted, else none. No search may ever show another viewer (user-pain 31).

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

class Player {
 public:
  explicit Player(unsigned seed) : random_(seed) {
    world_.login.users[{kFirst, "slow2"}] = {12, "pw-slow2"};
    world_.script().chunk_by([this](std::size_t left) { return 1 + random_() % left; });
  }

  void step() {
    switch (random_() % 10) {
      case 0:
      case 1:
        return bind_as(kAlice, "app-alice", "u7");
      case 2:
        return bind_as(kBob, "app-bob", "u8+ou=full");
      case 3:
        return bind_as(kSlow, "pw-slow", "u11");
      case 4:
        return bind_as(kAlice, "app-wrong", "");
      case 5:
        return bind_as(kSlow, "pw-wrong", "");
      case 6:
        return bind_as("", "", "");
      case 7:
        world_.script().finish_run();
        return;
      case 8:
        for (unsigned turns = random_() % 4; turns > 0; --turns) world_.script().turn();
        return;
      default:
        return look();
    }
  }

  void finish() {
    for (int i = 0; i < 10'000; ++i) {
      const bool moved = world_.script().turn();
      if (!world_.script().finish_run() && !moved) break;
    }
    check();
    EXPECT_EQ(answered_, expected_.size());
    EXPECT_FALSE(world_.script().wants().close);
  }

 private:
  void bind_as(std::string_view name, std::string_view password, std::string identity) {
    identity_ = std::move(identity);
    send(bind(next_id_, name, password), "bind");
  }
  void look() {
    const bool long_one = random_() % 3 == 0;
    const Octets request =
        search(next_id_, {kFirstBase, ldap::Scope::sub, long_one ? "(turns=4)" : "(cn=x)"});
    send(request, identity_);
  }
  // What a request must be answered with: "bind", or the viewer ("" = 50).
  void send(const Octets& request, const std::string& expected) {
    expected_[next_id_++] = expected;
    std::size_t sent = 0;
    while (sent < request.size()) {  // a session that is full goes on once its work is done
      sent += world_.script().send(OctetView(request).subspan(sent));
      if (sent < request.size()) world_.script().finish_run();
    }
  }
  void check() {
    for (const Reply& reply : world_.replies()) {
      ASSERT_EQ(expected_.count(reply.id), 1U);
      const std::string& expected = expected_[reply.id];
      if (reply.op == ldap::Op::searchResultEntry) {
        ASSERT_EQ(reply.dn, "cn=" + expected + ",ou=p1") << "message " << reply.id;
        continue;
      }
      ++answered_;
      if (reply.op == ldap::Op::searchResultDone) {
        ASSERT_EQ(reply.code, expected.empty() ? ldap::ResultCode::insufficientAccessRights
                                               : ldap::ResultCode::success)
            << "message " << reply.id;
      }
    }
  }

  LdapWorld world_;
  std::mt19937 random_;
  std::int32_t next_id_ = 1;
  std::string identity_;
  std::map<std::int32_t, std::string> expected_;
  std::size_t answered_ = 0;
};

TEST(LdapModel, RandomInterleavingsNeverShowAnotherIdentity) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Player player(seed);
    for (int i = 0; i < 100; ++i) player.step();
    player.finish();
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace postern::test
