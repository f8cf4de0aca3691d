// Things that happen at the same time: one code in many hands, a generation that moves under a
// hash.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "world.h"

namespace postern::core::test {
namespace {

TEST(LoginRace, Rfc6238_5_2_AThousandParallelAttemptsWithOneCodeOneSucceeds) {
  World w;
  w.settings.code_guesses = 1'000'000;
  w.attempt("alice", "pw");  // makes the Login
  const std::string code = w.code();
  for (const std::string& text : {"pw;" + code, std::string("pw;abcdef123456")}) {
    std::atomic<int> granted{0}, used{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 125; ++i) {
          const LoginOutcome outcome = w.login->attempt(w.request("bob", text), Blocking::yes);
          granted += std::holds_alternative<Granted>(outcome) ? 1 : 0;
          used += World::text(outcome) == "denied code_used" ? 1 : 0;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(granted, 1);
    EXPECT_EQ(used, 999);
  }
}

TEST(LoginRace, Rfc4226_7_3_ParallelGuessesStayWithinTheLimit) {
  World w;
  w.attempt("alice", "pw");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string text = "pw;" + std::to_string(100'000 + t * 20 + i);
        wrong += World::text(w.login->attempt(w.request("bob", text), Blocking::yes)) ==
                         "denied code_wrong"
                     ? 1
                     : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(wrong, 5);
}

TEST(LoginRace, SevenKindsOfChangeEndTheRecentVerification) {
  const std::function<void(World&)> changes[] = {
      [](World& w) { w.alice().password_hash = w.hasher.hash(Secret("new")); },
      [](World& w) { w.alice().is_active = false; },
      [](World& w) {
        w.alice().totp.push_back({"t9", w.sealer.seal(kTotpKey, "totp:t9"), 6, 30});
      },
      [](World& w) { w.alice().totp.clear(); },
      [](World& w) { w.alice().tokens.clear(); },
      [](World&) {},  // a revoked session
      [](World& w) { w.alice().not_after = 1; },
  };
  for (const auto& change : changes) {
    World w;
    ASSERT_EQ(w.word("alice", "pw"), "granted");
    ASSERT_EQ(w.word("alice", "pw", Blocking::no), "granted");
    change(w);
    ++w.alice().generation;
    EXPECT_EQ(w.word("alice", "pw", Blocking::no), "lane hash");
  }
}

TEST(LoginRace, AGenerationThatMovesUnderTheHashStartsOverOnce) {
  World w;
  int moves = 1;
  w.directory.on_generation = [&] {
    if (moves-- <= 0) return;
    ++w.alice().generation;
    w.alice().password_hash = w.hasher.hash(Secret("new"));
  };
  EXPECT_EQ(w.word("alice", "pw"), "denied wrong_password")
      << "the old password is judged by the new hash";
  moves = 1;
  EXPECT_EQ(w.word("alice", "new"), "granted");
  EXPECT_EQ(w.alice().generation, 7u);
}

TEST(LoginRace, AGenerationThatMovesTwiceIsDenied) {
  World w;
  w.directory.on_generation = [&] { ++w.alice().generation; };
  EXPECT_EQ(w.word("alice", "pw"), "denied generation_moved");
  w.directory.on_generation = nullptr;
  EXPECT_EQ(w.word("alice", "pw", Blocking::no), "lane hash");
}

TEST(LoginRace, ADeletedUserIsDeniedAfterTheHash) {
  World w;
  w.directory.on_generation = [&] { w.directory.users.erase(kAlice); };
  EXPECT_EQ(w.word("alice", "pw"), "denied unknown_user");
}

TEST(LoginRace, ARightPasswordAfterAWrongOneSucceedsOnTheNextBind) {
  World w;
  EXPECT_EQ(w.word("alice", "px"), "denied wrong_password");
  EXPECT_EQ(w.word("alice", "pw"), "granted");
}

}  // namespace
}  // namespace postern::core::test
