#include "store/schema.h"

#include <sys/stat.h>

#include <array>
#include <fstream>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::StoreError;

class StoreSchema : public StoreTest {
 protected:
  std::unique_ptr<Database> database() { return GetParam().database(folder.path); }
};

TEST_P(StoreSchema, AFreshDatabaseIsAtTheNewestSchemaAndReopensUnchanged) {
  add_user("ada");
  const std::string epoch = store->epoch();
  for (int round = 0; round < 3; ++round) {
    reopen();
    EXPECT_EQ(store->epoch(), epoch);
    EXPECT_EQ(store->count(users(), {}), 1);
  }
  store.reset();
  const auto raw = database();
  EXPECT_EQ(read_meta(*raw->reader(), "schema_version"),
            std::to_string(migrations().back().version));
}

TEST_P(StoreSchema, MigrationsAreNumberedWithoutGaps) {
  int expected = 1;
  for (const Migration& step : migrations()) EXPECT_EQ(step.version, expected++);
}

TEST_P(StoreSchema, AnOlderSchemaIsBroughtForwardAndAFailedStepLeavesItWhole) {
  store.reset();
  const auto raw = database();
  const int now = migrations().back().version;
  const std::array<Migration, 2> broken{
      {{now + 1, "create table extra (a bigint);"}, {now + 2, "create table extra (a bigint);"}}};
  EXPECT_TRUE(refused([&] { migrate(*raw, broken); }).has_value());
  EXPECT_EQ(read_meta(*raw->reader(), "schema_version"), std::to_string(now));
  const std::array<Migration, 2> good{{{now + 1, "create table extra (a bigint);"},
                                       {now + 2, "alter table extra add column b bigint;"}}};
  migrate(*raw, good);
  migrate(*raw, good);
  raw->writer()->execute("insert into extra values (1, 2)");
  EXPECT_EQ(read_meta(*raw->reader(), "schema_version"), std::to_string(now + 2));
}

TEST_P(StoreSchema, ANewerSchemaIsRefusedWithASentence) {
  store.reset();
  {
    const auto raw = database();
    raw->writer()->execute(R"(update meta set "value" = '4711' where "key" = 'schema_version')");
  }
  try {
    reopen();
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.kind(), StoreError::Kind::schema);
    EXPECT_NE(std::string(error.what()).find("made by a newer version"), std::string::npos);
  }
}

STORE_SUITE(StoreSchema);

TEST(StoreUrl, TheFileIsPrivateAndPathsFollowTheThirdSlash) {
  const TemporaryFolder folder;
  OpenOptions options;
  options.base = folder.path;
  const auto relative = open_store("sqlite:///a.db", options);
  const auto absolute = open_store("sqlite:///" + (folder.path / "b.db").string(), options);
  relative->begin()->commit();
  for (const char* name : {"a.db", "a.db-wal", "b.db"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder.path / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST(StoreUrl, OtherUrlsAreRefusedWithoutRepeatingThem) {
  for (const char* url : {"postgresql://u:hunter2@h/db", "mysql://u:hunter2@h", "", "sqlite://x",
                          "sqlite:///", "sqlite:////"}) {
    try {
      open_store(url);
      FAIL() << url;
    } catch (const StoreError& error) {
      EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
      EXPECT_FALSE(std::string(error.what()).empty());
    }
  }
  EXPECT_THROW(open_store("sqlite:////no/such/folder/x.db"), StoreError);
}

TEST(StoreUrl, AFileThatIsNoDatabaseIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "x.db") << std::string(5000, 'x');
  EXPECT_EQ(refused([&] { open_store("sqlite:///" + (folder.path / "x.db").string()); }),
            StoreError::Kind::gone);
}

}  // namespace
}  // namespace postern::store
