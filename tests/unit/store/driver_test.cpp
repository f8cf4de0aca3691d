#include <atomic>
#include <thread>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::StoreError;

class StoreDriver : public ::testing::TestWithParam<BackEnd> {
 protected:
  void SetUp() override {
    database = GetParam().database(folder.path);
    database->writer()->execute(
        R"(create table t ("a" bigint primary key, "b" text not null, "c" bigint references t ("a")))");
  }
  TemporaryFolder folder;
  std::unique_ptr<Database> database;
};

TEST_P(StoreDriver, ArgumentsAreNumberedNotOrderedAndMayRepeat) {
  const auto connection = database->reader();
  const auto rows = connection->query("select $2, $1, $2, '$1', $3, $4", {1, "two", nullptr, true});
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->text(0), "two");
  EXPECT_EQ(rows->integer(1), 1);
  EXPECT_EQ(rows->text(2), "two");
  EXPECT_EQ(rows->text(3), "$1");
  EXPECT_TRUE(rows->is_null(4));
  EXPECT_EQ(rows->text(4), "");
  EXPECT_TRUE(rows->boolean(5));
  EXPECT_FALSE(rows->next());
}

TEST_P(StoreDriver, BytesPassUnchanged) {
  const std::string octets("\x00\xff\\x41", 5);
  const auto connection = database->reader();
  const auto rows = connection->query("select $1", {Bytes{octets}});
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->bytes(0), octets);
}

TEST_P(StoreDriver, ViolationsHaveTheirKind) {
  const auto connection = database->writer();
  const auto insert = [&](const Bind& a, const Bind& b, const Bind& c) {
    return refused([&] { connection->execute("insert into t values ($1, $2, $3)", {a, b, c}); });
  };
  EXPECT_EQ(insert(1, "x", nullptr), std::nullopt);
  EXPECT_EQ(insert(1, "x", nullptr), StoreError::Kind::duplicate);
  EXPECT_EQ(insert(2, "x", 9), StoreError::Kind::foreign_key);
  EXPECT_EQ(insert(2, nullptr, nullptr), StoreError::Kind::other);
  EXPECT_EQ(refused([&] { connection->execute("selekt"); }), StoreError::Kind::other);
}

TEST_P(StoreDriver, TheSameTextRunsInsideItself) {
  const auto connection = database->writer();
  for (int i = 1; i <= 3; ++i) connection->execute("insert into t values ($1, '', null)", {i});
  int pairs = 0;
  for (const auto outer = connection->query("select a from t"); outer->next();) {
    for (const auto inner = connection->query("select a from t"); inner->next();) ++pairs;
  }
  EXPECT_EQ(pairs, 9);
}

TEST_P(StoreDriver, ManyStatementTextsDoNotPileUp) {
  const auto connection = database->reader();
  const auto open = connection->query("select a from t");
  for (int i = 0; i < 2000; ++i) {
    const auto rows = connection->query("select " + std::to_string(i));
    ASSERT_TRUE(rows->next());
    ASSERT_EQ(rows->integer(0), i);
  }
  EXPECT_FALSE(open->next());
}

TEST_P(StoreDriver, AReturnedConnectionCarriesNoTransaction) {
  {
    const auto connection = database->writer();
    connection->begin(Access::write);
    connection->execute("insert into t values (1, '', null)");
  }
  const auto connection = database->writer();
  EXPECT_FALSE(connection->in_transaction());
  EXPECT_FALSE(connection->query("select 1 from t")->next());
}

TEST_P(StoreDriver, TheWriterIsOneAtATimeAndReadersAreShared) {
  database->writer()->execute("insert into t values (0, '', null)");
  std::atomic<int> inside{0}, broken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        if (i % 2 == 0) {
          const auto connection = database->writer();
          if (++inside != 1) ++broken;
          connection->begin(Access::write);
          const auto rows = connection->query(R"(select "c" from t where "a" = 0)");
          rows->next();
          --inside;
        } else {
          const auto connection = database->reader();
          if (!connection->query("select 1 from t")->next()) ++broken;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(broken, 0);
}

TEST_P(StoreDriver, ASavepointUndoesItsPartOnly) {
  const auto connection = database->writer();
  connection->begin(Access::write);
  connection->execute("insert into t values (1, '', null)");
  {
    const Savepoint step(*connection);
    connection->execute("insert into t values (2, '', null)");
  }
  {
    Savepoint step(*connection);
    connection->execute("insert into t values (3, '', null)");
    step.keep();
  }
  connection->commit();
  std::string left;
  for (const auto rows = connection->query("select a from t order by a"); rows->next();) {
    left += rows->text(0);
  }
  EXPECT_EQ(left, "13");
}

STORE_SUITE(StoreDriver);

}  // namespace
}  // namespace postern::store
