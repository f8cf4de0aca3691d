// Filters: three-valued logic, the index plans against a naive evaluator, visibility, limits.

#include <boost/json/parse.hpp>

#include <random>
#include <set>

#include "directory_world.h"
#include "protocols/ldap/matching.h"
#include "protocols/ldap/schema.h"

namespace postern::test {
namespace {

using Values = std::vector<std::string>;
using ldap::ResultCode;
using ldap::Scope;

constexpr const char* kBase = "dc=example,dc=org";
std::string user_dn(const std::string& name) { return "cn=" + name + ",ou=users," + kBase; }
std::string group_dn(const std::string& name) { return "cn=" + name + ",ou=groups," + kBase; }
std::string own_dn(const std::string& name) { return "cn=" + name + ",ou=virtual-groups," + kBase; }

class DirectoryFilters : public ::testing::Test {
 protected:
  void SetUp() override {
    world.store.put_group(make_group(1, "staff", {2}));
    world.store.put_group(make_group(2, "everyone"));
    world.store.put_group(make_group(3, "Empty"));
    core::StoredUser alice = make_user(1, "alice", {1});
    alice.name = "Alice van Dijk";
    alice.email = "alice@example.org";
    alice.attributes = boost::json::parse(R"({"shoe": "size 42", "flags": 6})").as_object();
    world.store.put_user(alice);
    core::StoredUser bob = make_user(2, "bob", {1, 2});
    bob.name = "Bob Stone";
    world.store.put_user(bob);
    world.store.put_user(make_user(3, "carol"));
    world.open();
  }
  Values users(const std::string& filter) {
    return world.dns("(&(objectClass=user)" + filter + ")");
  }
  World world;
};

TEST_F(DirectoryFilters, Rfc4511_4_5_1_7_ThreeValuedLogic) {
  const Values all{user_dn("alice"), user_dn("bob"), user_dn("carol")};
  const Values none;
  EXPECT_EQ(users("(uid=alice)"), Values{user_dn("alice")});
  EXPECT_EQ(users("(!(uid=alice))"), (Values{user_dn("bob"), user_dn("carol")}));
  // Unknown attribute: Undefined, also under NOT.
  EXPECT_EQ(users("(noSuchAttribute=x)"), none);
  EXPECT_EQ(users("(!(noSuchAttribute=x))"), none);
  EXPECT_EQ(users("(|(noSuchAttribute=x)(uid=bob))"), Values{user_dn("bob")});
  EXPECT_EQ(users("(!(&(noSuchAttribute=x)(uid=bob)))"),
            (Values{user_dn("alice"), user_dn("carol")}));
  EXPECT_EQ(users("(!(|(noSuchAttribute=x)(uid=bob)))"), none);
  EXPECT_EQ(users("(cn;lang-de=alice)"), none);
  // Absent attribute: FALSE.
  EXPECT_EQ(users("(!(mail=x))"), all);
  EXPECT_EQ(users("(!(mail=*))"), (Values{user_dn("bob"), user_dn("carol")}));
  // Values that do not fit the syntax: Undefined.
  EXPECT_EQ(users("(!(uidNumber=abc))"), none);
  EXPECT_EQ(users("(!(memberOf=no dn))"), none);
  // RFC 4526
  EXPECT_EQ(users("(&)"), all);
  EXPECT_EQ(users("(|)"), none);
}

TEST_F(DirectoryFilters, OrderingAndNumbers) {
  EXPECT_EQ(users("(uidNumber=02001)").size(), 0U);
  EXPECT_EQ(users("(uidNumber>=2002)"), (Values{user_dn("bob"), user_dn("carol")}));
  EXPECT_EQ(users("(uidNumber<=2001)"), Values{user_dn("alice")});
  EXPECT_EQ(users("(createTimestamp>=20260101000000Z)").size(), 3U);
  EXPECT_EQ(users("(createTimestamp>=20270101000000Z)").size(), 0U);
  EXPECT_EQ(users("(uid~=ALICE)"), Values{user_dn("alice")});
}

TEST_F(DirectoryFilters, Rfc4511_4_5_1_7_2_SubstringsOfManyPieces) {
  const Values alice{user_dn("alice")};
  for (const char* filter :
       {"(cn=al*)", "(cn=*ice)", "(cn=*lic*)", "(cn=a*i*e)", "(displayName=ali*van*dijk)",
        "(displayName=*ce v*)", "(mail=*@example.org)", "(shoe=size*2)", "(cn=A*E)",
        "(sn=al*an*jk)"}) {
    EXPECT_EQ(users(filter), alice) << filter;
  }
  for (const char* filter : {"(cn=al*x)", "(cn=*ali*ali*)", "(displayName=van*)", "(cn=alice*e)"}) {
    EXPECT_TRUE(users(filter).empty()) << filter;
  }
}

TEST_F(DirectoryFilters, MembershipByDn) {
  EXPECT_EQ(users("(memberOf=CN=Staff, OU=groups," + std::string(kBase) + ")"),
            (Values{user_dn("alice"), user_dn("bob")}));
  EXPECT_EQ(users("(memberOf=" + group_dn("everyone") + ")"), Values{user_dn("bob")});
  EXPECT_EQ(users("(memberOf:1.2.840.113556.1.4.1941:=" + group_dn("everyone") + ")"),
            (Values{user_dn("alice"), user_dn("bob")}));
  EXPECT_EQ(world.dns("(member=" + user_dn("bob") + ")"),
            (Values{group_dn("staff"), group_dn("everyone"), own_dn("bob")}));
  EXPECT_EQ(world.dns("(uniqueMember=" + group_dn("staff") + ")"), Values{group_dn("everyone")});
  EXPECT_EQ(world.dns("(memberUid=alice)"), (Values{group_dn("staff"), own_dn("alice")}));
  EXPECT_TRUE(world.dns("(memberUid=ALICE)").empty());  // RFC 2307: caseExact
  EXPECT_EQ(world.dns("(&(objectClass=posixGroup)(!(member=*)))"), Values{group_dn("Empty")});
  EXPECT_EQ(world.dns("(entryDN=" + user_dn("bob") + ")"), Values{user_dn("bob")});
  EXPECT_TRUE(world.dns("(member=" + user_dn("nobody") + ")").empty());
}

TEST_F(DirectoryFilters, Rfc4511_4_5_1_7_7_Extensible) {
  EXPECT_EQ(users("(cn:=ALICE)"), Values{user_dn("alice")});
  EXPECT_EQ(users("(cn:caseExactMatch:=alice)"), Values{user_dn("alice")});
  EXPECT_TRUE(users("(cn:caseExactMatch:=ALICE)").empty());
  EXPECT_EQ(users("(cn:2.5.13.5:=alice)"), Values{user_dn("alice")});
  EXPECT_EQ(users("(ou:dn:=users)").size(), 3U);
  EXPECT_EQ(world.dns("(&(objectClass=user)(dc:dn:=example))").size(), 3U);
  EXPECT_EQ(users("(:caseIgnoreMatch:=bob)"), Values{user_dn("bob")});
  EXPECT_TRUE(users("(!(cn:9.9.9:=x))").empty());
  // A rule that is not for the attribute's syntax makes the filter Undefined.
  EXPECT_TRUE(users("(createTimestamp:caseExactMatch:=20200101000000Z)").empty());
  EXPECT_TRUE(users("(!(ak-superuser:1.2.840.113556.1.4.804:=2))").empty());
  EXPECT_EQ(world.dns("(&(objectClass=groupOfNames)(:caseExactIA5Match:=bob))"),
            (Values{group_dn("staff"), group_dn("everyone"), own_dn("bob")}));
  EXPECT_EQ(users("(uidNumber:1.2.840.113556.1.4.803:=3)"), Values{user_dn("carol")});
}

TEST_F(DirectoryFilters, Rfc4512_2_5_3_SupertypeFindsSubtypes) {
  EXPECT_EQ(users("(name=alice)"), Values{user_dn("alice")});           // cn
  EXPECT_EQ(users("(name=alice van dijk)"), Values{user_dn("alice")});  // sn, name
}

TEST_F(DirectoryFilters, Rfc4517_3_3_6_AnEmptyStringIsNoValue) {
  EXPECT_TRUE(users("(!(displayName=))").empty());
  EXPECT_EQ(users("(!(homeDirectory=))").size(), 3U);  // IA5 strings may be empty
}

TEST_F(DirectoryFilters, AValueOutsideItsSyntaxEqualsNoValidOne) {
  world.store.put_user(make_user(4, "zo\xc3\xab"));  // homeDirectory, an IA5 String, holds it too
  world.settle();
  EXPECT_EQ(users("(!(homeDirectory=/home/bob))").size(), 3U);
}

TEST_F(DirectoryFilters, LongValuesAreHashedAndCompared) {
  const std::string longer(600, 'x');
  core::StoredUser carol = make_user(3, "carol");
  carol.attributes["note"] = longer + "a";
  world.store.put_user(carol);
  world.settle();
  EXPECT_EQ(users("(note=" + longer + "a)"), Values{user_dn("carol")});
  EXPECT_TRUE(users("(note=" + longer + "b)").empty());
  EXPECT_EQ(users("(note=xxxx*)"), Values{user_dn("carol")});
  EXPECT_EQ(users("(note=" + longer + "*)"), Values{user_dn("carol")});
}

TEST_F(DirectoryFilters, VisibilityOfOneself) {
  const auto as = [this](std::int64_t user, const std::string& filter) {
    return world.search({.filter = filter, .user = user, .full = false});
  };
  EXPECT_EQ(as(1, "(objectClass=*)").dns(),
            (Values{kBase, "ou=users," + std::string(kBase), "ou=groups," + std::string(kBase),
                    "ou=virtual-groups," + std::string(kBase), user_dn("alice"), group_dn("staff"),
                    own_dn("alice")}));
  const Found staff = as(1, "(cn=staff)");
  ASSERT_EQ(staff.entries.size(), 1U);
  for (const char* name : {"member", "uniqueMember"}) {
    EXPECT_EQ(staff.entries[0].of(name), Values{user_dn("alice")}) << name;
  }
  EXPECT_EQ(staff.entries[0].of("memberUid"), Values{"alice"});
  // What is cut does not match either.
  EXPECT_TRUE(as(1, "(member=" + user_dn("bob") + ")").entries.empty());
  EXPECT_TRUE(as(1, "(memberUid=bob)").entries.empty());
  EXPECT_TRUE(as(1, "(memberUid=b*)").entries.empty());
  EXPECT_TRUE(as(1, "(uid=bob)").entries.empty());
  EXPECT_EQ(as(1, "(member=" + user_dn("alice") + ")").dns(),
            (Values{group_dn("staff"), own_dn("alice")}));
  for (const std::string& hidden : {user_dn("bob"), group_dn("everyone"), own_dn("bob")}) {
    const Found found = world.search({.base = hidden, .user = 1, .full = false});
    const Found absent = world.search(
        {.base = "cn=nobody" + hidden.substr(hidden.find(',')), .user = 1, .full = false});
    EXPECT_EQ(found.code, ResultCode::noSuchObject) << hidden;
    EXPECT_EQ(found.matched, hidden.substr(hidden.find(',') + 1));
    EXPECT_EQ(found.matched, absent.matched);
  }
  const Found nobody = world.search({.user = 0, .full = false});
  EXPECT_EQ(nobody.code, ResultCode::noSuchObject);
  EXPECT_EQ(nobody.matched, "");
}

TEST_F(DirectoryFilters, Rfc4511_4_1_9_MatchedDnIsTheNearestAncestor) {
  EXPECT_EQ(world.search({.base = "cn=x," + user_dn("alice")}).matched, user_dn("alice"));
  EXPECT_EQ(world.search({.base = "cn=a,cn=b,ou=nowhere," + std::string(kBase)}).matched, kBase);
}

TEST_F(DirectoryFilters, Rfc4511_4_5_1_4_SizeAndTimeLimit) {
  const Found two = world.search({.filter = "(objectClass=user)", .size_limit = 2});
  EXPECT_EQ(two.code, ResultCode::sizeLimitExceeded);
  EXPECT_EQ(two.entries.size(), 2U);
  const Found exact = world.search({.filter = "(objectClass=user)", .size_limit = 3});
  EXPECT_EQ(exact.code, ResultCode::success);
  EXPECT_EQ(exact.entries.size(), 3U);
  Request request(Query{});
  request.limits.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  ldap::SearchCursor cursor;
  Octets out;
  EXPECT_EQ(
      world.model
          ->search(request.search, 1, request.viewer, request.limits, request.extras, cursor, out)
          .code,
      ResultCode::timeLimitExceeded);
}

// A second, plain evaluator over what entries show ("*" and "+"), knowing nothing of indexes.
class Naive {
 public:
  enum class T { no, undefined, yes };
  static T eval(const ldap::Filter& filter, std::uint32_t index, const Entry& entry) {
    const auto& node = filter.nodes[index];
    if (node.kind == ldap::FilterKind::negation) {
      const T inner = eval(filter, node.first, entry);
      return inner == T::yes ? T::no : inner == T::no ? T::yes : T::undefined;
    }
    if (node.kind == ldap::FilterKind::conjunction || node.kind == ldap::FilterKind::disjunction) {
      const bool all = node.kind == ldap::FilterKind::conjunction;
      T result = all ? T::yes : T::no;
      for (std::uint32_t i = 0; i < node.count; ++i) {
        const T next = eval(filter, node.first + i, entry);
        result = all ? std::min(result, next) : std::max(result, next);
      }
      return result;
    }
    return leaf(filter, node, entry);
  }

