// Disconnect and CoA: what is sent, what counts as an answer, who is disconnected when.

#include <gtest/gtest.h>

#include <algorithm>

#include "outpost/radius/disconnector.h"
#include "sessions/radius_world.h"
#include "support/fake_network_sessions.h"

namespace postern::test {
namespace {

namespace type = radius::type;
using outpost::DynamicKind;
using radius::Code;
using std::chrono::milliseconds;
using std::chrono::seconds;

core::NetworkSession a_session(core::UserId user, std::string id = "s1") {
  core::NetworkSession session;
  session.provider = kWifi;
  session.user = user;
  session.username = "alice";
  session.outer_name = "anonymous";
  session.session_id = std::move(id);
  session.client = "10.1.2.3";
  session.nas_identifier = "gateway";
  session.nas_address = "192.0.2.1";
  session.calling_station = "02-00-00-00-00-01";
  return session;
}

class RadiusDynamic : public ::testing::Test {
 protected:
  RadiusDynamic() {
    world.wifi().application = std::make_shared<core::Application>();
    world.publish();
    for (const core::UserId pk : {5, 6}) {
      core::LoginRecord user;
      user.pk = pk;
      user.username = "alice";
      user.is_active = true;
      world.directory.add(user);
      put(a_session(pk, "s" + std::to_string(pk)));
    }
    engine.send_from(3);
  }
  void put(core::NetworkSession session) {
    session.pk = static_cast<std::int64_t>(store.sessions.all.size()) + 1;
    session.started = session.seen = world.clock.wall();
    store.sessions.all.push_back(session);
  }
  // Time passes in steps of the engine's; work runs at once.
  void pass(milliseconds time) {
    for (const Instant end = world.now + time; world.now < end;) {
      world.now += milliseconds(100);
      world.clock.advance(milliseconds(100));
      DatagramIo io{world.now, world.sends, world.runs, world.timer};
      if (!world.timer || *world.timer <= world.now) {
        world.timer.reset();
        engine.timer(io);
      }
      while (!world.runs.empty()) {
        const postern::Run run = world.runs.front();
        world.runs.erase(world.runs.begin());
        run.work->run();
        engine.done(io, run.id);
      }
    }
  }
  void disable(core::UserId user) {
    world.directory.users[user].is_active = false;
    core::StoredUser stored;
    stored.pk = user;
    world.directory.fresh.applied = store.put_user(std::move(stored));
  }
  // As the NAS that got `request` answers it.
  void answer(const Outgoing& request, Code code, std::uint32_t cause = 0,
              std::string_view secret = kSecretText) {
    radius::Writer writer(code, request.octets[1], radius::Writer::Lead::none);
    if (cause != 0) writer.add_number(type::error_cause, cause);
    radius::Authenticator authenticator{};
    std::copy_n(request.octets.begin() + 4, authenticator.size(), authenticator.begin());
    const Octets octets =
        std::move(writer).finish_reply(authenticator, radius::as_octets(secret), world.digests);
    DatagramPeer from;
    from.address = request.to.address;
    from.port = request.to.port;
    from.socket = 3;
    DatagramIo io{world.now, world.sends, world.runs, world.timer};
    engine.datagram(io, from, octets);
  }

