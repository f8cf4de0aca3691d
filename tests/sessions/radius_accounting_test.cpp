// Accounting-Requests through the accounting server.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "outpost/radius/accounting_server.h"
#include "sessions/radius_world.h"
#include "support/fake_network_sessions.h"
#include "support/radius_octets.h"

namespace postern::test {
namespace {

namespace type = radius::type;
using radius::Code;
using std::chrono::seconds;

std::string number(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16 & 0xff),
          static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

struct Report {
  std::uint32_t status = core::accounting::kStart;
  std::uint8_t identifier = 1;
  std::string session = "s1", user = "alice", secret{kSecretText};
  std::vector<std::pair<std::uint8_t, std::string>> more{};
  bool mac = false;
};

class RadiusAccounting : public ::testing::Test {
 protected:
  Octets packet(const Report& report) {
    radius::Writer writer(
        Code::accounting_request, report.identifier,
        report.mac ? radius::Writer::Lead::message_authenticator : radius::Writer::Lead::none);
    if (report.status != 0) writer.add(type::acct_status_type, number(report.status));
    writer.add(type::acct_session_id, report.session);
    writer.add(type::user_name, report.user);
    for (const auto& one : report.more) writer.add(one.first, one.second);
    return std::move(writer).finish_signed_request(radius::as_octets(report.secret), world.digests);
  }
  void deliver(const Octets& octets, std::string_view from = "10.1.2.3") {
    DatagramIo io{world.now, world.sends, world.runs, world.timer};
    server.datagram(io, RadiusWorld::peer(from), octets);
  }
  void work(bool lane_takes = true) {
    while (!world.runs.empty()) {
      const postern::Run run = world.runs.front();
      world.runs.erase(world.runs.begin());
      DatagramIo io{world.now, world.sends, world.runs, world.timer};
      if (lane_takes) run.work->run();
      lane_takes ? server.done(io, run.id) : server.refused(io, run.id);
    }
  }
  // The answer's code as a word.
  std::string tell(const Report& report, std::string_view from = "10.1.2.3") {
    world.sends.clear();
    const Octets octets = packet(report);
    deliver(octets, from);
    work();
    if (world.sends.empty()) return "silence";
    return is_response(world.sends.back().octets, octets, report.secret) ? "response" : "broken";
  }
  // Proves itself, and carries back what belongs to proxies alone.
  bool is_response(const Octets& octets, const Octets& request, std::string_view secret) {
    const auto reply = radius::decode_packet(octets);
    radius::Authenticator authenticator{};
    std::copy_n(request.begin() + 4, authenticator.size(), authenticator.begin());
    return reply && reply->code == Code::accounting_response && reply->identifier == request[1] &&
           reply->count(type::proxy_state) == reply->attributes.size() &&
           radius::check_response_authenticator(*reply, authenticator, radius::as_octets(secret),
                                                world.digests);
  }
  core::NetworkSession& one() {
    EXPECT_EQ(store.sessions.all.size(), 1U);
    return store.sessions.all.at(0);
  }

