// SASL binds, authorization identities, short names, the client of a trusted application.
// RFC 4511 4.2, RFC 4513 5.2, RFC 4616, RFC 4532, RFC 3829, draft-chu-ldap-ldapi-00 5.1.

#include <gtest/gtest.h>

#include <set>

#include "protocols/ldap/oids.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

using core::UserField;
using ldap::ResultCode;

std::string plain(std::string_view authzid, std::string_view authcid, std::string_view password) {
  std::string out(authzid);
  out.push_back('\0');
  out.append(authcid);
  out.push_back('\0');
  out.append(password);
  return out;
}

// Two DER elements, as a client sends them: sourceIp, sourceName, format, identifier.
std::string session_tracking(std::string_view ip) {
  std::string inside;
  for (const std::string_view field :
       {ip, std::string_view("app"), std::string_view("1.3.6.1.4.1.21008.108.63.1.3"),
        std::string_view("alice")}) {
    inside.push_back('\x04');
    inside.push_back(static_cast<char>(field.size()));
    inside.append(field);
  }
  return std::string("\x30") + static_cast<char>(inside.size()) + inside;
}

struct Named : LdapWorld {
  explicit Named(PeerInfo peer = local_peer(), outpost::LdapSettings settings = with_tls())
      : LdapWorld(std::move(settings), std::move(peer)) {
    for (const auto& [name, pk] : {std::pair<std::string, core::UserId>{"alice", 7},
                                   {"bob", 8},
                                   {"carol", 9},
                                   {"dave", 10},
                                   {"slow", 11}}) {
      directory.add_name(UserField::username, name, pk, name);
      directory.add_name(UserField::email, name + "@example.org", pk, name);
    }
  }
  void take_names(core::BindNames names) {
    directory.bind_names = names;
    directory.publish({{kFirst, std::string(kFirstBase)}, {kSecond, std::string(kSecondBase)}});
  }
  std::set<std::string> mechanisms() {
    const auto replies = ask_replies(
        search(900, {"", ldap::Scope::base, "(objectClass=*)", {"supportedSASLMechanisms"}}));
    const auto* values = replies.at(0).find("supportedSASLMechanisms");
    return values == nullptr ? std::set<std::string>{}
                             : std::set<std::string>(values->begin(), values->end());
  }
  std::string authz_id() {
    return ask_replies(extended(901, ldap::oid::kWhoAmI)).at(0).value.value_or("absent");
  }
};

PeerInfo socket_peer(std::uint32_t uid) {
  PeerInfo peer{"local", 0, true, false};
  peer.local = LocalPeer{uid, uid, 1};
  return peer;
}

PeerInfo certified(ClientCertificate certificate) {
  PeerInfo peer = LdapWorld::remote_peer(true);
  peer.certificate = std::make_shared<const ClientCertificate>(std::move(certificate));
  return peer;
}

constexpr const char* kAliceId = "dn:cn=alice,ou=users,dc=ldap,dc=example";

// ---- PLAIN ----

TEST(LdapPlain, Rfc4616_2_LogsInAsASimpleBindWould) {
  Named world;
  EXPECT_EQ(world.ask(sasl_bind(1, "PLAIN", plain("", "alice", "app-alice"))), "1:bind(0)");
  EXPECT_EQ(world.authz_id(), kAliceId);
  EXPECT_EQ(world.ask(sasl_bind(2, "PLAIN", plain("", "alice", "app-wrong"))), "2:bind(49)");
  EXPECT_EQ(world.whoami(), "1000:done(50)");
  EXPECT_EQ(world.ask(sasl_bind(3, "PLAIN", plain("", "nobody", "app-x"))), "3:bind(49)");
  EXPECT_EQ(world.ask(sasl_bind(4, "PLAIN", plain("", "dave", "app-dave"))), "4:bind(50)");
}

TEST(LdapPlain, ASlowPasswordRunsOnItsLane) {
  Named world;
  world.send(sasl_bind(1, "PLAIN", plain("", "slow", "pw-slow")));
  ASSERT_TRUE(world.script().finish_run());
  EXPECT_EQ(world.said(), "1:bind(0)");
}

