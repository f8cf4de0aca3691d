// Objects over the real SQLite store: what a write means, and that nothing secret is kept in clear.

#include "core/objects/objects.h"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <set>
#include <utility>

#include "core/access/permission.h"
#include "core/credentials/app_password.h"
#include "core/hex.h"
#include "store/store.h"

namespace postern::core {
namespace {

class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = static_cast<std::uint8_t>((state_ = state_ * 69069 + 1) >> 16);
  }

 private:
  std::uint32_t state_ = 7;
};

class FixedClock final : public Clock {
 public:
  WallMs wall() const noexcept override { return 1'700'000'000'000; }
  Instant now() const noexcept override { return {}; }
};

class ObjectsTest : public testing::Test {
 protected:
  ObjectsTest() {
    char name[] = "/tmp/postern-objects-XXXXXX";
    folder_ = mkdtemp(name);
    store_ = store::open_store("sqlite:///" + (folder_ / "t.db").string());
    transaction_ = store_->begin();
    objects_ = std::make_unique<Objects>(*transaction_, tools_);
  }
  ~ObjectsTest() override {
    objects_.reset();
    transaction_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  const Model& model(std::string_view name) { return *find_model(name); }
  const Model& user() { return model("authentik_core.user"); }
  const Model& group() { return model("authentik_core.group"); }

  Value make(const Model& of, const Object& attrs) {
    auto written = objects_->create(of, attrs);
    EXPECT_TRUE(written) << written.error().field << ": " << written.error().message;
    return written ? written->pk : Value();
  }
  Object stored(const Model& of, const Value& pk) { return *transaction_->get(of, pk); }
  std::string refusal(const Model& of, const Object& attrs) {
    const auto written = objects_->create(of, attrs);
    return written ? "accepted" : written.error().field + ": " + written.error().message;
  }

  std::filesystem::path folder_;
  CountingRandom random_;
  FixedClock clock_;
  PasswordHasher hasher_{{.memory_kib = 8, .passes = 1}};
  Sealer sealer_{std::array<std::uint8_t, 32>{1, 2, 3}, random_};
  ObjectTools tools_{hasher_, sealer_, random_, clock_, {}};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Transaction> transaction_;
  std::unique_ptr<Objects> objects_;
};

TEST_F(ObjectsTest, PasswordIsStoredHashedAndBumpsTheGeneration) {
  const Value pk = make(user(), {{"username", "alice"}, {"password", "s3cret"}});
  const Object first = stored(user(), pk);
  EXPECT_TRUE(hasher_.verify(first.at("password_hash").as_string(), Secret("s3cret")));
  EXPECT_EQ(boost::json::serialize(first).find("s3cret"), std::string::npos);
  ASSERT_TRUE(objects_->update(user(), pk, {{"password", "other"}}));
  EXPECT_GT(stored(user(), pk).at("generation").as_int64(), first.at("generation").as_int64());
}

TEST_F(ObjectsTest, KeepMatchingLeavesARightPasswordAlone) {
  const Value pk = make(user(), {{"username", "alice"}, {"password", "s3cret"}});
  const Object before = stored(user(), pk);
  const auto written =
      objects_->update(user(), pk, {{"password", "s3cret"}}, {.keep_matching = true});
  ASSERT_TRUE(written);
  EXPECT_FALSE(written->changed());
  EXPECT_EQ(stored(user(), pk), before);
  EXPECT_TRUE(
      objects_->update(user(), pk, {{"password", "new"}}, {.keep_matching = true})->changed());
}

TEST_F(ObjectsTest, NumbersNeverOverlapBetweenUsersAndGroups) {
  std::set<std::int64_t> seen;
  for (int i = 0; i < 20; ++i) {
    const Value u = make(user(), {{"username", "u" + std::to_string(i)}});
    const Value g = make(group(), {{"name", "g" + std::to_string(i)}});
    EXPECT_TRUE(seen.insert(stored(user(), u).at("uid_number").as_int64()).second);
    EXPECT_TRUE(seen.insert(stored(group(), g).at("gid_number").as_int64()).second);
    EXPECT_GE(stored(user(), u).at("uid_number").as_int64(), 2000);
    EXPECT_GE(stored(group(), g).at("gid_number").as_int64(), 4000);
  }
}

TEST_F(ObjectsTest, RefusalsSayWhatIsAllowed) {
  EXPECT_NE(refusal(user(), {{"username", "a"}, {"nickname", "b"}}).find("allowed are username"),
            std::string::npos);
  EXPECT_NE(refusal(user(), {{"name", "x"}}).find("required"), std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", ""}}).find("1 to 150"), std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", "a\nb"}}).find("control"), std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", "a"}, {"uid_number", 5}}).find("set by the server"),
            std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", "a"}, {"type", "robot"}}).find("service_account"),
            std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", "a"}, {"groups", {"x"}}}).find("pk is expected"),
            std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", "a"}, {"permissions", {"root"}}})
                .find(std::string(kSearchFullDirectory)),
            std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", "a"}, {"email", "a@b\r\nRCPT"}}).find("control"),
            std::string::npos);
  EXPECT_NE(refusal(user(), {{"username", "\xff"}}).find("UTF-8"), std::string::npos);
}

