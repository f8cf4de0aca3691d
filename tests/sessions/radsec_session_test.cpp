// RADIUS over a TLS connection: framing, what ends it, what is answered at once, work in order.

#include "outpost/radius/radsec_session.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "outpost/radius/radsec_servers.h"
#include "outpost/radius/tls_client.h"
#include "radius_world.h"
#include "support/fake_network_sessions.h"

namespace postern::test {
namespace {

namespace type = radius::type;

// The servers of one connection, driven as net/connection drives it.
class RadsecSessionTest : public ::testing::Test {
 protected:
  RadsecSessionTest() {
    world.wifi().radsec.clients = {"nas.example.org"};
    world.wifi().networks = {*core::parse_network("203.0.113.0/24")};  // TLS does not ask for one
    world.publish();
    PeerInfo peer;
    auto certificate = std::make_shared<ClientCertificate>();
    certificate->dns_names = {"NAS.example.org"};
    peer.certificate = certificate;
    known = outpost::tls_client_of(peer);
    connect();
  }
  void connect() {
    out.clear();
    session = std::make_unique<outpost::RadsecSession>(
        std::make_unique<outpost::RadsecServers>(world.services, sessions, known),
        RadiusWorld::peer(),
        outpost::RadsecSession::Settings{
            std::chrono::minutes(5), {}, &links, known, [this] { return trusted; }});
    event([](StreamSession& s, Io& io) { return s.start(io); });
  }

  template <typename Event>
  void event(Event&& call) {
    Io io{out, unsent, world.now, nullptr};
    wants = call(*session, io);
    if (wants.run) runs.push_back(*wants.run);
    while (wants.again) {
      Io next{out, unsent, world.now, nullptr};
      wants = session->wake(next);
      if (wants.run) runs.push_back(*wants.run);
    }
  }
  void send(OctetView octets) {
    event([&](StreamSession& s, Io& io) { return s.bytes(io, octets); });
  }
  void pass(std::chrono::milliseconds time) {
    world.now += time;
    if (wants.timer && *wants.timer <= world.now) {
      event([](StreamSession& s, Io& io) { return s.timer(io); });
    }
  }
  void work() {
    while (!runs.empty()) {
      const postern::Run run = runs.front();
      runs.erase(runs.begin());
      run.work->run();
      event([&](StreamSession& s, Io& io) { return s.done(io, run.id); });
    }
  }
  Ask ask(std::uint8_t identifier, std::string_view password = "wonder") const {
    Ask made;
    made.identifier = identifier;
    made.password = password;
    made.secret = std::string(outpost::kRadsecSecret);
    made.mac = false;
    return made;
  }
  // Identifier and code of each answer so far.
  std::string answers() const {
    std::string text;
    for (std::size_t at = 0; at + 4 <= out.size();) {
      text += std::to_string(out[at + 1]) + ":" + std::to_string(out[at]) + " ";
      at += static_cast<std::size_t>(out[at + 2]) << 8 | out[at + 3];
    }
    return text;
  }

