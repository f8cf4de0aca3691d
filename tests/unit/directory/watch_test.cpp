// Persistent search on the read model: what is told of which change, to whom, and what is kept.

#include <atomic>

#include "directory/change_ring.h"
#include "directory_world.h"
#include "protocols/ldap/controls.h"

namespace postern::test {
namespace {

using directory::Change;
using directory::ChangeRing;
using ldap::ChangeType;

TEST(ChangeRing, WhoFallsBehindIsToldSo) {
  ChangeRing ring;
  Change out;
  ring.append({{.id = 1}}, 1);  // nobody watches
  EXPECT_EQ(ring.last(), 0U);
  const std::uint64_t start = ring.begin_watch();
  EXPECT_EQ(ring.next(start, out), ChangeRing::Next::none);
  ring.append({{.id = 2}, {.id = 3, .type = ChangeType::remove, .before = "x"}}, 9);
  ASSERT_EQ(ring.next(start, out), ChangeRing::Next::found);
  EXPECT_EQ(out.id, 2U);
  ASSERT_EQ(ring.next(start + 1, out), ChangeRing::Next::found);
  EXPECT_EQ(out.before, "x");
  EXPECT_EQ(out.applied, 9);
  EXPECT_FALSE(ring.has_lost(start));
  ring.append(std::vector<Change>(ChangeRing::kMostChanges, Change{.id = 4}), 10);
  EXPECT_EQ(ring.next(start, out), ChangeRing::Next::lost);
  EXPECT_TRUE(ring.has_lost(start));
  EXPECT_EQ(ring.next(start + 2, out), ChangeRing::Next::found);
  ring.append({{.id = 5, .before = std::string(ChangeRing::kMostOctets + 1, 'x')}}, 11);
  EXPECT_TRUE(ring.has_lost(start + 2));
  const std::uint64_t now = ring.begin_watch();
  ring.restart();
  EXPECT_EQ(ring.next(now, out), ChangeRing::Next::lost);
  EXPECT_TRUE(ring.has_lost(now));
  EXPECT_EQ(ring.next(ring.last(), out), ChangeRing::Next::none);
}

struct Watcher {
  Watcher(World& the_world, const Query& query, bool changes_only = true, std::uint8_t types = 15)
      : world(the_world), request(query) {
    watch.change_types = types;
    watch.changes_only = changes_only;
    watch.return_notifications = true;
    request.extras.watch = &watch;
    look();
  }
  // DNs of what came since the last look.
  std::vector<std::string> look() {
    Octets out;
    ldap::Turn turn;
    do {
      turn = world.model->search(request.search, 7, request.viewer, request.limits, request.extras,
                                 cursor, out);
    } while (turn.more && !turn.idle);
    code = turn.code;
    raw.assign(out.begin(), out.end());
    std::vector<std::string> dns;
    for (const Entry& entry : decode_entries(out)) dns.push_back(entry.dn);
    return dns;
  }

  World& world;
  Request request;
  ldap::PersistentSearch watch;
  ldap::SearchCursor cursor;
  ldap::ResultCode code{};
  std::string raw;
};

using Dns = std::vector<std::string>;

class DirectoryWatch : public ::testing::Test {
 protected:
  void SetUp() override {
    world.store.put_group(make_group(1, "staff"));
    world.store.put_user(make_user(1, "anna", {1}));
    world.store.put_user(make_user(2, "bert"));
    world.open();
  }
  World world;
  const Query users{.filter = "(objectClass=user)", .attributes = {"cn"}};
};

TEST_F(DirectoryWatch, Psearch_3_AddModifyRenameAndDelete) {
  Watcher watcher(world, users);
  EXPECT_EQ(watcher.look(), Dns{});
  world.store.put_user(make_user(3, "carl"));
  world.settle();
  EXPECT_EQ(watcher.look(), Dns{"cn=carl,ou=users,dc=example,dc=org"});
  EXPECT_NE(watcher.raw.find(ldap::oid::kEntryChange), std::string::npos);
  core::StoredUser changed = make_user(3, "carl");
  changed.email = "carl@example.org";
  world.store.put_user(changed);
  world.settle();
  EXPECT_EQ(watcher.look(), Dns{"cn=carl,ou=users,dc=example,dc=org"});
  world.store.put_user(make_user(3, "dora"));
  world.settle();
  EXPECT_EQ(watcher.look(), Dns{"cn=dora,ou=users,dc=example,dc=org"});
  EXPECT_NE(watcher.raw.find("cn=carl,ou=users"), std::string::npos);  // previousDN
  world.store.drop_user(3);
  world.settle();
  EXPECT_EQ(watcher.look(), Dns{"cn=dora,ou=users,dc=example,dc=org"});
  EXPECT_EQ(watcher.look(), Dns{});
}

TEST_F(DirectoryWatch, Psearch_3_OnlyTheChangeTypesAskedForAndWhatMatchesNow) {
  Watcher added(world, users, true, 1);
  Watcher named(world, {.filter = "(mail=*@example.org)", .attributes = {"cn"}});
  core::StoredUser changed = make_user(1, "anna", {1});
  changed.email = "anna@example.org";
  world.store.put_user(changed);
  world.store.put_user(make_user(4, "emil"));
  world.settle();
  EXPECT_EQ(added.look(), Dns{"cn=emil,ou=users,dc=example,dc=org"});
  EXPECT_EQ(named.look(), Dns{"cn=anna,ou=users,dc=example,dc=org"});
}

TEST_F(DirectoryWatch, Psearch_3_RefreshComesFirstUnlessChangesOnly) {
  Watcher watcher(world, users, false);
  EXPECT_NE(watcher.raw.find("cn=anna,ou=users"), std::string::npos);
  EXPECT_EQ(watcher.raw.find(ldap::oid::kEntryChange), std::string::npos);
  world.store.put_user(make_user(5, "fred"));
  world.settle();
  EXPECT_EQ(watcher.look(), Dns{"cn=fred,ou=users,dc=example,dc=org"});
}

TEST_F(DirectoryWatch, AGroupWhoseMembersChangedIsModified) {
  Watcher watcher(world, {.filter = "(objectClass=posixGroup)",
                          .base = "ou=groups,dc=example,dc=org",
                          .attributes = {"member"}});
  world.store.put_user(make_user(2, "bert", {1}));
  world.settle();
  EXPECT_EQ(watcher.look(), Dns{"cn=staff,ou=groups,dc=example,dc=org"});
  EXPECT_NE(watcher.raw.find("cn=bert,ou=users"), std::string::npos);
}

TEST_F(DirectoryWatch, WhatTheViewerMayNotSeeIsNotToldOf) {
  Watcher watcher(world,
                  {.filter = "(objectClass=user)", .attributes = {"cn"}, .user = 2, .full = false});
  world.store.put_user(make_user(6, "gina"));
  core::StoredUser own = make_user(2, "bert");
  own.email = "bert@example.org";
  world.store.put_user(own);
  world.settle();
  EXPECT_EQ(watcher.look(), Dns{"cn=bert,ou=users,dc=example,dc=org"});
}

TEST_F(DirectoryWatch, ARebuildMayHaveChangedAnything) {
  Watcher watcher(world, users);
  world.model->rebuild();
  watcher.look();
  EXPECT_EQ(watcher.code, ldap::ResultCode::adminLimitExceeded);
}

}  // namespace
}  // namespace postern::test