  RadiusWorld world;
  NetworkStore store;
  core::fake::KeptEvents events;
  outpost::Disconnector engine{world.services, store, events};
};

TEST_F(RadiusDynamic, Rfc5176_2_3_TheRequestProvesItselfAndNamesTheSession) {
  const auto request =
      outpost::dynamic_request(DynamicKind::disconnect, 7, a_session(5), {}, 1'700'000'000'000,
                               radius::as_octets(kSecretText), world.digests);
  ASSERT_TRUE(request.has_value());
  const auto packet = radius::decode_packet(request->octets);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->code, Code::disconnect_request);
  const OctetView secret = radius::as_octets(kSecretText);
  EXPECT_TRUE(radius::check_request_authenticator(*packet, secret, world.digests));
  EXPECT_EQ(radius::check_message_authenticator(*packet, secret, world.digests),
            radius::MacCheck::right);
  EXPECT_EQ(packet->number(type::event_timestamp), 1'700'000'000U);  // Rfc5176_6_3
  EXPECT_EQ(packet->text(type::user_name), "anonymous");
  EXPECT_EQ(packet->text(type::acct_session_id), "s1");
  EXPECT_EQ(packet->text(type::nas_identifier), "gateway");
  EXPECT_EQ(packet->number(type::nas_ip_address), 0xc0000201U);
}

TEST_F(RadiusDynamic, Rfc5176_3_ADisconnectCarriesOnlyWhatNamesTheSession) {
  const auto request =
      outpost::dynamic_request(DynamicKind::disconnect, 7, a_session(5), {}, 1'700'000'000'000,
                               radius::as_octets(kSecretText), world.digests);
  const auto packet = radius::decode_packet(request->octets);
  for (const radius::Attribute& one : packet->attributes) {
    const bool names = one.type == type::user_name || one.type == type::nas_ip_address ||
                       one.type == type::nas_identifier || one.type == type::calling_station_id ||
                       one.type == type::acct_session_id || one.type == type::event_timestamp ||
                       one.type == type::message_authenticator;
    EXPECT_TRUE(names) << int{one.type};
  }
}

TEST_F(RadiusDynamic, Rfc5176_3_5_ErrorCausesCountWhereTheyBelong) {
  const auto secret = radius::as_octets(kSecretText);
  const auto request = outpost::dynamic_request(DynamicKind::change, 7, a_session(5), {},
                                                1'700'000'000'000, secret, world.digests);
  const auto reply = [&](Code code, std::uint8_t identifier, std::uint32_t cause,
                         std::string_view by = kSecretText) {
    radius::Writer writer(code, identifier, radius::Writer::Lead::message_authenticator);
    if (cause != 0) writer.add_number(type::error_cause, cause);
    return outpost::read_dynamic_answer(
        *request,
        std::move(writer).finish_reply(request->authenticator(), radius::as_octets(by),
                                       world.digests),
        secret, world.digests);
  };
  EXPECT_EQ(outpost::answer_text(*reply(Code::coa_ack, 7, 0)), "ack");
  EXPECT_EQ(outpost::answer_text(*reply(Code::coa_ack, 7, 201)),
            "ack 201 Residual-Context-Removed");
  EXPECT_EQ(outpost::answer_text(*reply(Code::coa_ack, 7, 503)), "ack");
  EXPECT_EQ(outpost::answer_text(*reply(Code::coa_nak, 7, 503)),
            "nak 503 Session-Context-Not-Found");
  EXPECT_TRUE(reply(Code::coa_nak, 7, 503)->gone());
  EXPECT_FALSE(reply(Code::coa_nak, 7, 201)->gone());
  EXPECT_FALSE(reply(Code::coa_ack, 8, 0)) << "another Identifier";
  EXPECT_FALSE(reply(Code::disconnect_ack, 7, 0)) << "another kind";
  EXPECT_FALSE(reply(Code::coa_ack, 7, 0, "another")) << "another secret";
  // Rfc5176_3_4: a Message-Authenticator that is there has to be right.
  radius::Writer writer(Code::coa_ack, 7, radius::Writer::Lead::none);
  writer.add(type::message_authenticator, std::string(16, 'x'));
  EXPECT_FALSE(outpost::read_dynamic_answer(
      *request, std::move(writer).finish_reply(request->authenticator(), secret, world.digests),
      secret, world.digests));
}

TEST_F(RadiusDynamic, NobodyIsDisconnectedWithoutACause) {
  pass(seconds(5));
  EXPECT_TRUE(world.sends.empty());
}

TEST_F(RadiusDynamic, ADisabledUserIsDisconnectedWithinASecond) {
  pass(seconds(2));
  disable(5);
  pass(milliseconds(900));
  ASSERT_EQ(world.sends.size(), 1U);
  EXPECT_EQ(world.sends[0].to.port, 3799);
  EXPECT_EQ(world.sends[0].to.socket, 3);
  EXPECT_EQ(core::address_text(world.sends[0].to.address), "10.1.2.3");
  answer(world.sends[0], Code::disconnect_ack);
  pass(seconds(30));
  EXPECT_EQ(world.sends.size(), 1U) << "acknowledged is not sent again";
  EXPECT_EQ(store.sessions.all[0].disconnect, "ack");
  EXPECT_EQ(store.sessions.all[1].disconnect, "");
  EXPECT_EQ(events.count("custom_network_disconnect"), 1U);
}

TEST_F(RadiusDynamic, ADeletedUserToo) {
  pass(seconds(2));
  world.directory.users.erase(6);
  world.directory.fresh.applied = store.drop_user(6);
  pass(seconds(1));
  EXPECT_EQ(world.sends.size(), 1U);
}

TEST_F(RadiusDynamic, WhatHappenedWhileWeWereAwayIsSeenAtTheStart) {
  world.directory.users[5].is_active = false;
  pass(seconds(1));
  EXPECT_EQ(world.sends.size(), 1U);
}

TEST_F(RadiusDynamic, Rfc5080_2_2_1_ASilentNasIsAskedFiveTimesInThirtySeconds) {
  disable(5);
  pass(seconds(40));
  ASSERT_EQ(world.sends.size(), 5U);
  for (const Outgoing& one : world.sends) EXPECT_EQ(one.octets, world.sends[0].octets);
  EXPECT_EQ(store.sessions.all[0].disconnect, "no answer");
  world.sends.clear();
  pass(seconds(130));
  EXPECT_FALSE(world.sends.empty()) << "later it is asked again";
}

TEST_F(RadiusDynamic, Rfc5176_3_5_ASessionThatTheNasDoesNotKnowHasEnded) {
  disable(5);
  pass(seconds(1));
  answer(world.sends.at(0), Code::disconnect_nak, 503);
  pass(seconds(1));
  EXPECT_FALSE(store.sessions.all[0].live());
  EXPECT_EQ(store.sessions.all[0].disconnect, "nak 503 Session-Context-Not-Found");
}

TEST_F(RadiusDynamic, AForgedAnswerCountsNothing) {
  disable(5);
  pass(seconds(1));
  answer(world.sends.at(0), Code::disconnect_ack, 0, "another secret");
  pass(seconds(4));
  EXPECT_GT(world.sends.size(), 1U);
  EXPECT_EQ(store.sessions.all[0].disconnect, "asked");
}

TEST_F(RadiusDynamic, AProviderMaySwitchItOff) {
  world.wifi().disconnect = false;
  world.publish();
  disable(5);
  pass(seconds(10));
  EXPECT_TRUE(world.sends.empty());
}

TEST_F(RadiusDynamic, ASecretAndAPortOfItsOwn) {
  world.wifi().coa_port = 1700;
  world.wifi().coa_secret = world.seal("coa-secret");
  world.publish();
  disable(5);
  pass(seconds(1));
  ASSERT_EQ(world.sends.size(), 1U);
  EXPECT_EQ(world.sends[0].to.port, 1700);
  answer(world.sends[0], Code::disconnect_ack, 0, "coa-secret");
  pass(seconds(1));
  EXPECT_EQ(store.sessions.all[0].disconnect, "ack");
}

TEST_F(RadiusDynamic, AStoreThatIsAwayIsAskedAgain) {
  pass(seconds(2));
  store.sessions.away = true;
  disable(5);
  pass(seconds(3));
  store.sessions.away = false;
  pass(seconds(8));
  EXPECT_GE(world.sends.size(), 1U);
}

TEST_F(RadiusDynamic, MoreSessionsThanIdentifiersAllGetTheirTurn) {
  for (int i = 0; i < 300; ++i) put(a_session(5, "more-" + std::to_string(i)));
  disable(5);
  pass(seconds(1));
  ASSERT_EQ(world.sends.size(), 256U);
  const auto first = std::move(world.sends);
  world.sends.clear();
  for (const Outgoing& one : first) answer(one, Code::disconnect_ack);
  pass(seconds(1));
  EXPECT_EQ(world.sends.size(), 45U);
}

// The NAS of the sessions comes by RadSec.
class RadiusReverse : public RadiusDynamic {
 protected:
  RadiusReverse() {
    world.services.links = &links;
    world.wifi().radsec.clients = {"nas"};
    world.publish();
    pass(seconds(2));
    disable(5);
    pass(seconds(1));
  }
  void reply(const Octets& request, Code code, std::uint32_t cause = 0) {
    radius::Writer writer(code, request[1], radius::Writer::Lead::none);
    if (cause != 0) writer.add_number(type::error_cause, cause);
    radius::Authenticator authenticator{};
    std::copy_n(request.begin() + 4, authenticator.size(), authenticator.begin());
    links.answered(link,
                   std::move(writer).finish_reply(
                       authenticator, radius::as_octets(outpost::kRadsecSecret), world.digests));
  }
  static outpost::TlsClient nas() {
    outpost::TlsClient client;
    client.names = {"nas"};
    return client;
  }