  RadiusWorld world;
  NetworkStore store;
  outpost::LoginClass classes{world.states};
  outpost::AccountingServer server{world.services, world.server.clients(), classes, store.sessions};
};

TEST_F(RadiusAccounting, Rfc2866_4_1_AStartIsStoredAndAnswered) {
  Report report;
  report.more = {{type::nas_identifier, "gateway"},
                 {type::framed_ip_address, std::string("\x0a\x09\x08\x07", 4)},
                 {type::calling_station_id, "02-00-00-00-00-01"}};
  EXPECT_EQ(tell(report), "response");
  EXPECT_TRUE(one().live());
  EXPECT_EQ(one().framed_address, "10.9.8.7");
  EXPECT_EQ(one().nas_identifier, "gateway");
  EXPECT_EQ(one().calling_station, "02-00-00-00-00-01");
  EXPECT_EQ(one().provider, kWifi);
  EXPECT_EQ(one().client, "10.1.2.3");
}

TEST_F(RadiusAccounting, Rfc2866_2_NoAnswerBeforeItIsStored) {
  deliver(packet({}));
  EXPECT_TRUE(world.sends.empty());
  EXPECT_TRUE(store.sessions.all.empty());
  work();
  EXPECT_EQ(world.sends.size(), 1U);
}

TEST_F(RadiusAccounting, Rfc2866_2_NoAnswerWhileTheStoreIsAway) {
  store.sessions.away = true;
  EXPECT_EQ(tell({}), "silence");
  store.sessions.away = false;
  EXPECT_EQ(tell({}), "response") << "the retransmission is served";
  EXPECT_EQ(store.sessions.all.size(), 1U);
}

TEST_F(RadiusAccounting, AFullLaneIsSilenceAndForgotten) {
  deliver(packet({}));
  work(false);
  EXPECT_TRUE(world.sends.empty());
  EXPECT_EQ(tell({}), "response");
}

TEST_F(RadiusAccounting, Rfc2866_3_TheRequestAuthenticatorIsChecked) {
  Report report;
  report.secret = "another";
  EXPECT_EQ(tell(report), "silence");
  EXPECT_TRUE(store.sessions.all.empty());
  EXPECT_EQ(world.last_cause(), "wrong Request Authenticator (usually another shared secret)");
  Octets octets = packet({});
  octets.back() ^= 1;  // Rfc5080_2_3_3
  deliver(octets);
  EXPECT_TRUE(world.runs.empty());
}

TEST_F(RadiusAccounting, Rfc2869_5_14_MessageAuthenticatorIsCheckedIfPresent) {
  Report report;
  report.mac = true;
  EXPECT_EQ(tell(report), "response");
  Octets octets = packet(report);
  octets[22] ^= 1;  // the attribute; then the Request Authenticator made right again
  const auto secret = radius::as_octets(kSecretText);
  const radius::Authenticator zeros{};
  const auto right =
      world.digests.md5({OctetView(octets).first(4), zeros, OctetView(octets).subspan(20), secret});
  std::copy(right.begin(), right.end(), octets.begin() + 4);
  world.sends.clear();
  deliver(octets);
  work();
  EXPECT_TRUE(world.sends.empty());
}

TEST_F(RadiusAccounting, SecretsAreToldApartWithoutMessageAuthenticator) {
  world.add_vpn();
  world.publish();
  Report report;
  report.secret = "radius-secret-2";
  EXPECT_EQ(tell(report), "response");
  EXPECT_EQ(one().provider, kVpn);
}

TEST_F(RadiusAccounting, Rfc2866_5_13_WhatMayNotStandThereIsDiscarded) {
  // EAP-Message: RFC 3579 3.3.
  for (const std::uint8_t kind : {type::user_password, type::chap_password, type::state,
                                  type::reply_message, type::eap_message}) {
    Report report;
    report.more = {{kind, std::string(16, 'x')}};
    EXPECT_EQ(tell(report), "silence") << int{kind};
  }
}

TEST_F(RadiusAccounting, Rfc2866_5_5_NoSessionIdNoReport) {
  Report report;
  report.session.clear();
  EXPECT_EQ(tell(report), "silence");
  report.status = core::accounting::kOn;
  EXPECT_EQ(tell(report), "response") << "the whole NAS is meant";
  Report none;
  none.status = 0;
  EXPECT_EQ(tell(none), "silence");
}

TEST_F(RadiusAccounting, Rfc2866_5_1_OtherKindsAreStoredToo) {
  Report report;
  report.status = 15;  // Failed
  EXPECT_EQ(tell(report), "response");
  EXPECT_EQ(store.sessions.all.size(), 1U);
}

TEST_F(RadiusAccounting, Rfc5080_2_2_2_DuplicatesGetTheSameAnswerAndAreStoredOnce) {
  const Octets octets = packet({});
  deliver(octets);
  deliver(octets);  // while the first is being stored
  work();
  ASSERT_EQ(world.sends.size(), 1U);
  deliver(octets);
  work();
  ASSERT_EQ(world.sends.size(), 2U);
  EXPECT_EQ(world.sends[0].octets, world.sends[1].octets);
  EXPECT_EQ(store.sessions.transactions, 1);
}

TEST_F(RadiusAccounting, WhatArrivesMeanwhileSharesOneTransaction) {
  for (int i = 0; i < 50; ++i) {
    Report report;
    report.identifier = static_cast<std::uint8_t>(i);
    report.session = "s" + std::to_string(i);
    deliver(packet(report));
  }
  EXPECT_EQ(world.runs.size(), 1U);
  work();
  EXPECT_EQ(world.sends.size(), 50U);
  EXPECT_EQ(store.sessions.transactions, 2);
}

TEST_F(RadiusAccounting, Rfc2869_5_1_Gigawords) {
  Report report;
  report.status = core::accounting::kInterim;
  report.more = {{type::acct_input_octets, number(7)},
                 {type::acct_input_gigawords, number(3)},
                 {type::acct_session_time, number(60)}};
  EXPECT_EQ(tell(report), "response");
  EXPECT_EQ(one().in_octets, 3 * (std::int64_t{1} << 32) + 7);
  EXPECT_EQ(one().seconds, 60);
  EXPECT_EQ(one().started, world.clock.wall() - 60'000);
}

TEST_F(RadiusAccounting, Rfc2866_5_2_DelayTimeTellsWhenItHappened) {
  Report report;
  report.more = {{type::acct_delay_time, number(30)}};
  tell(report);
  EXPECT_EQ(one().started, world.clock.wall() - 30'000);
}

TEST_F(RadiusAccounting, Rfc2869_5_3_EventTimestampDoesItWithoutDelayTime) {
  const auto stamp = static_cast<std::uint32_t>(world.clock.wall() / 1000);
  Report report;
  report.more = {{type::event_timestamp, number(stamp - 100)}};
  tell(report);
  EXPECT_EQ(one().started, std::int64_t{stamp - 100} * 1000);
  store.sessions.all.clear();
  report.session = "wrong clock";
  report.identifier = 2;
  report.more = {{type::event_timestamp, number(12)}};
  tell(report);
  EXPECT_EQ(one().started, world.clock.wall());
}

TEST_F(RadiusAccounting, Rfc3162_Ipv6) {
  const std::string address("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16);
  Report report;
  report.more = {{type::nas_ipv6_address, address},
                 {type::framed_ipv6_prefix, std::string("\0\x40\x20\x01\x0d\xb8\0\x01", 8)},
                 {type::framed_ipv6_address, address},
                 {type::framed_ipv6_prefix, std::string("\0\xff", 2)}};
  EXPECT_EQ(tell(report), "response");
  EXPECT_EQ(one().nas_address, "2001:db8::7");
  EXPECT_EQ(one().framed_ipv6, "2001:db8:1::/64 2001:db8::7");
}

TEST_F(RadiusAccounting, TheClassOfALoginLeadsToItsUser) {
  core::LoginRecord user;
  user.pk = 5;
  user.username = "alice";
  world.directory.add(user);
  Report report;
  report.user = "anonymous@example.org";
  report.more = {{type::class_, "of somebody else"},
                 {type::class_, classes.seal({kWifi, 5, 3, 1000, 77, 600, true})}};
  tell(report);
  EXPECT_EQ(one().user, 5);
  EXPECT_EQ(one().username, "alice");
  EXPECT_EQ(one().outer_name, "anonymous@example.org");
  EXPECT_EQ(one().login.credential, 77U);
  EXPECT_EQ(one().login.interim, 600U);
}

TEST_F(RadiusAccounting, TheClassOfAnotherProviderTiesNothing) {
  Report report;
  report.more = {{type::class_, classes.seal({kVpn, 5, 3, 1000, 0, 0, true})}};
  tell(report);
  EXPECT_EQ(one().user, 0);
  EXPECT_EQ(one().login.at, 0);
}

TEST_F(RadiusAccounting, Rfc5997_4_2_StatusServerGetsAnAccountingResponse) {
  Ask ask;
  ask.code = Code::status_server;
  ask.user = ask.password = "";
  const Octets octets = world.packet(ask);
  deliver(octets);
  ASSERT_EQ(world.sends.size(), 1U);
  EXPECT_EQ(world.read(world.sends[0].octets, octets, kSecretText).code, Code::accounting_response);
  store.sessions.away = true;
  tell({});
  deliver(octets);
  EXPECT_TRUE(world.sends.empty()) << "Rfc5997_4_4: it does not claim to work";
}

TEST_F(RadiusAccounting, Rfc5997_3_StatusServerWithCredentialsIsDropped) {
  Ask ask;
  ask.code = Code::status_server;
  deliver(world.packet(ask));
  EXPECT_TRUE(world.sends.empty());
  EXPECT_EQ(world.last_cause(), "Status-Server with credentials");
}

TEST_F(RadiusAccounting, Rfc2865_5_25_OursIsFoundAmongSeveralClasses) {
  core::LoginTie login;
  login.provider = kWifi;
  login.user = 9;
  Report report;
  report.more = {{type::class_, std::string(253, 'x')},
                 {type::class_, classes.seal(login)},
                 {type::class_, std::string("\0z", 2)}};
  EXPECT_EQ(tell(report), "response");
  EXPECT_EQ(one().user, 9);
}

TEST_F(RadiusAccounting, Rfc2866_4_2_ProxyStatesComeBackAndNothingElse) {
  Report report;
  report.more = {{type::proxy_state, "one"}, {type::class_, "x"}, {type::proxy_state, "two"}};
  const Octets octets = packet(report);
  deliver(octets);
  work();
  ASSERT_TRUE(is_response(world.sends.at(0).octets, octets, kSecretText));
  const auto reply = radius::decode_packet(world.sends[0].octets);
  ASSERT_EQ(reply->attributes.size(), 2U);
  EXPECT_EQ(radius::as_text(reply->attributes[0].value), "one");
  EXPECT_EQ(radius::as_text(reply->attributes[1].value), "two");
}

TEST_F(RadiusAccounting, TextsThatAreNoTextAreEscaped) {
  Report report;
  report.session = std::string("a\0b\xff", 4);
  EXPECT_EQ(tell(report), "response");
  EXPECT_EQ(one().session_id.find('\0'), std::string::npos);
}

// A NAS that sends again until it is answered, over a network that loses, doubles and turns round.
TEST_F(RadiusAccounting, OverALossyNetworkEachSessionIsKeptOnceAndWhole) {
  constexpr std::uint8_t kSessions = 60;
  std::minstd_rand chance(1);
  std::map<std::uint8_t, Octets> unanswered;
  const auto send_all = [&] {
    std::vector<Octets> wire;
    for (const auto& [identifier, octets] : unanswered) {
      if (chance() % 10 < 3) continue;
      wire.push_back(octets);
      if (chance() % 10 < 3) wire.push_back(octets);
    }
    std::shuffle(wire.begin(), wire.end(), chance);
    for (const Octets& octets : wire) {
      deliver(octets);
      if (chance() % 4 == 0) work(chance() % 10 != 0);
    }
    work();
    for (const Outgoing& one : world.sends) {
      if (chance() % 10 < 7) unanswered.erase(one.octets[1]);
    }
    world.sends.clear();
    world.now += seconds(3);
  };
  for (std::uint8_t i = 0; i < kSessions; ++i) {
    std::uint8_t identifier = static_cast<std::uint8_t>(i * 4);
    for (const std::uint32_t status :
         {core::accounting::kStart, core::accounting::kInterim, core::accounting::kStop}) {
      Report report;
      report.status = status;
      report.identifier = identifier++;
      report.session = "s" + std::to_string(i);
      report.more = {{type::acct_session_time, number(status == core::accounting::kStop ? 90 : 60)},
                     {type::acct_input_octets, number(status * 100)}};
      unanswered.emplace(report.identifier, packet(report));
    }
  }
  for (int turn = 0; turn < 100 && !unanswered.empty(); ++turn) send_all();
  EXPECT_TRUE(unanswered.empty());
  ASSERT_EQ(store.sessions.all.size(), kSessions);
  for (const core::NetworkSession& one : store.sessions.all) {
    EXPECT_FALSE(one.live());
    EXPECT_EQ(one.in_octets, 300);
    EXPECT_EQ(one.seconds, 90);
    EXPECT_TRUE(one.start_seen);
  }
}

}  // namespace
}  // namespace postern::test
