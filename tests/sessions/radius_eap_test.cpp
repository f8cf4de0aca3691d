// EAP methods end to end over a fake core: who gets in, with which keys, in how many rounds.

#include <gtest/gtest.h>

#include "sessions/eap_world.h"

namespace postern::test {
namespace {

using radius::Code;

struct Case {
  std::uint8_t method;
  bool inner_eap;
  bool tls13;
};
const Case kCases[] = {
    {eap::type::ttls, false, false}, {eap::type::ttls, false, true},
    {eap::type::ttls, true, false},  {eap::type::ttls, true, true},
    {eap::type::peap, false, false}, {eap::type::peap, false, true},
};

EapWish wish_of(const EapWorld& world, const Case& one) {
  EapWish wish = world.wish(one.method, one.tls13);
  wish.inner_eap = one.inner_eap;
  return wish;
}

class EapMethods : public ::testing::TestWithParam<Case> {
 protected:
  EapWorld world;
};

INSTANTIATE_TEST_SUITE_P(All, EapMethods, ::testing::ValuesIn(kCases));

TEST_P(EapMethods, Rfc5216_2_3_BothHalvesOfTheKeyAreWhatThePeerDerives) {
  for (const std::uint32_t mtu : {500U, 1024U, 1400U}) {
    EapSupplicant peer(wish_of(world, GetParam()));
    const auto reply = world.authenticate(peer, mtu);
    ASSERT_EQ(reply.code(), Code::access_accept);
    EXPECT_EQ(reply.eap.size(), 4U);
    EXPECT_EQ(reply.eap[0], 3) << "3579-08: EAP-Success goes with Access-Accept";
    EXPECT_EQ(world.keys_of(reply), peer.msk());
    EXPECT_LE(world.largest, mtu) << "3579-05";
    EXPECT_EQ(reply.answer->text(radius::type::user_name), "alice") << "who is inside";
    EXPECT_EQ(reply.answer->count(radius::type::state), 0U);
  }
  EXPECT_EQ(world.login.last.username, "alice");
  EXPECT_EQ(world.eap_conversations(), 0U) << "nothing is kept of what has ended";
}

// RFC 2865 5.12: the least MTU that there is.
TEST_P(EapMethods, Rfc3579_2_4_NoPacketIsLargerThanTheSmallestFramedMtu) {
  EapSupplicant peer(wish_of(world, GetParam()));
  const auto reply = world.authenticate(peer, 64);
  ASSERT_EQ(reply.code(), Code::access_accept);
  EXPECT_LE(world.largest, 64U);
}

TEST_P(EapMethods, Rfc4072_2_8_TheSessionIdGoesToWhoAsksForTheKeyName) {
  EapSupplicant peer(wish_of(world, GetParam()));
  world.more = {{radius::type::eap_key_name, std::string(1, '\0')}};
  const auto reply = world.authenticate(peer);
  ASSERT_EQ(reply.code(), Code::access_accept);
  const std::string name = reply.answer->text(radius::type::eap_key_name);
  ASSERT_EQ(name.size(), 65U);
  EXPECT_EQ(name.front(), static_cast<char>(GetParam().method));
}

TEST_P(EapMethods, AWrongPasswordIsAFailureAndNoKeys) {
  EapWish wish = wish_of(world, GetParam());
  wish.password = "wrong";
  EapSupplicant peer(wish);
  const auto reply = world.authenticate(peer);
  ASSERT_EQ(reply.code(), Code::access_reject);
  EXPECT_EQ(reply.eap[0], 4) << "3579-08";
  EXPECT_EQ(world.keys_of(reply), "");
  EXPECT_FALSE(peer.told_success());
  EXPECT_EQ(world.login.decided, 1);
}

TEST_P(EapMethods, TheCodeIsAskedForInsideTheTunnel) {
  EapWish wish = wish_of(world, GetParam());
  wish.user = "bob";
  wish.password = "builder";
  wish.code = "123456";
  EapSupplicant peer(wish);
  const auto reply = world.authenticate(peer);
  ASSERT_EQ(reply.code(), Code::access_accept);
  EXPECT_EQ(world.keys_of(reply), peer.msk());
  EXPECT_GE(peer.prompts(), 1);
}

TEST_P(EapMethods, AWrongCodeIsAskedForAgainAndThenRefused) {
  EapWish wish = wish_of(world, GetParam());
  wish.user = "bob";
  wish.password = "builder";
  wish.code = "000000";
  EapSupplicant peer(wish);
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
  EXPECT_GE(peer.prompts(), 3);
}

TEST_P(EapMethods, WhoIsNotAdmittedGetsAFailure) {
  EapWish wish = wish_of(world, GetParam());
  wish.user = "carol";
  wish.password = "singer";
  EapSupplicant peer(wish);
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
}

TEST_P(EapMethods, AnAuthorityThatThePeerDoesNotTrustEndsIt) {
  EapWish wish = wish_of(world, GetParam());
  wish.ca = TestPki().ca();
  EapSupplicant peer(wish);
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
  EXPECT_EQ(world.login.decided, 0) << "the password never came";
}

TEST_P(EapMethods, AGrantThatNoLongerHoldsAtTheEndIsRefused) {
  world.login.holds = false;
  EapSupplicant peer(wish_of(world, GetParam()));
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
}

TEST_P(EapMethods, ACoreThatCannotDecideIsSilentAndTheSameResponseIsDecidedLater) {
  EapSupplicant peer(wish_of(world, GetParam()));
  auto reply = world.send(EapWorld::identity(), {});
  Octets response;
  std::string state;
  while (reply.code() == Code::access_challenge) {
    state = reply.state;
    response = peer.respond(reply.eap);
    world.login.unavailable = true;
    auto next = world.send(response, state);
    world.login.unavailable = false;
    if (next.code() == Code{}) next = world.send(response, state);
    reply = next;
  }
  ASSERT_EQ(reply.code(), Code::access_accept);
  EXPECT_EQ(world.keys_of(reply), peer.msk());
}

TEST(Eap, PeapTakesAtMostNineRoundTrips) {
  EapWorld world;
  for (const bool tls13 : {false, true}) {
    EapSupplicant peer(world.wish(eap::type::peap, tls13));
    ASSERT_EQ(world.authenticate(peer).code(), Code::access_accept);
    EXPECT_LE(peer.rounds() + 1, 9);
    EXPECT_TRUE(peer.told_success());
  }
}

TEST(Eap, Rfc3748_5_3_1_TheNextOfferComesFromTheNak) {
  EapWorld world;
  auto reply = world.send(EapWorld::identity(), {});
  EXPECT_EQ(reply.eap[4], eap::type::ttls);
  reply = world.send(eap::encode_response(reply.eap[1], eap::type::nak, Octets{4, 25, 13}),
                     reply.state);
  ASSERT_EQ(reply.code(), Code::access_challenge);
  EXPECT_EQ(reply.eap[4], eap::type::peap);
  reply = world.send(eap::encode_response(reply.eap[1], eap::type::nak, Octets{21}), reply.state);
  EXPECT_EQ(reply.code(), Code::access_reject) << "it was offered before";
}

TEST(Eap, Rfc3579_2_1_AnEapStartIsAskedForItsIdentity) {
  EapWorld world;
  const auto asked = world.send({}, {});
  ASSERT_EQ(asked.code(), Code::access_challenge);
  EXPECT_EQ(asked.eap[4], eap::type::identity);
  EapSupplicant peer(world.wish(eap::type::ttls));
  auto reply = world.send(peer.respond(asked.eap), asked.state);
  while (reply.code() == Code::access_challenge) {
    reply = world.send(peer.respond(reply.eap), reply.state);
  }
  EXPECT_EQ(reply.code(), Code::access_accept);
}

TEST(Eap, MethodsThatAreSwitchedOffAreNotOffered) {
  EapWorld world;
  world.wifi().eap_methods = {core::EapMethod::peap};
  world.publish();
  EapSupplicant peer(world.wish(eap::type::ttls));
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
  world.wifi().eap_methods.clear();
  world.publish();
  EXPECT_EQ(world.send(EapWorld::identity(), {}).code(), Code::access_reject);
}

TEST(Eap, RulesSeeWhoIsInsideAndNotWhoIsOutside) {
  EapWorld world;
  core::ReplyRule inner, outer;
  inner.users = {"alice"};
  inner.items = {{"Filter-Id", 0, "inner"}};
  outer.users = {"anonymous"};
  outer.items = {{"Filter-Id", 0, "outer"}};
  world.use_rules({outer, inner});
  EapSupplicant peer(world.wish(eap::type::ttls));
  const auto reply = world.authenticate(peer);
  ASSERT_EQ(reply.code(), Code::access_accept);
  EXPECT_EQ(reply.answer->text(11), "inner");
}

// ---- EAP-TLS ----

class EapTls : public ::testing::TestWithParam<bool> {
 protected:
  EapTls() { world.install(true); }
  EapWish wish(const std::string& names) {
    EapWish out = world.wish(eap::type::tls, GetParam());
    const TestPki::Pair pair = world.pki.issue("device", names);
    out.certificate = pair.certificate;
    out.key = pair.key;
    return out;
  }
  void add(core::UserId pk, const std::string& name, const std::string& email = "") {
    core::LoginRecord record;
    record.pk = pk;
    record.username = name;
    world.directory.add(record);
    if (!email.empty()) world.directory.emails[pk] = email;
  }
  EapWorld world;
};

INSTANTIATE_TEST_SUITE_P(Versions, EapTls, ::testing::Bool());

TEST_P(EapTls, TheCertificateIsTheUserAndTheKeysAgree) {
  add(5, "laptop.example.org", "alice@example.org");
  for (const char* names : {"email:alice@example.org", "DNS:laptop.example.org",
                            "URI:spiffe://example.org/hosts/laptop.example.org"}) {
    for (const std::uint32_t mtu : {500U, 1400U}) {
      EapSupplicant peer(wish(names));
      const auto reply = world.authenticate(peer, mtu);
      ASSERT_EQ(reply.code(), Code::access_accept) << names;
      EXPECT_EQ(world.keys_of(reply), peer.msk());
      EXPECT_EQ(reply.answer->text(radius::type::user_name), "by-certificate");
      EXPECT_EQ(peer.told_success(), GetParam()) << "9190-07: 0x00 in TLS 1.3 alone";
    }
  }
  EXPECT_EQ(world.login.claim, "CN=device");
}

TEST_P(EapTls, Rfc5216_5_3_ACertificateForServersAloneIsRefused) {
  add(5, "alice", "alice@example.org");
  for (const bool client : {true, false}) {
    EapWish given = wish("email:alice@example.org");
    const TestPki::Pair pair =
        world.pki.issue("device", "email:alice@example.org", client ? "clientAuth" : "serverAuth");
    given.certificate = pair.certificate;
    given.key = pair.key;
    EapSupplicant peer(given);
    EXPECT_EQ(world.authenticate(peer).code(), client ? Code::access_accept : Code::access_reject);
  }
}

TEST_P(EapTls, ACertificateOfNobodyOrOfTwoIsRefused) {
  add(5, "alice", "alice@example.org");
  add(6, "bob", "bob@example.org");
  EapSupplicant nobody(wish("email:eve@example.org"));
  EXPECT_EQ(world.authenticate(nobody).code(), Code::access_reject);
  EapSupplicant two(wish("email:alice@example.org,email:bob@example.org"));
  EXPECT_EQ(world.authenticate(two).code(), Code::access_reject);
}

TEST_P(EapTls, ARevokedCertificateIsRefusedAndAnotherIsNot) {
  add(5, "alice", "alice@example.org");
  const EapWish revoked = wish("email:alice@example.org");
  const std::string crl = world.pki.crl(true);
  world.install(true, crl);
  EapSupplicant peer(revoked);
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
  EXPECT_EQ(world.login.decided, 0);
  EapSupplicant other(wish("email:alice@example.org"));
  EXPECT_EQ(world.authenticate(other).code(), Code::access_accept);
}

TEST_P(EapTls, ACertificateOfAnotherAuthorityIsRefused) {
  add(5, "alice", "alice@example.org");
  TestPki stranger;
  EapWish foreign = wish("email:alice@example.org");
  const TestPki::Pair pair = stranger.issue("device", "email:alice@example.org");
  foreign.certificate = pair.certificate;
  foreign.key = pair.key;
  EapSupplicant peer(foreign);
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
  EXPECT_EQ(world.login.decided, 0);
}

TEST_P(EapTls, WithoutACertificateNobodyGetsIn) {
  EapSupplicant peer(world.wish(eap::type::tls, GetParam()));
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
  EXPECT_EQ(world.login.decided, 0);
}

TEST_P(EapTls, AnEnrolledFingerprintNamesTheUserWhateverTheCertificateSays) {
  add(5, "alice");
  EapWish enrolled = wish("email:eve@example.org");
  world.wifi().client_fingerprints[fingerprint_of(enrolled.certificate)] = "alice";
  world.publish();
  EapSupplicant peer(enrolled);
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_accept);
}

TEST_P(EapTls, WithoutAnAuthorityItIsNotOffered) {
  world.install(false);
  EapSupplicant peer(wish("email:alice@example.org"));
  EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
}

}  // namespace
}  // namespace postern::test