  outpost::RadsecLinks links;
  outpost::RadsecLinks::Number link = links.open(RadiusWorld::peer().address, nas());
};

TEST_F(RadiusReverse, Rfc8559_ADisconnectGoesOverTheConnectionOfTheNas) {
  EXPECT_TRUE(world.sends.empty()) << "not over UDP";
  const auto requests = links.take_requests(link);
  ASSERT_EQ(requests.size(), 1U);
  const auto packet = radius::decode_packet(requests[0]);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->code, Code::disconnect_request);
  EXPECT_TRUE(radius::check_request_authenticator(
      *packet, radius::as_octets(outpost::kRadsecSecret), world.digests));
  pass(seconds(3));
  EXPECT_TRUE(links.take_requests(link).empty()) << "Rfc6613_2_6_1: sent once";
  reply(requests[0], Code::disconnect_ack);
  pass(seconds(30));
  EXPECT_EQ(store.sessions.all[0].disconnect, "ack");
  EXPECT_TRUE(world.sends.empty());
}

TEST_F(RadiusReverse, Rfc8559_WhoDoesNotKnowItThereIsAskedOverUdp) {
  const auto requests = links.take_requests(link);
  reply(requests.at(0), Code::disconnect_nak, 406);
  pass(seconds(1));
  ASSERT_EQ(world.sends.size(), 1U);
  answer(world.sends[0], Code::disconnect_ack);
  pass(seconds(1));
  EXPECT_EQ(store.sessions.all[0].disconnect, "ack");
}

TEST_F(RadiusReverse, Rfc8559_SilenceOrAClosedConnectionLeadsToUdp) {
  pass(outpost::Disconnector::kLinkPatience + seconds(2));
  EXPECT_GE(world.sends.size(), 1U) << "it said nothing";
  world.sends.clear();
  disable(6);
  pass(seconds(1));
  EXPECT_EQ(links.take_requests(link).size(), 2U);
  links.close(link);
  pass(seconds(1));
  const auto to_six = std::count_if(world.sends.begin(), world.sends.end(), [](const auto& one) {
    return radius::decode_packet(one.octets)->text(type::acct_session_id) == "s6";
  });
  EXPECT_EQ(to_six, 1);
}

TEST_F(RadiusReverse, Rfc8559_ANakThatMeansSomethingIsTheAnswer) {
  reply(links.take_requests(link).at(0), Code::disconnect_nak, 503);
  pass(seconds(1));
  EXPECT_TRUE(world.sends.empty());
  EXPECT_FALSE(store.sessions.all[0].live());
}

}  // namespace
}  // namespace postern::test