 private:
  static T leaf(const ldap::Filter& filter, const ldap::FilterNode& node, const Entry& entry) {
    const auto* type = ldap::find_attribute(node.attribute);
    const bool custom = type == nullptr && (node.attribute == "shoe" || node.attribute == "Color");
    if (type == nullptr && !custom) return T::undefined;
    const ldap::Rule rule = custom ? ldap::Rule::caseIgnore : type->equality;
    const bool substrings = node.kind == ldap::FilterKind::substrings;
    std::string wanted, have;
    if (substrings && !ldap::has_substrings(custom ? rule : type->substrings)) return T::undefined;
    if (substrings) {
      for (std::uint32_t i = 0; i < node.count; ++i) {
        const auto& piece = filter.pieces[node.first + i];
        if (!ldap::prepare_substring(rule, piece.place, piece.text, wanted)) return T::undefined;
      }
    } else if (node.kind != ldap::FilterKind::present && !ldap::prepare(rule, node.value, wanted)) {
      return T::undefined;
    }
    std::set<std::string> names{std::string(custom ? node.attribute : type->name)};
    if (!custom) {
      for (const auto id : ldap::subtypes_of(type->id)) names.emplace(ldap::attribute(id).name);
    }
    for (const std::string& name : names) {
      for (const std::string& value : entry.of(name)) {
        if (node.kind == ldap::FilterKind::present) return T::yes;
        if (!ldap::prepare(rule, value, have)) continue;
        if (!substrings && have == wanted) return T::yes;
        if (substrings && pieces(filter, node, rule, have)) return T::yes;
      }
    }
    return T::no;
  }
  static bool pieces(const ldap::Filter& filter, const ldap::FilterNode& node, ldap::Rule rule,
                     const std::string& have) {
    std::size_t from = 0;
    std::string piece;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const auto& at = filter.pieces[node.first + i];
      if (!ldap::prepare_substring(rule, at.place, at.text, piece)) return false;
      if (!ldap::match_piece(have, at.place, piece, from)) return false;
    }
    return true;
  }
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return random_() % bound; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
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
    static const Values names{"cn",          "uid",         "mail", "sn",        "name",
                              "displayName", "Color",       "shoe", "gidNumber", "sAMAccountName",
                              "nosuch",      "objectClass", "ou",   "ak-active", "description"};
    static const Values values{
        "u1",     "u12",  "user one",       "red",    "green",      "group 3",
        "42",     "TRUE", "u3@example.org", "person", "posixGroup", "2012",
        "groups", "top"};
    static const Values pieces{"u", "u1", "er", "ser", "red", "exam", "org", "o", "gro", " 1", "2"};
    static const Values dns{
        "cn=u3,ou=users,dc=example,dc=org",          "cn=group 2,ou=groups,dc=example,dc=org",
        "cn=GROUP 5,ou=groups,dc=example,dc=org",    "cn=none,ou=groups,dc=example,dc=org",
        "cn=u3,ou=virtual-groups,dc=example,dc=org", "bad dn"};
    switch (below(8)) {
      case 0:
        return "(" + pick(names) + "=*)";
      case 1:
        return "(" + pick(names) + "=" + pick(pieces) + "*)";
      case 2:
        return "(" + pick(names) + "=*" + pick(pieces) + "*)";
      case 3:
        return "(" + pick(names) + "=" + pick(pieces) + "*" + pick(pieces) + ")";
      case 4:
        return "(memberOf=" + pick(dns) + ")";
      case 5:
        return "(member=" + pick(dns) + ")";
      default:
        return "(" + pick(names) + "=" + pick(values) + ")";
    }
  }
  std::mt19937 random_;
};

