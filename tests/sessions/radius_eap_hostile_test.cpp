// EAP from peers that break the rules: discarded or ended, bounded, others served on.

#include <gtest/gtest.h>

#include "protocols/eap/avp.h"
#include "sessions/eap_world.h"

namespace postern::test {
namespace {

using outpost::EapConversation;
using outpost::EapConversations;
using radius::Code;

Octets respond(std::uint8_t identifier, std::uint8_t type, Octets data) {
  return eap::encode_response(identifier, type, data);
}

TEST(EapHostile, Rfc3579_3_1_WithoutMessageAuthenticatorThereIsSilence) {
  EapWorld world;
  Ask ask;
  ask.password.clear();
  ask.mac = false;
  ask.more.emplace_back(radius::type::eap_message, radius::as_text(EapWorld::identity()));
  EXPECT_EQ(world.word(ask), "silence");
}

TEST(EapHostile, Rfc3579_3_3_EapBesideAPasswordIsRejected) {
  EapWorld world;
  Ask ask;
  ask.more.emplace_back(radius::type::eap_message, radius::as_text(EapWorld::identity()));
  const auto answer = world.ask(ask);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, Code::access_reject);
  EXPECT_EQ(answer->text(radius::type::eap_message)[0], 4);
}

TEST(EapHostile, Rfc3579_2_6_2_WhatOnlyAServerSaysIsRejected) {
  for (const Octets& said : {eap::encode_success(1), eap::encode_failure(1),
                             eap::encode_request(1, eap::type::identity, {})}) {
    EapWorld world;
    auto reply = world.send(EapWorld::identity(), {});
    ASSERT_EQ(reply.code(), Code::access_challenge);
    reply = world.send(said, reply.state);
    ASSERT_EQ(reply.code(), Code::access_reject);
    EXPECT_EQ(reply.eap[0], 4);
    EXPECT_EQ(world.eap_conversations(), 0U);
    EXPECT_EQ(world.send(said, {}).code(), Code::access_reject) << "as the first packet too";
  }
}

TEST(EapHostile, Rfc3748_4_1_AnotherIdentifierIsDiscardedAndTheFifthEndsIt) {
  EapWorld world;
  const auto offer = world.send(EapWorld::identity(), {});
  const auto wrong = static_cast<std::uint8_t>(offer.eap[1] + 1);
  for (int i = 1; i < EapConversation::kMostInvalid; ++i) {
    EXPECT_FALSE(
        world.send(respond(wrong, eap::type::ttls, {0, static_cast<std::uint8_t>(i)}), offer.state)
            .answer);
  }
  EXPECT_EQ(world.send(respond(wrong, eap::type::ttls, {0, 99}), offer.state).code(),
            Code::access_reject);
}

TEST(EapHostile, OneWrongIdentifierDisturbsNobody) {
  EapWorld world;
  const auto offer = world.send(EapWorld::identity(), {});
  world.send(respond(77, eap::type::ttls, {0}), offer.state);
  EapSupplicant peer(world.wish(eap::type::ttls));
  auto reply = world.send(peer.respond(offer.eap), offer.state);
  while (reply.code() == Code::access_challenge) {
    reply = world.send(peer.respond(reply.eap), reply.state);
  }
  EXPECT_EQ(reply.code(), Code::access_accept);
}

TEST(EapHostile, AStateOfAnotherNodeOrNasOrOfWhatHasEndedIsRejectedWithFailure) {
  EapWorld world;
  const auto offer = world.send(EapWorld::identity(), {});
  const Octets response = respond(offer.eap[1], eap::type::ttls, {0});
  for (const std::string& state : {std::string(16, 'x'), std::string("x"), std::string(200, 'y')}) {
    const auto reply = world.send(response, state);
    ASSERT_EQ(reply.code(), Code::access_reject);
    EXPECT_EQ(reply.eap[0], 4);
  }
  world.sends.clear();
  const Octets stolen = world.carry(response, offer.state);
  world.deliver(stolen, RadiusWorld::peer("10.9.9.9"));
  world.work();
  EXPECT_EQ(world.reply_of(stolen, world.sends.back().octets).code(), Code::access_reject);

  EapSupplicant peer(world.wish(eap::type::ttls));
  auto reply = world.send(peer.respond(offer.eap), offer.state);
  Octets last;
  while (reply.code() == Code::access_challenge) {
    last = peer.respond(reply.eap);
    reply = world.send(last, offer.state);
  }
  ASSERT_EQ(reply.code(), Code::access_accept);
  EXPECT_EQ(world.send(last, offer.state).code(), Code::access_reject) << "replayed";
  EXPECT_EQ(world.login.decided, 1);
}

TEST(EapHostile, ARetransmissionGetsTheSameOctetsAndRunsNothingTwice) {
  EapWorld world;
  EapSupplicant peer(world.wish(eap::type::ttls));
  auto reply = world.send(EapWorld::identity(), {});
  while (reply.code() == Code::access_challenge) {
    world.sends.clear();
    const Octets request = world.carry(peer.respond(reply.eap), reply.state);
    world.deliver(request);
    world.deliver(request);  // while the first runs
    world.work();
    world.deliver(request);
    ASSERT_EQ(world.sends.size(), 2U);
    EXPECT_EQ(world.sends[0].octets, world.sends[1].octets);
    reply = world.reply_of(request, world.sends[0].octets);
  }
  EXPECT_EQ(reply.code(), Code::access_accept);
  EXPECT_EQ(world.login.decided, 1);
}

TEST(EapHostile, TheSameResponseInANewPacketGetsTheSameRequest) {
  EapWorld world;
  const auto offer = world.send(EapWorld::identity(), {});
  EapSupplicant peer(world.wish(eap::type::ttls));
  const Octets hello = peer.respond(offer.eap);
  const auto first = world.send(hello, offer.state);
  const auto second = world.send(hello, offer.state);
  EXPECT_EQ(first.eap, second.eap);
}

TEST(EapHostile, AFullLaneIsSilenceAndTheRetryIsServed) {
  EapWorld world;
  EapSupplicant peer(world.wish(eap::type::ttls));
  auto reply = world.send(EapWorld::identity(), {});
  while (reply.code() == Code::access_challenge) {
    const Octets response = peer.respond(reply.eap);
    world.sends.clear();
    world.deliver(world.carry(response, reply.state));
    if (!world.runs.empty()) {
      world.refuse_work();
      EXPECT_TRUE(world.sends.empty());
    }
    reply = world.send(response, reply.state);
  }
  EXPECT_EQ(reply.code(), Code::access_accept);
}

TEST(EapHostile, EndlessFragmentsAndRoundsEnd) {
  EapWorld world;
  auto reply = world.send(EapWorld::identity(), {});
  int rounds = 0;
  Octets piece(900, 'f');
  piece[0] = 0x40;
  while (reply.code() == Code::access_challenge && ++rounds < 1000) {
    piece[1] = static_cast<std::uint8_t>(rounds);
    reply = world.send(respond(reply.eap[1], eap::type::ttls, piece), reply.state);
  }
  EXPECT_EQ(reply.code(), Code::access_reject);
  EXPECT_LE(rounds, 75);

  reply = world.send(EapWorld::identity(), {});
  rounds = 0;
  while (reply.code() == Code::access_challenge && ++rounds < 1000) {
    const auto small = static_cast<std::uint8_t>(rounds);
    reply = world.send(respond(reply.eap[1], eap::type::ttls, {0x40, small}), reply.state);
  }
  EXPECT_EQ(reply.code(), Code::access_reject);
  EXPECT_LE(rounds, EapConversation::kMostRounds);
}

TEST(EapHostile, FramesThatMakeNoSenseEndIt) {
  const Octets frames[] = {{},
                           {0x20},
                           {0x03, 'x'},
                           {0x80},
                           {0xc0, 0xff, 0xff, 0xff, 0xff, 'x'},
                           {0x40},
                           {0x00, 22, 3, 1},
                           {0x00, 22, 3, 3, 0xff, 0xff, 1},
                           {0x00, 'g', 'a', 'r', 'b', 'a', 'g', 'e'}};
  for (const Octets& frame : frames) {
    EapWorld world;
    auto reply = world.send(EapWorld::identity(), {});
    for (int i = 0; i < 4 && reply.code() == Code::access_challenge; ++i) {
      reply = world.send(respond(reply.eap[1], eap::type::ttls, frame), reply.state);
    }
    EXPECT_NE(reply.code(), Code::access_accept);
    EXPECT_LE(world.eap_conversations(), 1U);
    EXPECT_EQ(world.login.decided, 0);
    EapSupplicant peer(world.wish(eap::type::ttls));
    EXPECT_EQ(world.authenticate(peer).code(), Code::access_accept) << "others are served on";
  }
}

TEST(EapHostile, ConversationsAreCappedPerStationAndTheOldestGoes) {
  EapWorld world;
  std::vector<std::string> states;
  for (std::size_t i = 0; i < EapConversations::kPerStation + 1; ++i) {
    states.push_back(world.send(EapWorld::identity(), {}).state);
  }
  EXPECT_EQ(world.eap_conversations(), EapConversations::kPerStation);
  const Octets nak = respond(1, eap::type::nak, {25});
  EXPECT_EQ(world.send(nak, states.front()).code(), Code::access_reject);
  EXPECT_EQ(world.send(nak, states.back()).code(), Code::access_challenge);
}

TEST(EapHostile, ConversationsAreCappedPerNasAndInAll) {
  EapWorld world;
  for (int i = 0; i < static_cast<int>(EapConversations::kMost) + 500; ++i) {
    world.station = "station-" + std::to_string(i);
    world.sends.clear();
    const auto host = "10.0.0." + std::to_string(1 + i % 3);
    world.deliver(world.carry(EapWorld::identity(), {}), RadiusWorld::peer(host));
  }
  EXPECT_EQ(world.eap_conversations(), EapConversations::kMost);
  EapWorld one;
  for (int i = 0; i < static_cast<int>(EapConversations::kPerNas) + 100; ++i) {
    one.station = "station-" + std::to_string(i);
    one.deliver(one.carry(EapWorld::identity(), {}),
                RadiusWorld::peer("10.0.0.1", static_cast<std::uint16_t>(1000 + i)));
  }
  EXPECT_EQ(one.eap_conversations(), EapConversations::kPerNas);
}

TEST(EapHostile, WhatStopsHalfwayIsForgotten) {
  EapWorld world;
  const auto offer = world.send(EapWorld::identity(), {});
  EXPECT_EQ(world.eap_conversations(), 1U);
  world.pass(std::chrono::seconds(29));
  EXPECT_EQ(world.eap_conversations(), 1U);
  world.pass(std::chrono::seconds(2));
  EXPECT_EQ(world.eap_conversations(), 0U);
  EXPECT_EQ(world.send(respond(offer.eap[1], eap::type::nak, {25}), offer.state).code(),
            Code::access_reject);
}

TEST(EapHostile, WithoutACertificateThereIsSilenceUntilThereIsOne) {
  EapWorld world;
  world.setups.replace({});
  EXPECT_FALSE(world.send(EapWorld::identity(), {}).answer);
  world.install(false);
  EXPECT_EQ(world.send(EapWorld::identity(), {}).code(), Code::access_challenge);
}

// ---- inside the tunnel ----

TEST(EapHostile, Rfc5281_10_1_AnUnknownMandatoryAvpEndsIt) {
  const auto said = [](const Octets& plain) {
    EapWorld world;
    EapWish wish = world.wish(eap::type::ttls);
    wish.says = plain;
    EapSupplicant peer(wish);
    const auto code = world.authenticate(peer).code();
    EXPECT_EQ(world.login.decided, code == Code::access_accept ? 1 : 0);
    return code;
  };
  Octets right;
  eap::append_avp(right, {1, 0, true, Octets{'a', 'l', 'i', 'c', 'e'}});
  eap::append_avp(right, {2, 0, true, Octets{'w', 'o', 'n', 'd', 'e', 'r'}});
  EXPECT_EQ(said(right), Code::access_accept);
  Octets harmless = right, unknown = right, twice = right, both = right, chap = right;
  eap::append_avp(harmless, {250, 0, false, Octets{1}});
  EXPECT_EQ(said(harmless), Code::access_accept);
  eap::append_avp(unknown, {250, 0, true, Octets{1}});
  EXPECT_EQ(said(unknown), Code::access_reject);
  eap::append_avp(twice, {1, 0, true, Octets{'b', 'o', 'b'}});
  EXPECT_EQ(said(twice), Code::access_reject);
  eap::append_avp(both, {79, 0, true, Octets{2, 1, 0, 5, 1}});
  EXPECT_EQ(said(both), Code::access_reject);
  eap::append_avp(chap, {3, 0, true, Octets(17, 'c')});
  EXPECT_EQ(said(chap), Code::access_reject);
  EXPECT_EQ(said(Octets{0, 0, 0, 1}), Code::access_reject);
  EXPECT_EQ(said(Octets(3000, 0)), Code::access_reject);
}

// RFC 5281 11.2.1: what both sides derive, not what the peer likes.
TEST(EapHostile, Rfc5281_11_2_AChallengeThatIsNotDerivedIsRefusedUndecided) {
  for (const bool tls13 : {false, true}) {
    EapWorld world;
    world.login.users["alice"].network = "network password";
    const Octets challenge(16, 'c');
    Octets proof{7};
    const radius::Md5 digest = world.digests.md5(
        {OctetView(proof), radius::as_octets("network password"), OctetView(challenge)});
    proof.insert(proof.end(), digest.begin(), digest.end());
    EapWish wish = world.wish(eap::type::ttls, tls13);
    eap::append_avp(wish.says, {1, 0, true, radius::as_octets("alice")});
    eap::append_avp(wish.says, {60, 0, true, challenge});
    eap::append_avp(wish.says, {3, 0, true, proof});
    EapSupplicant peer(wish);
    EXPECT_EQ(world.authenticate(peer).code(), Code::access_reject);
    EXPECT_EQ(world.login.decided, 0);
  }
}

TEST(EapHostile, Rfc3748_5_3_NaksThatNameNothingOfOursEndIt) {
  for (const Octets& wanted : {Octets{}, Octets{0}, Octets{4, 6, 43}}) {
    EapWorld world;
    const auto offer = world.send(EapWorld::identity(), {});
    const auto reply = world.send(respond(offer.eap[1], eap::type::nak, wanted), offer.state);
    ASSERT_EQ(reply.code(), Code::access_reject);
    EXPECT_EQ(reply.eap, (Octets{4, offer.eap[1], 0, 4}));
  }
  EapWorld world;
  const auto offer = world.send(EapWorld::identity(), {});
  EapSupplicant peer(world.wish(eap::type::ttls));
  const auto begun = world.send(peer.respond(offer.eap), offer.state);
  const auto late =
      world.send(respond(begun.eap[1], eap::type::nak, {eap::type::peap}), begun.state);
  EXPECT_FALSE(late.answer) << "5.3.1: a Nak answers the first request of a method alone";
}

TEST(EapHostile, Rfc7542_2_2_NamesOutsideHaveAtMost253Octets) {
  EapWorld world;
  const std::string utf8 = "j\xc3\xb6rg@Example.ORG";
  for (const std::string& name : {utf8, std::string(72, 'n'), std::string(253, 'n')}) {
    EXPECT_EQ(world.send(EapWorld::identity(name), {}).code(), Code::access_challenge);
  }
  EXPECT_EQ(world.send(EapWorld::identity(std::string(254, 'n')), {}).code(), Code::access_reject);
}

}  // namespace
}  // namespace postern::test
