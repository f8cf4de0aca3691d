// Network passwords: what opens them, and what they never open. Proofs are those of CHAP and
// MS-CHAP, here played by one that compares texts.

#include <gtest/gtest.h>

#include "core/credentials/network_password.h"
#include "unit/core/login/world.h"

namespace postern::core::test {
namespace {

constexpr std::string_view kNetwork = "abcdefghijkmnpqrstuvwxyzabcx";

class TextProof final : public PasswordProof {
 public:
  explicit TextProof(std::string_view text) : text_(text) {}
  bool fits(std::string_view password) override {
    ++tried;
    return password == text_;
  }
  int tried = 0;

 private:
  std::string text_;
};

class LoginNetworkPassword : public ::testing::Test {
 protected:
  LoginNetworkPassword() {
    add(world.alice(), "n1", kNetwork);
    build();
  }
  void add(LoginRecord& user, const std::string& pk, std::string_view text, WallMs expires = 0) {
    LoginRecord::NetworkPassword one;
    one.pk = pk;
    one.verifier = key_verifier(text);
    one.sealed = seal_network_password(world.sealer, text, pk);
    one.expires = expires;
    user.network_passwords.push_back(std::move(one));
  }
  void build() {
    auto catalog = std::make_shared<Catalog>();
    auto radius = std::make_shared<RadiusProvider>();
    radius->pk = kService;
    radius->application = std::make_shared<const Application>(world.application);
    if (world.flow) radius->authentication_flow = std::make_shared<const Flow>(*world.flow);
    catalog->radius_providers.push_back(radius);
    auto ldap = std::make_shared<LdapProvider>(world.provider);
    ldap->pk = kService + 1;
    ldap->application = radius->application;
    catalog->ldap_providers.push_back(ldap);
    world.directory.configuration = catalog;
  }
  LoginOutcome run(LoginRequest request, Blocking blocking) {
    if (!world.login) {
      world.login =
          make_login({world.directory, world.store, world.events, world.hasher, world.sealer,
                      world.throttle, world.recent, world.clock, world.settings});
    }
    request.protocol = protocol;
    if (protocol == Protocol::ldap) request.provider = kService + 1;
    const std::uint64_t before = world.hasher.slow_hashes();
    LoginOutcome out = world.login->attempt(request, blocking);
    hashes = world.hasher.slow_hashes() - before;
    return out;
  }
  std::string prove(std::string_view name, std::string_view password,
                    Blocking blocking = Blocking::no) {
    LoginRequest request = world.request(name, "");
    proof = std::make_shared<TextProof>(password);
    request.proof = proof;
    return World::text(run(std::move(request), blocking));
  }
  std::string say(std::string_view name, std::string_view password,
                  Blocking blocking = Blocking::no) {
    return World::text(run(world.request(name, password), blocking));
  }