TEST(LdapPlain, Rfc4513_5_2_1_2_TheNameFieldIsIgnored) {
  Named world;
  EXPECT_EQ(world.ask(sasl_bind(1, "PLAIN", plain("", "alice", "app-alice"), kBob)), "1:bind(0)");
  EXPECT_EQ(world.authz_id(), kAliceId);
  EXPECT_EQ(world.ask(sasl_bind(2, "PLAIN", plain("", "alice", "app-alice"), "no dn")),
            "2:bind(0)");
}

TEST(LdapPlain, Rfc4513_5_2_1_8_TheAuthorizationIdentityMustBeOnesOwn) {
  Named world;
  const auto bind_as = [&](std::string_view authzid) {
    return world.ask(sasl_bind(1, "PLAIN", plain(authzid, "alice", "app-alice")));
  };
  EXPECT_EQ(bind_as("u:alice"), "1:bind(0)");
  EXPECT_EQ(bind_as(kAliceId), "1:bind(0)");
  EXPECT_EQ(bind_as("dn:CN=Alice, ou=users,dc=ldap,dc=example").substr(0, 7), "1:bind(");
  for (const std::string_view other :
       {"u:bob", "u:nobody", "dn:cn=bob,ou=users,dc=ldap,dc=example", "alice", "dn:x", "x:alice"}) {
    EXPECT_EQ(bind_as(other), "1:bind(49)") << other;
    EXPECT_EQ(world.authz_id(), "") << other;
  }
}

TEST(LdapPlain, Rfc4616_2_AnUnusableMessageIsRefused) {
  Named world;
  for (const std::string& message :
       {std::string(), std::string("alice"), plain("", "alice", ""), plain("", "", "x"),
        plain("", "alice", std::string("a\0b", 3))}) {
    EXPECT_EQ(world.ask(sasl_bind(1, "PLAIN", message)), "1:bind(49)");
  }
  EXPECT_EQ(world.login.attempts, 0);
}

TEST(LdapPlain, Rfc4616_4_NotWithoutConfidentiality) {
  Named world(LdapWorld::remote_peer());
  EXPECT_EQ(world.mechanisms(), std::set<std::string>{});
  EXPECT_EQ(world.ask(sasl_bind(1, "PLAIN", plain("", "alice", "app-alice"))), "1:bind(13)");
  EXPECT_EQ(world.login.attempts, 0);
  world.send(extended(2, ldap::oid::kStartTls));
  world.script().tls_up();
  world.replies();
  EXPECT_EQ(world.mechanisms(), std::set<std::string>{"PLAIN"});  // Rfc4513_5_2_1_5
  EXPECT_EQ(world.ask(sasl_bind(3, "PLAIN", plain("", "alice", "app-alice"))), "3:bind(0)");
}

TEST(LdapPlain, BehindAProxyThatSpeaksTlsWithTheClient) {
  PeerInfo peer = LdapWorld::remote_peer();
  peer.shielded = true;
  Named world(peer);
  EXPECT_EQ(world.ask(bind(1, kAlice, "app-alice")), "1:bind(0)");
}

// ---- the exchange ----

TEST(LdapSasl, Rfc4513_5_2_1_3_AbsentCredentialsAskForTheFirstMessage) {
  Named world;
  const auto asked = world.ask_replies(sasl_bind(1, "PLAIN"));
  EXPECT_EQ(describe(asked), "1:bind(14)");
  EXPECT_EQ(asked[0].challenge, "");
  EXPECT_EQ(world.ask(extended(2, ldap::oid::kWhoAmI)), "2:extended(1)");    // 4532-02
  EXPECT_EQ(world.ask(extended(3, ldap::oid::kStartTls)), "3:extended(1)");  // 4511-45
  const auto done = world.ask_replies(sasl_bind(4, "PLAIN", plain("", "alice", "app-alice")));
  EXPECT_EQ(describe(done), "4:bind(0)");
  EXPECT_EQ(done[0].challenge, std::nullopt);
  EXPECT_EQ(world.authz_id(), kAliceId);
}

TEST(LdapSasl, AbsentCredentialsTwiceAreAnAnswer) {
  Named world;
  world.ask(sasl_bind(1, "PLAIN"));
  EXPECT_EQ(world.ask(sasl_bind(2, "PLAIN")), "2:bind(49)");
}

