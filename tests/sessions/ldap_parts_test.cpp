// The parts of an LDAP session on their own: Inbox, NamingContexts, Identity, memory of
// credentials.

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "outpost/ldap/identity.h"
#include "outpost/ldap/inbox.h"
#include "outpost/ldap/naming.h"
#include "sessions/ldap_world.h"

namespace postern::test {
namespace {

using outpost::Inbox;
using outpost::Route;

Octets numbers(std::size_t count) {
  Octets octets(count);
  std::iota(octets.begin(), octets.end(), std::uint8_t{0});
  return octets;
}

TEST(Inbox, KeepsOrderAcrossGrowthAndConsumption) {
  Inbox inbox;
  Octets expected;
  for (std::size_t size = 1; size < 3000; size += 97) {
    const Octets more = numbers(size);
    inbox.append(more);
    expected.insert(expected.end(), more.begin(), more.end());
    const std::size_t eaten = inbox.size() / 3;
    inbox.consume(eaten);
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(eaten));
    const OctetView rest = inbox.from(0);
    ASSERT_TRUE(std::equal(rest.begin(), rest.end(), expected.begin(), expected.end()));
  }
}

TEST(Inbox, HasAReadableOctetBehindTheLast) {
  Inbox inbox;
  for (std::size_t size : {511U, 1U, 512U, 4096U}) {
    inbox.append(numbers(size));
    const OctetView all = inbox.from(0);
    volatile std::uint8_t behind = all.data()[all.size()];  // an address sanitizer would object
    static_cast<void>(behind);
  }
}

TEST(Inbox, WipeLeavesNothing) {
  Inbox inbox;
  inbox.append(numbers(100));
  inbox.wipe(10, 50);
  const OctetView all = inbox.from(0);
  EXPECT_EQ(all[9], 9);
  EXPECT_EQ(all[10], 0);
  EXPECT_EQ(all[59], 0);
  EXPECT_EQ(all[60], 60);
}

TEST(Inbox, CompactionWipesWhereTheOctetsWere) {
  Inbox inbox;
  inbox.append(Octets(100, 'p'));
  inbox.append(Octets(300, 'p'));
  const std::uint8_t* start = inbox.from(0).data();
  inbox.consume(390);
  inbox.append(Octets(200, 'q'));  // moves the ten to the front, in the same storage
  ASSERT_EQ(inbox.from(0).data(), start);
  EXPECT_EQ(inbox.size(), 210U);
  for (std::size_t i = 210; i < 400; ++i) ASSERT_NE(start[i], 'p');
}

TEST(NamingContexts, RoutesByLongestBaseAtAnRdnBoundary) {
  FakeDirectory directory;
  const outpost::NamingContexts contexts(*directory.catalog(), 1);
  std::string scratch;
  const auto route = [&](std::string_view dn) { return contexts.route(dn, scratch); };
  EXPECT_EQ(route("").kind, Route::Kind::root);
  EXPECT_EQ(route("CN=SubSchema").kind, Route::Kind::subschema);
  EXPECT_EQ(route("=").kind, Route::Kind::bad_dn);
  EXPECT_EQ(route("dc=example").kind, Route::Kind::outside);
  EXPECT_EQ(route("ou=x,dc=xother").kind, Route::Kind::outside);
  EXPECT_EQ(route("dc=LDAP,dc=example").provider, kFirst);
  EXPECT_EQ(route("ou=x,ou=inner,dc=ldap,dc=example").provider, kNested);
  EXPECT_EQ(route("ou=xinner,dc=ldap,dc=example").provider, kFirst);
}

TEST(NamingContexts, ABaseThatIsNoDnIsLeftOutAndTheLowerPkWins) {
  FakeDirectory directory;
  directory.publish({{4, "no dn"}, {5, "dc=same"}, {6, "DC=Same"}, {7, ""}});
  const outpost::NamingContexts contexts(*directory.catalog(), 1);
  EXPECT_EQ(contexts.all().size(), 2U);
  std::string scratch;
  EXPECT_EQ(contexts.route("cn=x,dc=same", scratch).provider, 5);
}

TEST(NamingContexts, WithoutProvidersNobodyIsMeant) {
  FakeDirectory directory;
  directory.publish({});
  const outpost::NamingContexts contexts(*directory.catalog(), 1);
  const outpost::BindTarget target = contexts.bind_target(kAlice);
  EXPECT_TRUE(target.well_formed);
  EXPECT_FALSE(target.exact);
  EXPECT_EQ(target.provider, 0);
  EXPECT_NE(target.username, "alice");
}

TEST(NamingCache, IsBuiltOncePerVersion) {
  FakeDirectory directory;
  outpost::NamingCache cache;
  const auto first = cache.current(directory);
  EXPECT_EQ(first, cache.current(directory));
  directory.publish({{1, "dc=new"}});
  EXPECT_NE(first, cache.current(directory));
}

TEST(Identity, StartsAnonymousAndAGrantWithoutAUserIsNone) {
  FakeLogin login;
  FakeClock clock;
  outpost::Identity identity;
  EXPECT_EQ(identity.current(login, clock), nullptr);
  identity.assume({}, 1);
  EXPECT_EQ(identity.current(login, clock), nullptr);
  identity.assume({7, "alice", 1, kFirst, {}, 0}, 1);
  ASSERT_NE(identity.current(login, clock), nullptr);
  EXPECT_EQ(identity.current(login, clock)->user, 7);
  identity.drop();
  EXPECT_EQ(identity.current(login, clock), nullptr);
}

TEST(LdapServices, CountsSessionsThatAreOpen) {
  FakeLogin login;
  FakeDirectory directory;
  FakeTree tree;
  FakeClock clock;
  outpost::LdapServices services(login, directory, tree, clock, {}, {});
  {
    const outpost::LdapSession one({}, services), two({}, services);
    EXPECT_EQ(services.counters.open_sessions.load(), 2);
  }
  EXPECT_EQ(services.counters.open_sessions.load(), 0);
  EXPECT_EQ(services.counters.sessions.load(), 2U);
}

TEST(LdapServices, NewSettingsAreForNewSessions) {
  FakeLogin login;
  FakeDirectory directory;
  FakeTree tree;
  FakeClock clock;
  outpost::LdapServices services(login, directory, tree, clock, {}, {});
  const auto before = services.settings();
  outpost::LdapSettings changed;
  changed.searches.size = 5;
  services.replace_settings(changed);
  EXPECT_EQ(before->searches.size, 0U);
  EXPECT_EQ(services.settings()->searches.size, 5U);
}

}  // namespace
}  // namespace postern::test