  RadiusWorld world;
  KeptSessions sessions;
  outpost::RadsecLinks links;
  outpost::TlsClient known;
  bool trusted = true;
  std::unique_ptr<outpost::RadsecSession> session;
  Octets out;
  std::size_t unsent = 0;
  Wants wants;
  std::vector<postern::Run> runs;
};

TEST_F(RadsecSessionTest, Rfc6614_2_3_TheSecretIsRadsec) {
  const Octets request = world.packet(ask(7));
  send(request);
  work();
  EXPECT_EQ(world.read(out, request, outpost::kRadsecSecret).code, radius::Code::access_accept);
}

TEST_F(RadsecSessionTest, Rfc6613_2_6_PacketsAreCutByTheirLength) {
  Octets stream;
  for (std::uint8_t identifier = 1; identifier <= 3; ++identifier) {
    const Octets one = world.packet(ask(identifier, identifier == 2 ? "wrong" : "wonder"));
    stream.insert(stream.end(), one.begin(), one.end());
  }
  for (const std::uint8_t octet : stream) send({&octet, 1});
  work();
  EXPECT_EQ(answers(), "1:2 2:3 3:2 ");
  out.clear();
  send(stream);
  work();
  EXPECT_EQ(answers(), "1:2 2:3 3:2 ");
}

TEST_F(RadsecSessionTest, Rfc6614_2_5_AccountingIsStoredThenAnsweredBesideLogins) {
  radius::Writer writer(radius::Code::accounting_request, 5, radius::Writer::Lead::none);
  writer.add_number(type::acct_status_type, core::accounting::kStart);
  writer.add(type::acct_session_id, "over-tls");
  writer.add(type::user_name, "alice");
  Octets stream = std::move(writer).finish_signed_request(radius::as_octets(outpost::kRadsecSecret),
                                                          world.digests);
  const Octets login = world.packet(ask(6));
  stream.insert(stream.end(), login.begin(), login.end());
  send(stream);
  EXPECT_EQ(answers(), "") << "neither before it is decided and stored";
  work();
  EXPECT_EQ(answers(), "5:5 6:2 ");
  ASSERT_EQ(sessions.all.size(), 1U);
  EXPECT_EQ(sessions.all[0].session_id, "over-tls");
}

// Whatever proves itself by a secret and does not ends the connection, and nothing is done.
TEST_F(RadsecSessionTest, Rfc6613_2_6_4_AWrongAuthenticatorEndsIt) {
  const auto forged = [this](radius::Code code, radius::Writer::Lead lead) {
    radius::Writer writer(code, 5, lead);
    writer.add_number(type::acct_status_type, core::accounting::kStart);
    writer.add(type::acct_session_id, "forged");
    return std::move(writer).finish_signed_request(radius::as_octets("another"), world.digests);
  };
  Ask login = ask(6);
  login.secret = "another";
  login.mac = true;
  const std::vector<Octets> all{
      forged(radius::Code::accounting_request, radius::Writer::Lead::none),
      forged(radius::Code::disconnect_request, radius::Writer::Lead::none),
      forged(radius::Code::coa_request, radius::Writer::Lead::message_authenticator),
      world.packet(login)};
  for (const Octets& octets : all) {
    connect();
    send(octets);
    work();
    EXPECT_TRUE(wants.close) << int{octets[0]};
    EXPECT_EQ(answers(), "");
  }
  EXPECT_TRUE(sessions.all.empty());
}

TEST_F(RadsecSessionTest, Rfc6613_2_6_4_AnUnknownCodeEndsIt) {
  Octets octets = world.packet(ask(1));
  octets[0] = 99;
  send(octets);
  EXPECT_TRUE(wants.close);
}

TEST_F(RadsecSessionTest, Rfc6613_2_6_4_ALengthThatNoPacketHasEndsIt) {
  send(Octets{1, 1, 0, 19});
  EXPECT_TRUE(wants.close);
  EXPECT_FALSE(wants.read);
}

TEST_F(RadsecSessionTest, Rfc6613_2_6_4_MoreThan4096OctetsEndIt) {
  send(Octets{1, 1, 0x10, 1});
  EXPECT_TRUE(wants.close);
}

TEST_F(RadsecSessionTest, Rfc6613_2_6_4_AttributesThatDoNotFitEndItAndWhatRunsIsCancelled) {
  send(world.packet(ask(1)));
  ASSERT_EQ(runs.size(), 1u);
  Octets broken(22, 0);
  broken[0] = 1;
  broken[3] = 22;
  broken[20] = 1;
  broken[21] = 40;
  send(broken);
  EXPECT_TRUE(wants.close);
  EXPECT_TRUE(runs.front().work->cancelled());
  work();
  EXPECT_TRUE(out.empty());
}

TEST_F(RadsecSessionTest, Rfc6614_2_5_AnUnwantedDisconnectIsRefusedWith406) {
  radius::Writer writer(radius::Code::disconnect_request, 9, radius::Writer::Lead::none);
  writer.add(type::user_name, "alice");
  for (const char* one : {"first", "second"}) writer.add(type::proxy_state, one);
  send(std::move(writer).finish_signed_request(radius::as_octets(outpost::kRadsecSecret),
                                               world.digests));
  EXPECT_EQ(answers(), "9:42 ");
  const auto answer = radius::decode_packet(out);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->number(101), 406u);
  // Rfc5176_3_1
  ASSERT_EQ(answer->count(type::proxy_state), 2u);
  EXPECT_EQ(answer->text(type::proxy_state), "first");
}

TEST_F(RadsecSessionTest, Rfc8559_WhatIsToBeAskedGoesOutAndItsAnswerComesBack) {
  core::NetworkSession of_nas;
  of_nas.client = "10.1.2.3";
  of_nas.nas_identifier = "gateway";
  const auto link = links.find(of_nas, world.wifi());
  ASSERT_NE(link, 0u) << "the only connection from there";
  ASSERT_TRUE(links.send(link, {43, 7, 0, 20}));
  pass(outpost::RadsecSession::kLook);
  EXPECT_EQ(out, (Octets{43, 7, 0, 20}));
  out.clear();
  radius::Writer writer(radius::Code::coa_nak, 7, radius::Writer::Lead::none);
  const Octets answer = std::move(writer).finish_reply({}, radius::as_octets("any"), world.digests);
  send(answer);
  EXPECT_FALSE(wants.close) << "who asked judges it";
  const auto came = links.take_answers();
  ASSERT_EQ(came.size(), 1u);
  EXPECT_EQ(came[0].link, link);
  EXPECT_EQ(came[0].octets, answer);
  send(answer);
  EXPECT_TRUE(links.take_answers().empty()) << "nobody asked that";
  session.reset();
  EXPECT_FALSE(links.is_open(link));
  EXPECT_FALSE(links.send(link, answer));
}

TEST_F(RadsecSessionTest, Rfc8559_AmongSeveralConnectionsTheOneThatTheNasReportsByIsMeant) {
  const auto other = links.open(RadiusWorld::peer().address, known);
  const auto stranger = links.open(RadiusWorld::peer("10.9.9.9").address, known);
  core::NetworkSession of_nas;
  of_nas.client = "10.1.2.3";
  of_nas.nas_identifier = "gateway";
  EXPECT_EQ(links.find(of_nas, world.wifi()), 0u) << "either could be";
  radius::Writer writer(radius::Code::accounting_request, 5, radius::Writer::Lead::none);
  writer.add_number(type::acct_status_type, core::accounting::kStart);
  writer.add(type::acct_session_id, "s");
  writer.add(type::nas_identifier, "gateway");
  send(std::move(writer).finish_signed_request(radius::as_octets(outpost::kRadsecSecret),
                                               world.digests));
  const auto found = links.find(of_nas, world.wifi());
  EXPECT_TRUE(found != 0 && found != other && found != stranger);
  core::RadiusProvider foreign = world.wifi();
  foreign.radsec.clients = {"another.example.org"};
  EXPECT_EQ(links.find(of_nas, foreign), 0u);
}

TEST_F(RadsecSessionTest, RadiusdtlsBis_3_3_1_WhoIsNoLongerTrustedHasToComeAgain) {
  send(world.packet(ask(1)));
  pass(outpost::RadsecSession::kLook);
  EXPECT_FALSE(wants.close);
  trusted = false;
  pass(outpost::RadsecSession::kLook);
  EXPECT_TRUE(wants.close);
  EXPECT_TRUE(runs.front().work->cancelled());
}

TEST_F(RadsecSessionTest, ProxyStateNeedsNoMessageAuthenticatorInsideTls) {
  Ask made = ask(4);
  made.proxy_states = {"a"};
  send(world.packet(made));
  work();
  EXPECT_EQ(answers(), "4:2 ");
}

TEST_F(RadsecSessionTest, RadiusdtlsBis_3_3_AProviderThatForgetsTheClientIsAskedNoMore) {
  world.wifi().radsec.clients = {"another.example.org"};
  world.publish();
  send(world.packet(ask(4)));
  work();
  EXPECT_EQ(answers(), "");
  EXPECT_EQ(world.last_cause(), "unknown client");
}

TEST_F(RadsecSessionTest, ReadingPausesWhileTooMuchRunsAndGoesOnAfterwards) {
  Octets stream;
  for (int i = 0; i < 300; ++i) {
    Ask made = ask(static_cast<std::uint8_t>(i));
    made.salt = static_cast<std::uint8_t>(i / 256);
    const Octets one = world.packet(made);
    stream.insert(stream.end(), one.begin(), one.end());
  }
  send(stream);
  EXPECT_EQ(runs.size(), outpost::RadsecSession::kMostRunning);
  EXPECT_FALSE(wants.read);
  work();
  EXPECT_TRUE(wants.read);
  const std::string all = answers();
  EXPECT_EQ(std::count(all.begin(), all.end(), ' '), 300);
}

TEST_F(RadsecSessionTest, AnIdleConnectionIsClosed) {
  for (int i = 0; i < 4; ++i) pass(std::chrono::minutes(1));
  EXPECT_FALSE(wants.close);
  pass(std::chrono::minutes(1));
  EXPECT_TRUE(wants.close);
}

TEST(TlsClient, Rfc6125_6_4_4_TheCommonNameCountsWithoutDnsNamesAlone) {
  PeerInfo peer;
  auto certificate = std::make_shared<ClientCertificate>();
  certificate->common_name = "nas";
  peer.certificate = certificate;
  core::RadiusProvider provider;
  provider.radsec.clients = {"nas"};
  EXPECT_TRUE(outpost::tls_client_of(peer).may_use(provider));
  certificate->dns_names = {"other.example.org"};
  EXPECT_FALSE(outpost::tls_client_of(peer).may_use(provider));
  provider.radsec.clients = {"cn:nas"};
  EXPECT_TRUE(outpost::tls_client_of(peer).may_use(provider));
  certificate->common_name = "sha256:" + std::string(64, 'a');
  certificate->dns_names.clear();
  provider.radsec.clients = {"sha256:" + std::string(64, 'a')};
  EXPECT_FALSE(outpost::tls_client_of(peer).may_use(provider)) << "a name is no fingerprint";
  certificate->sha256 = std::string(64, 'a');
  EXPECT_TRUE(outpost::tls_client_of(peer).may_use(provider));
}

TEST(TlsClient, NobodyMayUseAProviderThatNamesNobody) {
  core::RadiusProvider provider;
  EXPECT_FALSE(outpost::tls_client_of(PeerInfo{}).may_use(provider));
  PeerInfo peer;
  peer.psk_identity = "nas";
  EXPECT_FALSE(outpost::tls_client_of(peer).may_use(provider));
  provider.radsec.keys.push_back({"nas", "blob"});
  EXPECT_TRUE(outpost::tls_client_of(peer).may_use(provider));
}

TEST(RadsecSettings, WhatCannotBeMeantIsRefused) {
  const auto problem = [](boost::json::value value) {
    return core::parse_radsec_settings(value).problem.value_or("");
  };
  EXPECT_EQ(problem({{"clients", {"nas", "sha256:" + std::string(64, '0')}}}), "");
  EXPECT_EQ(problem({{"psk", {{"nas", "0123456789abcdef"}}}}), "");
  EXPECT_NE(problem({{"clients", {"sha256:12"}}}), "");
  EXPECT_NE(problem({{"clients", "nas"}}), "");
  EXPECT_NE(problem({{"psk", {{"nas", "short"}}}}), "");
  EXPECT_NE(problem({{"psk", {{"", "0123456789abcdef"}}}}), "");
  EXPECT_NE(problem({{"psk", {{"nas", "hex:0102"}}}}), "");
  EXPECT_NE(problem({{"other", 1}}), "");
  EXPECT_NE(problem("nas"), "");
}

}  // namespace
}  // namespace postern::test