TEST(LdapSasl, Rfc4511_4_2_1_AnotherMechanismOrASimpleBindAbortsTheExchange) {
  Named world(socket_peer(0));
  world.login.users[{kFirst, "akadmin"}] = {1, "x"};
  world.directory.add_name(UserField::username, "akadmin", 1, "akadmin");
  EXPECT_EQ(world.ask(sasl_bind(1, "PLAIN")), "1:bind(14)");
  EXPECT_EQ(world.ask(sasl_bind(2, "EXTERNAL", "")), "2:bind(0)");
  EXPECT_EQ(world.ask(sasl_bind(3, "PLAIN")), "3:bind(14)");
  EXPECT_EQ(world.ask(sasl_bind(4, "EXTERNAL")), "4:bind(14)");
  EXPECT_EQ(world.ask(bind(5, "", "")), "5:bind(0)");
  EXPECT_EQ(world.ask(sasl_bind(6, "EXTERNAL")), "6:bind(14)");  // from the beginning
  EXPECT_EQ(world.ask(message(7, 0x60, Octets{0x04, 0x00})), "7:bind(2)");
  EXPECT_EQ(world.authz_id(), "");
}

TEST(LdapSasl, Rfc4511_4_2_1_AnUnknownOrEmptyMechanismIs7AndAborts) {
  Named world;
  EXPECT_EQ(world.ask(sasl_bind(1, "PLAIN")), "1:bind(14)");
  EXPECT_EQ(world.ask(sasl_bind(2, "")), "2:bind(7)");
  EXPECT_EQ(world.ask(sasl_bind(3, "GSSAPI", "x")), "3:bind(7)");
  EXPECT_EQ(world.ask(sasl_bind(4, "plain", plain("", "alice", "app-alice"))), "4:bind(7)");
  EXPECT_EQ(world.ask(sasl_bind(5, "PLAIN")), "5:bind(14)");
  EXPECT_EQ(world.authz_id().size(), 6U);  // absent: 4532-02
}

TEST(LdapSasl, Rfc4513_4_EveryStepIsAnonymous) {
  Named world;
  world.ask(bind(1, kAlice, "app-alice"));
  EXPECT_EQ(world.ask(sasl_bind(2, "PLAIN")), "2:bind(14)");
  EXPECT_EQ(world.whoami(), "1000:done(50)");
}

// ---- EXTERNAL ----

TEST(LdapExternal, Rfc4513_5_2_3_WithoutAnIdentityIs48) {
  Named world(LdapWorld::remote_peer(true));
  EXPECT_EQ(world.mechanisms(), std::set<std::string>{"PLAIN"});
  EXPECT_EQ(world.ask(sasl_bind(1, "EXTERNAL", "")), "1:bind(48)");
  EXPECT_EQ(world.authz_id(), "");
}

TEST(LdapExternal, Rfc4513_5_2_3_NotBeforeItIsAskedFor) {
  Named world(certified({"CN=alice", "alice", {}, {}, {}}));
  EXPECT_EQ(world.whoami(), "1000:done(50)");
}

TEST(LdapExternal, Ldapi_5_1_TheUidOfThePeerIsMapped) {
  outpost::LdapSettings settings = LdapWorld::with_tls();
  settings.local_users = {{0, "bob"}, {1000, "alice"}, {1001, "nobody"}};
  for (const auto& [uid, answer, id] :
       {std::tuple{0U, "1:bind(0)", "dn:cn=bob,ou=users,dc=ldap,dc=example"},
        {1000U, "1:bind(0)", kAliceId},
        {1001U, "1:bind(48)", ""},
        {1002U, "1:bind(48)", ""}}) {
    Named world(socket_peer(uid), settings);
    EXPECT_EQ(world.mechanisms(), (std::set<std::string>{"EXTERNAL", "PLAIN"}));
    EXPECT_EQ(world.ask(sasl_bind(1, "EXTERNAL", "")), answer) << uid;
    EXPECT_EQ(world.authz_id(), id) << uid;
    EXPECT_EQ(world.login.last_admitted.claim, "uid=" + std::to_string(uid));
  }
}

