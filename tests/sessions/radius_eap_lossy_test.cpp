// EAP over a network that loses, doubles and reorders, with a NAS that repeats itself: whoever is
// right gets in, once.

#include <gtest/gtest.h>

#include <random>

#include "sessions/eap_world.h"

namespace postern::test {
namespace {

using radius::Code;

// One peer at its NAS: it repeats its packet until the answer comes.
class Peer {
 public:
  Peer(EapWorld& world, EapWish wish, int number) : world_(world), supplicant_(std::move(wish)) {
    from_ = RadiusWorld::peer("10.1.2.3", static_cast<std::uint16_t>(41000 + number));
    world_.station = "peer-" + std::to_string(number);
    next(EapWorld::identity(), {});
  }

  const Octets& packet() const { return packet_; }
  const DatagramPeer& from() const { return from_; }
  bool ended() const { return ended_; }
  Code code() const { return last_.code(); }
  const EapWorld::Reply& last() const { return last_; }
  std::string msk() const { return supplicant_.msk(); }

  void hear(const Octets& octets) {
    if (ended_) return;
    const auto reply = world_.reply_of(packet_, octets);
    if (reply.code() == Code{}) return;  // an old answer: its authenticator is another's
    last_ = reply;
    ended_ = reply.code() != Code::access_challenge;
    if (!ended_) next(supplicant_.respond(reply.eap), reply.state);
  }

 private:
  void next(const Octets& eap, std::string_view state) { packet_ = world_.carry(eap, state); }

  EapWorld& world_;
  EapSupplicant supplicant_;
  DatagramPeer from_;
  Octets packet_;
  EapWorld::Reply last_;
  bool ended_ = false;
};

class LossyNetwork {
 public:
  explicit LossyNetwork(std::uint32_t seed) : random_(seed) {}

  // What arrives of these, in which order.
  template <typename Item>
  std::vector<Item> pass(const std::vector<Item>& items) {
    std::vector<Item> out;
    for (const Item& one : items) {
      const auto chance = random_() % 10;
      if (chance < 3) continue;
      out.push_back(one);
      if (chance < 5) out.push_back(one);
    }
    std::shuffle(out.begin(), out.end(), random_);
    return out;
  }

 private:
  std::mt19937 random_;
};

TEST(EapLossy, EveryPeerThatIsRightGetsInOnceWithItsKeys) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    EapWorld world;
    LossyNetwork network(seed);
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < 6; ++i) {
      EapWish wish = world.wish(i % 2 == 0 ? eap::type::ttls : eap::type::peap, i % 3 == 0);
      peers.push_back(std::make_unique<Peer>(world, wish, i));
    }
    const auto all_ended = [&] {
      return std::all_of(peers.begin(), peers.end(), [](const auto& one) { return one->ended(); });
    };
    for (int turn = 0; turn < 400 && !all_ended(); ++turn) {
      std::vector<std::pair<Octets, DatagramPeer>> requests;
      for (const auto& peer : peers) {
        if (!peer->ended()) requests.emplace_back(peer->packet(), peer->from());
      }
      world.sends.clear();
      for (const auto& one : network.pass(requests)) world.deliver(one.first, one.second);
      world.work();
      const std::vector<Outgoing> answers = network.pass(world.sends);
      for (const Outgoing& answer : answers) {
        for (const auto& peer : peers) {
          if (peer->from() == answer.to) peer->hear(answer.octets);
        }
      }
      world.pass(std::chrono::milliseconds(500));
    }
    for (const auto& peer : peers) {
      ASSERT_EQ(peer->code(), Code::access_accept) << "seed " << seed;
      EXPECT_EQ(world.keys_of(peer->last()), peer->msk());
    }
    EXPECT_EQ(world.login.decided, 6) << "seed " << seed;
    EXPECT_EQ(world.eap_conversations(), 0U);
  }
}

}  // namespace
}  // namespace postern::test
