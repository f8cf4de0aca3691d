// Searches and readers that go on while the projector writes and environments are swapped below
// them.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "directory_world.h"

namespace postern::test {
namespace {

using ldap::ResultCode;

struct DirectorySwaps : ::testing::Test {
  World world;
};

TEST_F(DirectorySwaps, SuspendedSearchGoesOnOverWritesAndASwap) {
  for (int pk = 1; pk <= 1500; ++pk) world.store.put_user(make_user(pk, "u" + std::to_string(pk)));
  world.open();
  Request request(Query{.filter = "(objectClass=user)", .attributes = {"cn"}});
  ldap::SearchCursor cursor;
  Octets out;
  ldap::Turn turn = world.model->search(request.search, 1, request.viewer, request.limits,
                                        request.extras, cursor, out);
  ASSERT_TRUE(turn.more);
  world.store.drop_user(1500);
  world.store.put_user(make_user(1499, "renamed"));
  world.settle();
  world.model->rebuild();
  while (turn.more) {
    turn = world.model->search(request.search, 1, request.viewer, request.limits, request.extras,
                               cursor, out);
  }
  EXPECT_EQ(turn.code, ResultCode::success);
  const auto entries = decode_entries(out);
  ASSERT_EQ(entries.size(), 1499U);
  EXPECT_EQ(entries.back().dn, "cn=renamed,ou=users,dc=example,dc=org");
}

TEST_F(DirectorySwaps, SuspendedSearchDoesNotMakeTheFileGrow) {
  for (int pk = 1; pk <= 600; ++pk) world.store.put_user(make_user(pk, "u" + std::to_string(pk)));
  world.open();
  Request request(Query{.filter = "(objectClass=user)"});
  ldap::SearchCursor cursor;
  Octets out;
  ASSERT_TRUE(
      world.model
          ->search(request.search, 1, request.viewer, request.limits, request.extras, cursor, out)
          .more);
  const auto rewrite = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      core::StoredUser user = make_user(1 + round % 600, "u" + std::to_string(1 + round % 600));
      user.email = "m" + std::to_string(rounds + round) + "@example.org";
      world.store.put_user(user);
      if (round % 10 == 0) world.settle();
    }
    world.settle();
    return world.model->metrics().file_octets;
  };
  // The first rewriting splits the full pages of the build; from then on nothing grows.
  const std::uint64_t split = rewrite(600);
  EXPECT_LT(rewrite(601), split + split / 8 + 64 * 1024);
  EXPECT_LT(rewrite(602), split + split / 8 + 64 * 1024);
}

TEST_F(DirectorySwaps, ReadersGoOnWhileEnvironmentsAreSwapped) {
  for (int pk = 1; pk <= 50; ++pk) world.store.put_user(make_user(pk, "u" + std::to_string(pk)));
  world.open();
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0}, searches{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      core::LoginRecord record;
      while (!stop) {
        if (world.dns("(uid=u7)").size() != 1) ++wrong;
        if (world.model->read_user(7, record) != core::Lookup::found) ++wrong;
        ++searches;
      }
    });
  }
  for (int round = 0; round < 8; ++round) {
    world.model->rebuild();
    core::StoredUser user = make_user(7, "u7");
    user.email = std::to_string(round) + "@example.org";
    world.store.put_user(user);
    world.settle();
  }
  while (searches < 20) std::this_thread::yield();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(world.model->metrics().rebuilds, 9U);  // the first build counts
}

}  // namespace
}  // namespace postern::test