TEST(LdapExternal, Rfc4513_5_2_3_TheOwnerOfTheCertificate) {
  const std::vector<std::pair<ClientCertificate, std::string>> owners{
      {{"", "alice", {}, {}, {}}, kAliceId},
      {{"", "", {"alice@example.org"}, {}, {}}, kAliceId},
      {{"", "bob", {"alice@example.org"}, {}, {}}, kAliceId},  // the first kind that finds one
      {{"", "alice", {"unknown@example.org"}, {}, {}}, kAliceId},
      {{"", "", {}, {"spiffe://example.org/people/alice"}, {}}, kAliceId},
      {{"", "", {}, {"urn:alice", "x/nobody"}, {}}, ""},
      {{"", "nobody", {}, {}, {}}, ""},
      {{"", "", {}, {}, {}}, ""},
      // two users at once are none of them
      {{"", "", {"alice@example.org", "bob@example.org"}, {}, {}}, ""},
  };
  for (const auto& [certificate, id] : owners) {
    Named world(certified(certificate));
    EXPECT_EQ(world.ask(sasl_bind(1, "EXTERNAL", "")), id.empty() ? "1:bind(49)" : "1:bind(0)");
    EXPECT_EQ(world.authz_id(), id);
  }
}

TEST(LdapExternal, WhichNamesCountIsASetting) {
  outpost::LdapSettings settings = LdapWorld::with_tls();
  settings.certificate_names = {outpost::LdapSettings::CertificateName::email};
  Named world(certified({"", "alice", {}, {}, {}}), settings);
  EXPECT_EQ(world.ask(sasl_bind(1, "EXTERNAL", "")), "1:bind(49)");
}

TEST(LdapExternal, Rfc4513_5_2_1_8_TheAuthorizationIdentityMustBeOnesOwn) {
  Named world(certified({"", "alice", {}, {}, {}}));
  EXPECT_EQ(world.ask(sasl_bind(1, "EXTERNAL", "u:alice")), "1:bind(0)");
  EXPECT_EQ(world.ask(sasl_bind(2, "EXTERNAL", kAliceId)), "2:bind(0)");
  for (const std::string_view other : {"u:bob", "dn:cn=bob,ou=users,dc=ldap,dc=example", "alice"}) {
    EXPECT_EQ(world.ask(sasl_bind(3, "EXTERNAL", other)), "3:bind(49)") << other;
    EXPECT_EQ(world.authz_id(), "");
  }
}

TEST(LdapExternal, AdmissionIsTheApplications) {
  Named world(certified({"", "dave", {}, {}, {}}));
  EXPECT_EQ(world.ask(sasl_bind(1, "EXTERNAL", "")), "1:bind(50)");
}

TEST(LdapExternal, TheServerNameChoosesTheProvider) {
  PeerInfo peer = certified({"", "carol", {}, {}, {}});
  peer.server_name = "Second.example.org";
  Named world(peer);
  world.directory.tls_server_name = "second.example.org";
  world.take_names({});
  EXPECT_EQ(world.ask(sasl_bind(1, "EXTERNAL", "")), "1:bind(0)");
  EXPECT_EQ(world.authz_id(), "dn:cn=carol,ou=users,dc=other");
}

// ---- authorization identity controls ----

TEST(LdapAuthorizationIdentity, Rfc3829_3_ComesWithASuccessfulBindWhenAskedFor) {
  Named world;
  const auto bound = world.ask_replies(
      with_control(bind(1, kAlice, "app-alice"), ldap::oid::kAuthorizationIdentityRequest, true));
  ASSERT_EQ(describe(bound), "1:bind(0)");
  ASSERT_EQ(bound[0].controls.size(), 1U);
  EXPECT_EQ(bound[0].controls[0].first, ldap::oid::kAuthorizationIdentityResponse);
  EXPECT_EQ(bound[0].controls[0].second, kAliceId);
  const auto anonymous = world.ask_replies(
      with_control(bind(2, "", ""), ldap::oid::kAuthorizationIdentityRequest, false));
  ASSERT_EQ(anonymous[0].controls.size(), 1U);
  EXPECT_EQ(anonymous[0].controls[0].second, "");
  const auto refused = world.ask_replies(
      with_control(bind(3, kAlice, "app-wrong"), ldap::oid::kAuthorizationIdentityRequest, true));
  EXPECT_EQ(describe(refused), "3:bind(49)");
  EXPECT_FALSE(refused[0].has_controls);
  EXPECT_FALSE(world.ask_replies(bind(4, kAlice, "app-alice"))[0].has_controls);
}

