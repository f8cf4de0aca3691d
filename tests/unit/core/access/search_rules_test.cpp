// Search rules: reading, errors with what is allowed, who is fitted by which.

#include "core/access/search_rules.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "core/access/access_check.h"

namespace postern::core {
namespace {

SearchRules rules(const char* text) {
  SearchRules out;
  EXPECT_EQ(read_search_rules(boost::json::parse(text).as_object(), out), std::nullopt) << text;
  return out;
}
std::string problem(const char* text) {
  SearchRules out;
  const auto wrong = read_search_rules(boost::json::parse(text).as_object(), out);
  EXPECT_TRUE(out.list.empty());
  EXPECT_EQ(out.otherwise.sees, Sees::nothing) << text;
  return wrong.value_or("");
}
LoginRecord user(UserId pk, std::string name, std::vector<GroupNumber> groups = {}) {
  LoginRecord record;
  record.pk = pk;
  record.username = std::move(name);
  record.groups = std::move(groups);
  return record;
}

TEST(SearchRules, WithoutAnyOneSeesItselfAndItsGroupsAndAnonymousNothing) {
  const SearchRules none = rules("{}");
  EXPECT_EQ(none.of_user(user(1, "a")).sees, Sees::own_groups);
  EXPECT_EQ(none.of_anonymous().sees, Sees::nothing);
  EXPECT_EQ(rules(R"({"search_default":"self"})").of_user(user(1, "a")).sees, Sees::self);
}

TEST(SearchRules, TheFirstThatFitsDecides) {
  SearchRules all = rules(R"({"search":[
      {"user":"alice","sees":"nothing"},
      {"user":7,"sees":"everything","attributes":["cn","@posixAccount"]},
      {"group":"readers","sees":"members","groups":["g"]},
      {"bound":true,"sees":"own_groups","with_members":true},
      {"anonymous":true,"sees":"members"}],"search_default":"self"})");
  all.list[2].group = 11;
  EXPECT_EQ(all.of_user(user(1, "alice", {11})).sees, Sees::nothing);
  EXPECT_EQ(all.of_user(user(2, "Alice")).sees, Sees::own_groups);
  const SearchRight seven = all.of_user(user(7, "g"));
  EXPECT_EQ(seven.sees, Sees::everything);
  EXPECT_EQ(*seven.attributes, (std::vector<std::string>{"cn", "@posixAccount"}));
  const SearchRight reader = all.of_user(user(3, "r", {4, 11}));
  EXPECT_EQ(reader.sees, Sees::members);
  EXPECT_NE(reader.groups, nullptr);
  EXPECT_TRUE(all.of_user(user(4, "x")).with_members);
  EXPECT_EQ(all.of_anonymous().sees, Sees::members);
}

TEST(SearchRules, AnyoneIncludesWhoHasNotBound) {
  const SearchRules all = rules(R"({"search":[{"anyone":true,"sees":"everything"}]})");
  EXPECT_EQ(all.of_anonymous().sees, Sees::everything);
  EXPECT_EQ(all.of_user(user(1, "a")).sees, Sees::everything);
}

TEST(SearchRules, AGroupThatIsNotThereFitsNobody) {
  const SearchRules all = rules(R"({"search":[{"group":"gone","sees":"everything"}]})");
  EXPECT_EQ(all.of_user(user(1, "a", {0, 1})).sees, Sees::own_groups);
}

TEST(SearchRules, ErrorsSayWhereAndWhatIsAllowed) {
  EXPECT_EQ(problem(R"({"search":"all"})"),
            "attributes.postern.search must be a list of at most 100 rules");
  EXPECT_EQ(problem(R"({"search":[{"bound":true,"sees":"some"}]})"),
            "attributes.postern.search[0].sees must be one of nothing, self, own_groups, members, "
            "everything");
  EXPECT_EQ(problem(R"({"search":[{"bound":true,"sees":"self"},{"who":"x","sees":"self"}]})"),
            "attributes.postern.search[1].who is unknown, allowed are group, user, bound, "
            "anonymous, anyone, sees, with_members, groups, attributes");
  for (const char* text :
       {R"({"search":[{"sees":"self"}]})", R"({"search":[{"bound":true}]})",
        R"({"search":[{"bound":true,"user":"a","sees":"self"}]})", R"({"search":[7]})",
        R"({"search":[{"bound":false,"sees":"self"}]})",
        R"({"search":[{"anonymous":true,"sees":"self"}]})",
        R"({"search":[{"user":-1,"sees":"self"}]})", R"({"search":[{"group":"","sees":"self"}]})",
        R"({"search":[{"bound":true,"sees":"members","with_members":true}]})",
        R"({"search":[{"bound":true,"sees":"self","groups":["a"]}]})",
        R"({"search":[{"bound":true,"sees":"members","groups":[]}]})",
        R"({"search":[{"bound":true,"sees":"self","attributes":["cn;x"]}]})",
        R"({"search":[{"bound":true,"sees":"self","attributes":"cn"}]})",
        R"({"search_default":"all"})", R"({"search_default":7})"}) {
    EXPECT_NE(problem(text), "") << text;
  }
}

TEST(SearchRules, PermissionAndSuperuserAreAboveTheRules) {
  LdapProvider provider;
  provider.search = rules(R"({"search":[{"bound":true,"sees":"nothing"}]})");
  LoginRecord record = user(5, "a");
  EXPECT_EQ(search_right(provider, record).sees, Sees::nothing);
  provider.search_full = {5};
  EXPECT_EQ(search_right(provider, record).sees, Sees::everything);
  provider.search_full.clear();
  record.search_full_directory = true;
  EXPECT_EQ(search_right(provider, record).sees, Sees::everything);
}

}  // namespace
}  // namespace postern::core
