// Conditions, words and prefixes of listings.

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::Value;
using core::Where;

class StoreWhere : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ada = add_user("ada", {{"name", "Ada Lovelace"}, {"email", "ada@x"}, {"path", "a/b"}});
    bob = add_user("bob", {{"name", "Bob 100%"}, {"email", "bob@x"}, {"path", "a"}});
    staff = add_group("staff", {{"users", {ada}}});
  }
  std::vector<std::string> names(const core::ListQuery& query) {
    std::vector<std::string> out;
    for (const core::Object& user : store->list(users(), query)) {
      out.emplace_back(user.at("username").as_string());
    }
    EXPECT_EQ(store->count(users(), query), static_cast<std::int64_t>(out.size()));
    return out;
  }
  std::vector<std::string> where(std::string field, Where::Is is, std::vector<Value> values) {
    core::ListQuery query;
    query.where.push_back({std::move(field), is, std::move(values)});
    return names(query);
  }
  std::vector<std::string> search(std::string text) {
    core::ListQuery query;
    query.search = std::move(text);
    query.search_in = {"username", "name", "email", "uuid"};
    return names(query);
  }
  using Names = std::vector<std::string>;
  std::int64_t ada = 0, bob = 0;
  core::Uuid staff;
};

TEST_P(StoreWhere, EachOperatorHoldsForWhatItSays) {
  EXPECT_EQ(where("email", Where::Is::in, {"ada@x", "nobody@x"}), Names{"ada"});
  EXPECT_EQ(where("email", Where::Is::in, {}), Names{});
  EXPECT_EQ(where("pk", Where::Is::in, {bob}), Names{"bob"});
  EXPECT_EQ(where("pk", Where::Is::less, {bob}), Names{"ada"});
  EXPECT_EQ(where("pk", Where::Is::greater, {ada}), Names{"bob"});
  EXPECT_EQ(where("last_login", Where::Is::null, {}), (Names{"ada", "bob"}));
  EXPECT_EQ(where("last_login", Where::Is::not_null, {}), Names{});
  EXPECT_EQ(where("path", Where::Is::prefix, {"a/"}), Names{"ada"});
  EXPECT_EQ(where("path", Where::Is::prefix, {"_"}), Names{});
  EXPECT_EQ(where("name", Where::Is::text_is, {"ADA LOVELACE"}), Names{"ada"});
  EXPECT_EQ(where("groups", Where::Is::linked, {Value(staff)}), Names{"ada"});
  EXPECT_EQ(where("groups", Where::Is::linked, {}), Names{});
}

TEST_P(StoreWhere, EveryWordOfASearchHasToBeSomewhere) {
  EXPECT_EQ(search("LOVE  ada"), Names{"ada"});
  EXPECT_EQ(search("love bob"), Names{});
  EXPECT_EQ(search("%"), Names{"bob"});
  EXPECT_EQ(search("_"), Names{});
  EXPECT_EQ(search("  "), (Names{"ada", "bob"}));
}

TEST_P(StoreWhere, WhatCannotBeFilteredByIsRefused) {
  EXPECT_THROW(where("attributes", Where::Is::in, {core::Object{}}), core::StoreError);
  EXPECT_THROW(where("nothing", Where::Is::in, {1}), core::StoreError);
}

STORE_SUITE(StoreWhere);

}  // namespace
}  // namespace postern::store
