#include <signal.h>
#include <sys/wait.h>

#include <random>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::Value;

class StoreCrash : public ::testing::TestWithParam<BackEnd> {
 protected:
  // Commits users for ever; writes the number of each one to the pipe once its commit has returned.
  [[noreturn]] void child(int acknowledged, int round) {
    const auto store = GetParam().open(folder.path, nullptr);
    for (std::int64_t n = 1;; ++n) {
      const std::string name = "u" + std::to_string(round) + "_" + std::to_string(n);
      const auto transaction = store->begin();
      const Value user = transaction->insert(users(), {{"username", name}, {"uuid", name}});
      transaction->insert(tokens(), {{"pk", name}, {"identifier", name}, {"user", user}});
      transaction->commit();
      if (::write(acknowledged, &n, sizeof n) != static_cast<ssize_t>(sizeof n)) ::_exit(1);
    }
  }
  TemporaryFolder folder;
};

TEST_P(StoreCrash, NothingAcknowledgedIsLostWhenTheProcessIsKilled) {
  std::mt19937 random(20240607);
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      ::close(ends[0]);
      child(ends[1], round);
    }
    ::close(ends[1]);
    // Killed after a random number of commits and a random moment more, anywhere inside the next
    // one.
    const auto stop_after = std::uniform_int_distribution<std::int64_t>(1, 30)(random);
    const auto moment = std::uniform_int_distribution<useconds_t>(0, 3000)(random);
    std::int64_t last = 0, read = 0;
    while (last<stop_after&& ::read(ends[0], &read, sizeof read)> 0) last = read;
    ::usleep(moment);
    ::kill(pid, SIGKILL);
    while (::read(ends[0], &read, sizeof read) > 0) last = read;
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GE(last, stop_after);

    {
      const auto raw = GetParam().database(folder.path);
      EXPECT_TRUE(GetParam().intact(*raw->reader()));
    }
    const auto store = GetParam().open(folder.path, nullptr);
    const std::string prefix = "u" + std::to_string(round) + "_";
    std::int64_t found = 0;
    for (std::int64_t n = 1; n <= last; ++n) {
      found += store->count(users(), {.equals = {{"username", prefix + std::to_string(n)}}});
    }
    EXPECT_EQ(found, last);
    // Whole transactions only: a user, its token, and both in one row of the feed.
    EXPECT_EQ(store->count(users(), {}), store->count(tokens(), {}));
    EXPECT_EQ(store->last_change(), store->count(users(), {}));
  }
}

STORE_SUITE(StoreCrash);

}  // namespace
}  // namespace postern::store