  World world;
  Protocol protocol = Protocol::radius;
  std::shared_ptr<TextProof> proof;
  std::uint64_t hashes = 0;
};

TEST_F(LoginNetworkPassword, AProofOpensItOnTheLoop) {
  EXPECT_EQ(prove("alice", kNetwork), "granted");
  ASSERT_EQ(world.events.events.size(), 1u);
  EXPECT_EQ(world.events.events[0].context.at("auth_method"), "network_password");
  EXPECT_EQ(hashes, 0u);
}

TEST_F(LoginNetworkPassword, TheAccountPasswordAndAppPasswordsAreNeverHeldAgainstAProof) {
  EXPECT_EQ(prove("alice", "pw"), "denied wrong_network_password");
  EXPECT_EQ(prove("alice", World::app_password(kAlice)), "denied wrong_network_password");
  EXPECT_EQ(prove("bob", "pw"), "denied needs_a_network_password");
  EXPECT_EQ(prove("nobody", kNetwork), "denied unknown_user");
}

TEST_F(LoginNetworkPassword, ARefusalCostsTheSameWithAndWithoutOne) {
  for (const char* name : {"alice", "bob", "nobody"}) {
    prove(name, "wrong");
    EXPECT_EQ(proof->tried, 1) << name;
    EXPECT_EQ(hashes, 0u) << name;
  }
}

TEST_F(LoginNetworkPassword, EachDeviceHasItsOwn) {
  add(world.bob(), "n2", "second-device-password-1");
  add(world.bob(), "n3", "third-device-password-22");
  EXPECT_EQ(prove("bob", "third-device-password-22"), "granted") << "no code is asked for";
  EXPECT_EQ(prove("bob", "second-device-password-1"), "granted");
  world.bob().network_passwords.pop_back();
  EXPECT_EQ(prove("bob", "third-device-password-22"), "denied wrong_network_password");
}

TEST_F(LoginNetworkPassword, AnExpiredOneIsNone) {
  world.alice().network_passwords.clear();
  add(world.alice(), "n1", kNetwork, world.clock.wall());
  EXPECT_EQ(prove("alice", kNetwork), "denied wrong_network_password");
  EXPECT_EQ(say("alice", kNetwork, Blocking::yes), "denied wrong_password");
}

TEST_F(LoginNetworkPassword, ABlobOfAnotherRowDoesNotOpen) {
  world.alice().network_passwords[0].pk = "n9";
  EXPECT_EQ(prove("alice", kNetwork), "denied wrong_network_password");
}

TEST_F(LoginNetworkPassword, PapTakesItOverRadius) {
  EXPECT_EQ(say("alice", kNetwork), "granted");
  EXPECT_EQ(hashes, 0u);
}

TEST_F(LoginNetworkPassword, LdapTakesItNeitherAsTextNorAsProof) {
  protocol = Protocol::ldap;
  EXPECT_EQ(say("alice", kNetwork, Blocking::yes), "denied wrong_password");
  EXPECT_EQ(hashes, 1u) << "as any wrong text";
  EXPECT_EQ(prove("alice", kNetwork), "denied wrong_network_password");
}

TEST_F(LoginNetworkPassword, UserAndApplicationDecideAsForEveryLogin) {
  world.alice().is_active = false;
  EXPECT_EQ(prove("alice", kNetwork), "denied user_inactive");
  world.alice().is_active = true;
  world.application.bindings.list.emplace_back();  // a broken binding passes nobody
  build();
  EXPECT_EQ(prove("alice", kNetwork), "not admitted access_denied");
}

TEST_F(LoginNetworkPassword, AFlowWithoutTheTokenBackendTakesNone) {
  Stage identification{.pk = "i", .name = "i", .kind = StageKind::identification};
  Stage password{.pk = "p", .name = "p", .kind = StageKind::password};
  password.token_backend = false;
  world.add_stage(identification);
  world.add_stage(password);
  world.add_stage({.pk = "l", .name = "l", .kind = StageKind::user_login});
  build();
  EXPECT_EQ(prove("alice", kNetwork), "denied wrong_network_password");
}

TEST(NetworkPassword, GeneratedOnesHave128BitsAndNoLettersThatLookAlike) {
  fake::SeededRandom random;
  const Secret one = make_network_password(random), other = make_network_password(random);
  EXPECT_EQ(one.size(), kNetworkPasswordLength);
  EXPECT_NE(one.reveal(), other.reveal());
  EXPECT_EQ(one.reveal().find_first_not_of("abcdefghijkmnpqrstuvwxyz"), std::string_view::npos);
  EXPECT_TRUE(is_network_password_text(one.reveal()));
  EXPECT_FALSE(is_network_password_text("short"));
  EXPECT_FALSE(is_network_password_text("with a space in it, and long"));
  EXPECT_FALSE(is_network_password_text("l\xc3\xa4nger als zwanzig Zeichen"));
}

}  // namespace
}  // namespace postern::core::test
