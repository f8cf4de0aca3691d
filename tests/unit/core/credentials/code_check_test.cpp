#include "core/credentials/code_check.h"

#include <gtest/gtest.h>

#include "core/credentials/static_code.h"
#include "core/credentials/totp.h"
#include "support/fake_core.h"
#include "support/fake_login_store.h"

namespace postern::core {
namespace {

constexpr std::string_view kKey = "12345678901234567890";

class CodeCheckTest : public testing::Test {
 protected:
  CodeCheckTest() {
    record.pk = 1;
    record.totp.push_back({"t1", sealer.seal(kKey, "totp:t1"), 6, 30});
    record.totp.push_back({"t2", sealer.seal("another key of 20 oc", "totp:t2"), 8, 60});
    record.static_codes.push_back({"c1", "s1", static_code_verifier(sealer, "abcdef123456"), 12});
    record.has_static_device = true;
  }
  std::string now_code() const { return totp_code(kKey, clock.wall() / 30'000, 6); }
  Check check(std::string_view code, CodeClasses classes = {}) {
    Attempt attempt{Blocking::yes, 1, "10.0.0.1", "alice", record};
    return codes.check(attempt, code, classes);
  }

  fake::SetClock clock;
  fake::SeededRandom random;
  fake::LoginStore store;
  Sealer sealer{{}, random};
  CodeCheck codes{store, sealer, clock};
  LoginRecord record;
};

TEST_F(CodeCheckTest, Rfc6238_5_2_ACodeIsRightOnce) {
  EXPECT_EQ(check(now_code()).kind, Check::Kind::right);
  EXPECT_EQ(check(now_code()).reason, Reason::code_used);
  EXPECT_EQ(check("abcdef123456").kind, Check::Kind::right);
  EXPECT_EQ(check("abcdef123456").reason, Reason::code_used);
}

TEST_F(CodeCheckTest, Rule5_4_6_PeekBurnsAndCountsNothing) {
  EXPECT_TRUE(codes.peek(record, now_code(), {}));
  EXPECT_TRUE(codes.peek(record, "abcdef123456", {}));
  EXPECT_FALSE(codes.peek(record, "000000", {}));
  EXPECT_FALSE(codes.peek(record, now_code(), {false, true}));
  EXPECT_FALSE(codes.peek(record, "abcdef123456", {true, false}));
  EXPECT_EQ(store.calls, 0);
}

TEST_F(CodeCheckTest, Rfc4226_7_3_WrongCodesCountAtEveryDeviceAndThenRefuseTheRightOne) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(check("000000").reason, Reason::code_wrong);
  EXPECT_EQ(store.code_guesses["t1"], 5);
  EXPECT_EQ(store.code_guesses["t2"], 5);
  EXPECT_EQ(store.code_guesses["s1"], 5);
  EXPECT_EQ(check(now_code()).reason, Reason::code_throttled);
  EXPECT_TRUE(store.last_step.empty()) << "a throttled code is not burnt";
}

TEST_F(CodeCheckTest, RightCodeRefundsItsGuess) {
  check(now_code());
  EXPECT_EQ(store.code_guesses["t1"], 0);
}

TEST_F(CodeCheckTest, OnALoopItNamesTheLaneAndTouchesNothing) {
  Attempt attempt{Blocking::no, 1, "", "alice", record};
  EXPECT_EQ(codes.check(attempt, now_code(), {}).lane, LoginLane::store);
  EXPECT_EQ(codes.check(attempt, "000000", {}).lane, LoginLane::hash);
  EXPECT_EQ(codes.check(attempt, "", {}).reason, Reason::code_missing);
  EXPECT_EQ(store.calls, 0);
}

TEST_F(CodeCheckTest, StoreErrorsAreUnavailable) {
  for (const char* method : {"reserve_code_guess", "consume_totp_step"}) {
    store.fail_at = method;
    EXPECT_EQ(check(now_code()).kind, Check::Kind::unavailable) << method;
  }
  store.fail_at = "consume_static_code";
  EXPECT_EQ(check("abcdef123456").kind, Check::Kind::unavailable);
  store.fail_at = "refund_code_guess";
  EXPECT_EQ(check(now_code()).kind, Check::Kind::right) << "burnt and right";
}

TEST_F(CodeCheckTest, ASealOfAnotherRowOpensNothing) {
  record.totp[0].pk = "elsewhere";
  EXPECT_EQ(check(now_code()).reason, Reason::code_wrong);
}

}  // namespace
}  // namespace postern::core