TEST(LdapWhoAmI, Rfc4532_2_2_TheOctetsOfTheExample) {  // N09
  Named world;
  world.directory.publish({{kFirst, "dc=com"}});
  world.login.users[{kFirst, "u"}] = {20, "app-u"};
  world.ask(bind(1, "cn=u,ou=users,dc=com", "app-u"));
  world.send(extended(2, ldap::oid::kWhoAmI));
  const Octets answer = world.script().take_output();
  const std::string value = "dn:cn=u,ou=users,dc=com";
  Octets expected{0x30,
                  static_cast<std::uint8_t>(14 + value.size()),
                  0x02,
                  0x01,
                  0x02,
                  0x78,
                  static_cast<std::uint8_t>(9 + value.size()),  // ExtendedResponse
                  0x0a,
                  0x01,
                  0x00,
                  0x04,
                  0x00,
                  0x04,
                  0x00,  // success, no texts
                  0x8b,
                  static_cast<std::uint8_t>(value.size())};
  expected.insert(expected.end(), value.begin(), value.end());
  EXPECT_EQ(answer, expected);
}

// ---- short names ----

TEST(LdapShortNames, L04_OnlyWhereTheProviderTakesThem) {
  Named world;
  for (const char* name : {"alice", "alice@example.org", "alice@ldap.example"}) {
    EXPECT_EQ(world.ask(bind(1, name, "app-alice")), "1:bind(34)") << name;
  }
  world.take_names({.username = true, .email = true, .upn = true});
  for (const char* name : {"alice", "alice@example.org", "alice@ldap.example"}) {
    EXPECT_EQ(world.ask(bind(2, name, "app-alice")), "2:bind(0)") << name;
    EXPECT_EQ(world.authz_id(), kAliceId) << name;
    EXPECT_EQ(world.ask(bind(3, name, "app-wrong")), "3:bind(49)") << name;
  }
  EXPECT_EQ(world.ask(bind(4, kAlice, "app-alice")), "4:bind(0)");
  EXPECT_EQ(world.ask(bind(5, "nobody", "app-alice")), "5:bind(49)");
  EXPECT_EQ(world.ask(bind(6, "alice", "")), "6:bind(53)");
}

TEST(LdapShortNames, L04_AnAmbiguousNameIsNobodys) {
  Named world;
  world.directory.add_name(UserField::email, "alice", 8, "bob");  // bob's address is her name
  world.take_names({.username = true, .email = true, .upn = false});
  EXPECT_EQ(world.ask(bind(1, "alice", "app-alice")), "1:bind(49)");
  EXPECT_EQ(world.ask(bind(2, "alice", "app-bob")), "2:bind(49)");
  world.directory.add_name(UserField::email, "shared@example.org", 7, "alice");
  world.directory.add_name(UserField::email, "shared@example.org", 8, "bob");
  EXPECT_EQ(world.ask(bind(3, "shared@example.org", "app-alice")), "3:bind(49)");
}

TEST(LdapShortNames, TheRealmChoosesTheProvider) {
  Named world;
  world.take_names({.username = false, .email = false, .upn = true});
  EXPECT_EQ(world.ask(bind(1, "carol@other", "app-carol")), "1:bind(0)");
  EXPECT_EQ(world.authz_id(), "dn:cn=carol,ou=users,dc=other");
}

// ---- session tracking ----

TEST(LdapSessionTracking, L42_NamesTheClientOnlyFromTrustedPeers) {
  const Octets request = with_control(bind(1, kAlice, "app-alice"), ldap::oid::kSessionTracking,
                                      false, session_tracking("203.0.113.5"));
  Named stranger;
  EXPECT_EQ(stranger.ask(request), "1:bind(0)");
  EXPECT_EQ(stranger.login.last.client, "127.0.0.1");
  PeerInfo peer = LdapWorld::local_peer();
  peer.speaks_for_others = true;
  Named trusted(peer);
  EXPECT_EQ(trusted.ask(request), "1:bind(0)");
  EXPECT_EQ(trusted.login.last.client, "203.0.113.5");
  trusted.ask(with_control(bind(2, kAlice, "app-alice"), ldap::oid::kSessionTracking, true,
                           session_tracking("no address\n")));
  EXPECT_EQ(trusted.login.last.client, "127.0.0.1");
  trusted.ask(bind(3, kAlice, "app-alice"));
  EXPECT_EQ(trusted.login.last.client, "127.0.0.1");
}

}  // namespace
}  // namespace postern::test
