// No request tells a hidden entry or attribute from an absent one: two directories, one with what
// the viewer must not see, one without it, answer octet by octet the same.

#include <random>

#include "sight_world.h"

namespace postern::test {
namespace {

using ldap::Sees;
using Values = std::vector<std::string>;

class Requests {
 public:
  explicit Requests(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return random_() % bound; }
  const std::string& pick(const Values& from) { return from[below(from.size())]; }

  const std::string& attribute() {
    static const Values all{
        "cn",          "uid",         "mail",         "sn",        "name",      "Color",
        "shoe",        "flags",       "title",        "uidNumber", "member",    "manager",
        "memberOf",    "memberUid",   "uniqueMember", "entryDN",   "ou",        "ak-active",
        "objectClass", "displayName", "nosuch",       "cn;x-y",    "entryUUID", "createTimestamp",
        "gidNumber"};
    return pick(all);
  }
  const std::string& value() {
    static const Values all{"bob",     "alice",        "dave",   "red",
                            "carol",   "bob the 2",    "2002",   "2001",
                            "4001",    "eve",          "T",      "bob@example.org",
                            "6",       "TRUE",         "FALSE",  "user",
                            "person",  "users",        "secret", "20260101000000Z",
                            "example", uuid_of(2, 'a')};
    return below(3) == 0 ? dn() : pick(all);
  }
  const std::string& dn() {
    static const Values all{user_dn("bob"),       user_dn("alice"),
                            user_dn("dave"),      user_dn("nobody"),
                            user_dn("eve"),       group_dn("staff"),
                            group_dn("app"),      group_dn("secret"),
                            group_dn("everyone"), "cn=bob,ou=virtual-groups,dc=example,dc=org"};
    return pick(all);
  }
  const std::string& base() {
    static const Values all{"dc=example,dc=org", "ou=users,dc=example,dc=org",
                            "ou=groups,dc=example,dc=org", "ou=virtual-groups,dc=example,dc=org"};
    return below(4) == 0 ? dn() : pick(all);
  }
  std::string filter(int depth) {
    const std::size_t kind = below(depth > 0 ? 10 : 6);
    if (kind < 6) return leaf();
    if (kind == 6) return "(!" + filter(depth - 1) + ")";
    std::string out = kind < 9 ? "(&" : "(|";
    for (std::size_t i = 0, n = below(4); i < n; ++i) out += filter(depth - 1);
    return out + ")";
  }

 private:
  std::string leaf() {
    static const Values rules{"1.2.840.113556.1.4.1941", "1.2.840.113556.1.4.803",
                              "1.2.840.113556.1.4.804",  "caseExactMatch",
                              "caseIgnoreMatch",         "distinguishedNameMatch",
                              "integerOrderingMatch",    "9.9.9"};
    const std::string a = attribute();
    switch (below(9)) {
      case 0:
        return "(" + a + "=*)";
      case 1:
        return "(" + a + "=" + pick({"b", "bo", "al", "e", "d"}) + "*)";
      case 2:
        return "(" + a + "=*" + pick({"ob", "the", "ve", "example", "re"}) + "*)";
      case 3:
        return "(" + a + ">=" + value() + ")";
      case 4:
        return "(" + a + "<=" + value() + ")";
      case 5:
        return "(" + (below(3) == 0 ? std::string() : a) + (below(2) == 0 ? ":dn" : "") + ":" +
               pick(rules) + ":=" + value() + ")";
      case 6:
        return "(" + a + "~=" + value() + ")";
      default:
        return "(" + a + "=" + value() + ")";
    }
  }
  std::mt19937 random_;
};

Octets answer(SightWorld& world, const Query& query, ldap::Turn& last) {
  Request request(query);
  ldap::SearchCursor cursor;
  Octets out;
  do {
    last = world.model->search(request.search, 7, request.viewer, request.limits, request.extras,
                               cursor, out);
  } while (last.more);
  return out;
}

// Gives how many entries were found in all.
std::size_t expect_equal(SightWorld& with, SightWorld& without, const ldap::Viewer& viewer,
                         unsigned seed, int rounds) {
  Requests make(seed);
  std::size_t found = 0;
  for (int round = 0; round < rounds; ++round) {
    Query query{.filter = make.filter(3), .base = make.base(), .as = viewer};
    query.scope = static_cast<ldap::Scope>(make.below(3));
    query.size_limit = static_cast<std::uint32_t>(make.below(4));
    query.types_only = make.below(8) == 0;
    if (make.below(2) == 0) query.attributes = {make.attribute(), make.attribute()};
    if (make.below(4) == 0) query.attributes = {"*", "+"};
    ldap::Turn a, b;
    const Octets there = answer(with, query, a), absent = answer(without, query, b);
    EXPECT_EQ(a.code, b.code) << query.filter << " below " << query.base;
    EXPECT_EQ(a.matched_dn, b.matched_dn) << query.filter << " below " << query.base;
    EXPECT_TRUE(there == absent) << query.filter << " below " << query.base;
    if (::testing::Test::HasFailure()) return found;
    found += decode_entries(there).size();
    const std::string dn = make.dn(), attribute = make.attribute(), value = make.value();
    EXPECT_EQ(with.compare(viewer, dn, attribute, value),
              without.compare(viewer, dn, attribute, value))
        << attribute << "=" << value << " on " << dn;
    if (::testing::Test::HasFailure()) return found;
  }
  return found;
}

TEST(DirectorySight, NoneOf5000RequestsTellsAHiddenEntryFromAnAbsentOne) {
  SightWorld with, without(SightWorld::Hidden::absent);
  EXPECT_GT(expect_equal(with, without, SightWorld::viewer(Sees::members), 20261122, 5000), 1000U);
}

TEST(DirectorySight, NoneOf5000RequestsTellsAHiddenAttributeFromAnAbsentOne) {
  SightWorld with, without(SightWorld::Hidden::there, SightWorld::Hidden::absent);
  const std::vector<std::string> allowed{"cn", "uid", "memberOf", "member", "memberUid", "entryDN"};
  ldap::Viewer viewer = SightWorld::viewer(Sees::everything);
  viewer.attributes = &allowed;
  EXPECT_GT(expect_equal(with, without, viewer, 20261123, 5000), 1000U);
}

TEST(DirectorySight, NorForOneselfAndItsGroups) {
  SightWorld with, without(SightWorld::Hidden::absent);
  EXPECT_GT(expect_equal(with, without, SightWorld::viewer(Sees::own_groups, 3), 5, 2000), 200U);
  EXPECT_GT(expect_equal(with, without, SightWorld::viewer(Sees::self, 1), 6, 2000), 200U);
}

}  // namespace
}  // namespace postern::test
