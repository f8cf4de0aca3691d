#include "directory/sorted_pairs.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <utility>

namespace postern::directory {
namespace {

using Pairs = std::set<std::pair<std::string, EntryId>>;

void expect_sorted(std::size_t count, std::size_t key_size) {
  std::mt19937 random(7);
  SortedPairs pairs(testing::TempDir());
  Pairs expected;
  for (std::size_t i = 0; i < count; ++i) {
    std::string key(key_size, 'k');
    const std::string tail = std::to_string(random() % (count / 2));
    key.replace(0, tail.size(), tail);
    const auto id = static_cast<EntryId>(random() % 100);
    pairs.add(key, id);
    expected.emplace(std::move(key), id);
  }
  auto next = expected.begin();
  std::size_t seen = 0;
  pairs.drain([&](std::string_view key, EntryId id) {
    // A pair that was added twice may come twice when its copies lie in different runs.
    if (next == expected.end() || next->first != key || next->second != id) {
      ASSERT_NE(next, expected.begin());
      const auto last = std::prev(next);
      ASSERT_EQ(last->first, key);
      ASSERT_EQ(last->second, id);
      return;
    }
    ++next;
    ++seen;
  });
  EXPECT_EQ(seen, expected.size());
}

TEST(SortedPairs, SortsWhatFitsInMemory) { expect_sorted(10'000, 12); }

TEST(SortedPairs, MergesRunsFromItsFile) { expect_sorted(200'000, 300); }  // four buffers

TEST(SortedPairs, NothingInNothingOut) {
  SortedPairs pairs(testing::TempDir());
  pairs.drain([](std::string_view, EntryId) { FAIL(); });
}

}  // namespace
}  // namespace postern::directory