TEST(DirectoryDifferential, TwoThousandRandomFiltersAgainstANaiveEvaluator) {
  World world;
  Generator make(20260131);
  for (int g = 1; g <= 6; ++g) {
    std::vector<core::GroupNumber> parents;
    if (g > 1 && make.below(2) == 0) parents.push_back(g - 1);
    world.store.put_group(make_group(g, "group " + std::to_string(g), parents));
  }
  for (int u = 1; u <= 40; ++u) {
    std::vector<core::GroupNumber> groups;
    for (int g = 1; g <= 6; ++g) {
      if (make.below(4) == 0) groups.push_back(g);
    }
    core::StoredUser user = make_user(u, "u" + std::to_string(u), groups);
    if (make.below(2) == 0) user.name = "User " + std::string(make.below(2) == 0 ? "one" : "Red");
    if (make.below(2) == 0) user.email = "u" + std::to_string(u) + "@example.org";
    if (make.below(3) == 0) user.attributes["Color"] = make.below(2) == 0 ? "red" : "Green";
    if (make.below(5) == 0) user.attributes["shoe"] = 42;
    world.store.put_user(user);
  }
  world.open();
  const Found all = world.search({.attributes = {"*", "+"}});
  ASSERT_EQ(all.entries.size(), 4U + 40 + 6 + 40);
  std::size_t matched = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::string text = make.filter(3);
    const auto parsed = ldap::parse_filter(text);
    ASSERT_TRUE(parsed.ok()) << text;
    Values expected;
    for (const Entry& entry : all.entries) {
      if (Naive::eval(parsed->filter, 0, entry) == Naive::T::yes) expected.push_back(entry.dn);
    }
    ASSERT_EQ(world.dns(text), expected) << text;
    matched += expected.size();
  }
  EXPECT_GT(matched, 2000U);  // the filters do find things
}

}  // namespace
}  // namespace postern::test