TEST_F(ObjectsTest, UsernamesAreUniqueWithoutRegardToCase) {
  make(user(), {{"username", "alice"}});
  EXPECT_NE(refusal(user(), {{"username", "ALICE"}}).find("exists already"), std::string::npos);
}

TEST_F(ObjectsTest, GroupCyclesAreRefused) {
  const Value a = make(group(), {{"name", "a"}});
  const Value b = make(group(), {{"name", "b"}, {"parents", {a}}});
  const Value c = make(group(), {{"name", "c"}, {"parents", {b}}});
  const auto written = objects_->update(group(), a, {{"parents", {c}}});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().field, "parents");
}

TEST_F(ObjectsTest, TokenKeysAreShownOnceAndStoredAsVerifier) {
  const Value u = make(user(), {{"username", "alice"}});
  const Model& token = model("authentik_core.token");
  const auto written =
      objects_->create(token, {{"identifier", "t"}, {"user", u}, {"intent", "app_password"}});
  ASSERT_TRUE(written);
  ASSERT_TRUE(written->generated);
  const Object row = stored(token, written->pk);
  EXPECT_EQ(row.at("verifier").as_string(), to_hex(key_verifier(written->generated->reveal())));
  EXPECT_EQ(boost::json::serialize(row).find(std::string(written->generated->reveal())),
            std::string::npos);
  const auto found = objects_->find(token, {{"key", written->generated->reveal()}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 1U);
}

TEST_F(ObjectsTest, GivenKeysNeedTwentyOctets) {
  const Value u = make(user(), {{"username", "alice"}});
  EXPECT_NE(
      refusal(model("authentik_core.token"), {{"identifier", "t"}, {"user", u}, {"key", "short"}})
          .find("20 to 1024"),
      std::string::npos);
}

TEST_F(ObjectsTest, DevicesBumpTheGenerationOfTheirOwner) {
  const Value u = make(user(), {{"username", "alice"}});
  const auto generation = [&] { return stored(user(), u).at("generation").as_int64(); };
  std::int64_t last = generation();
  const auto grew = [&] { return std::exchange(last, generation()) < last; };
  const Value totp =
      make(model("authentik_stages_authenticator_totp.totpdevice"),
           {{"user", u}, {"name", "phone"}, {"key", "base32:JBSWY3DPEHPK3PXPJBSWY3DP"}});
  EXPECT_TRUE(grew());
  const Value device = make(model("authentik_stages_authenticator_static.staticdevice"),
                            {{"user", u}, {"name", "paper"}});
  EXPECT_TRUE(grew());
  make(model("authentik_stages_authenticator_static.statictoken"),
       {{"device", device}, {"token", "abc123def456"}});
  EXPECT_TRUE(grew());
  ASSERT_TRUE(objects_->erase(model("authentik_stages_authenticator_totp.totpdevice"), totp));
  EXPECT_TRUE(grew());
}

TEST_F(ObjectsTest, TotpKeysAreSealedToTheirRow) {
  const Value u = make(user(), {{"username", "alice"}});
  const Model& totp = model("authentik_stages_authenticator_totp.totpdevice");
  const Value pk =
      make(totp, {{"user", u}, {"name", "p"}, {"key", "3132333435363738393031323334353637383930"}});
  const auto blob = from_hex(stored(totp, pk).at("sealed_key").as_string());
  ASSERT_TRUE(blob);
  const std::string name(pk.as_string());
  EXPECT_TRUE(sealer_.unseal(*blob, "totp:" + name)->equal("12345678901234567890"));
  EXPECT_FALSE(sealer_.unseal(*blob, "totp:other"));
}

TEST_F(ObjectsTest, PolicyBindingsNeedExactlyOneSubject) {
  const Value u = make(user(), {{"username", "alice"}});
  const Value g = make(group(), {{"name", "g"}});
  const Value app = make(model("authentik_core.application"), {{"slug", "a"}, {"name", "A"}});
  const Model& binding = model("authentik_policies.policybinding");
  EXPECT_NE(refusal(binding, {{"target", app}, {"order", 0}}).find("exactly one"),
            std::string::npos);
  EXPECT_NE(refusal(binding, {{"target", app}, {"order", 0}, {"user", u}, {"group", g}})
                .find("exactly one"),
            std::string::npos);
  make(binding, {{"target", app}, {"order", 0}, {"user", u}});
}

TEST_F(ObjectsTest, PresentableShowsNoSecret) {
  const Value pk = make(user(), {{"username", "alice"}, {"password", "s3cret"}});
  const Object shown = presentable(user(), stored(user(), pk));
  EXPECT_FALSE(shown.contains("password_hash"));
  EXPECT_EQ(shown.at("date_joined"), "2023-11-14T22:13:20.000000Z");
}

}  // namespace
}  // namespace postern::core
