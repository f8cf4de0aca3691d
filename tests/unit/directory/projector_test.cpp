// The projector: what the feed brings is what a build would make; resuming, rebuilding, waiting.

#include <signal.h>
#include <sys/wait.h>

#include <fstream>
#include <random>
#include <thread>

#include "directory_world.h"

namespace postern::test {
namespace {

using Values = std::vector<std::string>;

constexpr const char* kBase = "dc=example,dc=org";

class DirectoryProjector : public ::testing::Test {
 protected:
  // But for the numbers of changes: a build knows only that everything is at least as old as it.
  std::vector<Entry> everything(std::int64_t provider = 1,
                                const std::string& base = "dc=example,dc=org") {
    auto entries =
        world.search({.base = base, .attributes = {"*", "+"}, .provider = provider}).entries;
    for (Entry& entry : entries) entry.attributes.erase("entryUSN");
    return entries;
  }
  std::vector<core::LoginRecord> logins(int users) {
    std::vector<core::LoginRecord> out;
    for (int pk = 1; pk <= users; ++pk) {
      core::LoginRecord record;
      if (world.model->read_user(pk, record) == core::Lookup::found) out.push_back(record);
    }
    return out;
  }
  Values of(const std::string& filter, const std::string& attribute) {
    const Found found = world.search({.filter = filter});
    return found.entries.empty() ? Values{"no entry"} : found.entries[0].of(attribute);
  }
  World world;
};

TEST_F(DirectoryProjector, StartsEmptyAndFollows) {
  world.open();
  EXPECT_EQ(everything().size(), 4U);
  world.store.put_user(make_user(1, "alice"));
  world.settle();
  EXPECT_EQ(world.dns("(uid=alice)"), Values{"cn=alice,ou=users,dc=example,dc=org"});
  world.store.drop_user(1);
  world.settle();
  EXPECT_TRUE(world.dns("(uid=alice)").empty());
  EXPECT_EQ(everything().size(), 4U);
}

TEST_F(DirectoryProjector, RenamesReachWhatNamesThem) {
  world.store.put_group(make_group(1, "staff"));
  world.store.put_user(make_user(1, "alice", {1}));
  world.open();
  world.store.put_user(make_user(1, "alicia", {1}));
  world.store.put_group(make_group(1, "crew"));
  world.settle();
  EXPECT_EQ(of("(cn=crew)", "memberUid"), Values{"alicia"});
  EXPECT_EQ(of("(uid=alicia)", "memberOf"), Values{"cn=crew,ou=groups,dc=example,dc=org"});
  EXPECT_TRUE(world.dns("(cn=alice)").empty());
  EXPECT_TRUE(world.dns("(cn=staff)").empty());
}

TEST_F(DirectoryProjector, MembershipFedByTheGroupAlone) {
  world.store.put_group(make_group(1, "staff"));
  world.store.put_user(make_user(1, "alice"));
  world.store.put_user(make_user(2, "bob", {1}));
  world.open();
  world.store.set_members(1, {1});
  world.settle();
  EXPECT_EQ(of("(cn=staff)", "memberUid"), Values{"alice"});
  EXPECT_TRUE(of("(uid=bob)", "memberOf").empty());
  world.store.drop_group(1);
  world.settle();
  EXPECT_TRUE(of("(uid=alice)", "memberOf").empty());
}

TEST_F(DirectoryProjector, SuperuserComesThroughNestedGroupsAndCyclesEnd) {
  for (int g = 1; g <= 3; ++g) world.store.put_group(make_group(g, "g" + std::to_string(g)));
  world.store.put_user(make_user(1, "alice", {1}));
  world.open();
  world.store.put_group(make_group(1, "g1", {2}));
  world.store.put_group(make_group(2, "g2", {3}));
  core::StoredGroup top = make_group(3, "g3", {1});  // a cycle
  top.is_superuser = true;
  world.store.put_group(top);
  world.settle();
  core::LoginRecord record;
  ASSERT_EQ(world.model->read_user(1, record), core::Lookup::found);
  EXPECT_TRUE(record.is_superuser);
  EXPECT_EQ(record.groups, (std::vector<core::GroupNumber>{1, 2, 3}));
  EXPECT_EQ(of("(uid=alice)", "ak-superuser"), Values{"TRUE"});
  const std::uint64_t epoch = world.model->security_epoch();
  world.store.put_group(make_group(2, "g2"));
  world.settle();
  ASSERT_EQ(world.model->read_user(1, record), core::Lookup::found);
  EXPECT_FALSE(record.is_superuser);
  EXPECT_EQ(record.groups, (std::vector<core::GroupNumber>{1, 2}));
  EXPECT_GT(world.model->security_epoch(), epoch);
}

TEST_F(DirectoryProjector, NestedMemberOfWhenTheProviderSaysSo) {
  world.store.set_config(config_with({{1, kBase}}, true));
  world.store.put_group(make_group(2, "all"));
  world.store.put_group(make_group(1, "staff", {2}));
  world.store.put_user(make_user(1, "alice", {1}));
  world.open();
  EXPECT_EQ(of("(uid=alice)", "memberOf").size(), 2U);
  EXPECT_EQ(world.dns("(&(objectClass=user)(memberOf=cn=all,ou=groups,dc=example,dc=org))").size(),
            1U);
}

TEST_F(DirectoryProjector, FiveHundredRandomChangesEqualARebuild) {
  std::mt19937 random(4711);
  const auto below = [&random](unsigned bound) { return static_cast<int>(random() % bound); };
  const auto some_groups = [&](int except) {
    std::vector<core::GroupNumber> out;
    for (int g = 1; g <= 8; ++g) {
      if (g != except && below(4) == 0) out.push_back(g);
    }
    return out;
  };
  std::vector<bool> exists(9, false);
  const auto existing = [&](std::vector<core::GroupNumber> groups) {
    std::erase_if(groups,
                  [&](core::GroupNumber g) { return !exists[static_cast<std::size_t>(g)]; });
    return groups;
  };
  world.open();
  for (int step = 0; step < 500; ++step) {
    const int what = below(10);
    const int pk = 1 + below(25);
    const int num = 1 + below(8);
    if (what < 5) {
      core::StoredUser user = make_user(pk, "u" + std::to_string(pk) + (below(4) == 0 ? "x" : ""),
                                        existing(some_groups(0)));
      if (below(2) == 0) user.email = "m" + std::to_string(below(5)) + "@example.org";
      if (below(3) == 0) user.attributes["k" + std::to_string(below(6))] = below(3);
      user.generation = static_cast<std::uint64_t>(step + 1);
      world.store.put_user(user);
    } else if (what == 5) {
      world.store.drop_user(pk);
    } else if (what < 9) {
      core::StoredGroup group = make_group(
          num, "g" + std::to_string(num) + (below(4) == 0 ? "y" : ""), existing(some_groups(num)));
      group.is_superuser = below(5) == 0;
      world.store.put_group(group);
      exists[static_cast<std::size_t>(num)] = true;
    } else {
      world.store.drop_group(num);
      exists[static_cast<std::size_t>(num)] = false;
    }
  }
  world.settle();
  const auto entries = everything();
  const auto records = logins(25);
  const Values by_mail = world.dns("(mail=m1@example.org)");
  const Values by_custom = world.dns("(|(k1=*)(k2=1))");
  EXPECT_EQ(world.store.scans(), 1U);
  world.model->rebuild();
  EXPECT_EQ(world.store.scans(), 2U);
  EXPECT_EQ(everything(), entries);
  EXPECT_EQ(world.dns("(mail=m1@example.org)"), by_mail);
  EXPECT_EQ(world.dns("(|(k1=*)(k2=1))"), by_custom);
  const auto again = logins(25);
  ASSERT_EQ(again.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(again[i].groups, records[i].groups);
    EXPECT_EQ(again[i].is_superuser, records[i].is_superuser);
    EXPECT_EQ(again[i].generation, records[i].generation);
  }
}

TEST_F(DirectoryProjector, ReopensWithoutABuild) {
  world.store.put_user(make_user(1, "alice"));
  world.open();
  world.boot = "boot-2";  // stopped cleanly: the next boot may trust it
  world.open();
  EXPECT_EQ(world.store.scans(), 1U);
  EXPECT_EQ(world.model->metrics().rebuilds, 0U);
  EXPECT_EQ(world.dns("(uid=alice)").size(), 1U);
}

TEST_F(DirectoryProjector, UncleanMarkOfAnotherBootMeansBuild) {
  world.store.put_user(make_user(1, "alice"));
  world.open();
  const std::string mark = world.options().folder + "/mark";
  std::string dirty;
  {
    std::ifstream in(mark);
    dirty.assign(std::istreambuf_iterator<char>(in), {});
  }
  ASSERT_NE(dirty.find("dirty"), std::string::npos);
  world.model->stop();
  std::ofstream(mark) << dirty;  // as if it had not been stopped
  world.open();
  EXPECT_EQ(world.store.scans(), 1U) << "same boot: the process died, the machine did not";
  world.model->stop();
  std::ofstream(mark) << dirty;
  world.boot = "boot-2";
  world.open();
  EXPECT_EQ(world.store.scans(), 2U);
  EXPECT_EQ(world.dns("(uid=alice)").size(), 1U);
}

TEST_F(DirectoryProjector, EpochPastNumbersAndGapsMeanBuild) {
  world.store.put_user(make_user(1, "alice"));
  world.open();
  world.model->stop();
  world.store.set_epoch("epoch-2");
  world.open();
  world.store.put_user(make_user(2, "bob"));  // followed after the build
  world.settle();
  EXPECT_EQ(world.store.scans(), 2U);
  world.model->stop();
  world.store.put_user(make_user(3, "carol"));
  world.store.put_user(make_user(4, "dave"));
  world.store.trim_changes(world.store.last_change() - 1);
  world.open();
  EXPECT_EQ(world.store.scans(), 3U);
  EXPECT_EQ(world.dns("(uid=carol)").size(), 1U);
  world.model->stop();
  world.store.truncate_feed(1);
  world.model.reset();
  world.model = std::make_unique<directory::ReadModel>(world.store, world.options());
  world.model->start();
  while (world.model->metrics().rebuilds < 1) std::this_thread::yield();
  EXPECT_EQ(world.store.scans(), 4U);
  world.store.everything_changed();
  while (world.model->metrics().rebuilds < 2) std::this_thread::yield();
  EXPECT_EQ(world.store.scans(), 5U);
}

TEST_F(DirectoryProjector, ServesWhatItHasWhileTheStoreIsAway) {
  world.store.put_user(make_user(1, "alice"));
  world.open();
  world.model->stop();
  world.store.set_away(true);
  world.model = nullptr;
  world.model = std::make_unique<directory::ReadModel>(world.store, world.options());
  world.model->start();
  EXPECT_EQ(world.dns("(uid=alice)").size(), 1U);
  while (world.model->freshness().store_reachable) std::this_thread::yield();
  EXPECT_GT(world.model->freshness().age_ms, 1'000'000);
  world.store.set_away(false);
  world.store.put_user(make_user(2, "bob"));
  world.settle();
  EXPECT_EQ(world.dns("(uid=bob)").size(), 1U);
}

TEST_F(DirectoryProjector, NoDirectoryAndNoStoreIsAnError) {
  world.store.set_away(true);
  directory::ReadModel model(world.store, world.options());
  EXPECT_THROW(model.start(), directory::DirectoryError);
  core::LoginRecord record;
  EXPECT_EQ(model.read_user(1, record), core::Lookup::unavailable);
  EXPECT_NE(model.catalog(), nullptr);
}

TEST_F(DirectoryProjector, LoginLookups) {
  core::StoredUser alice = make_user(1, "Alice");
  alice.email = "a@example.org";
  alice.attributes["upn"] = "alice@corp";
  alice.password_hash = "$argon2id$x";
  alice.generation = 7;
  alice.permissions = {"authentik_providers_ldap.search_full_directory"};
  alice.tokens = {
      {.pk = "t1", .intent = "app_password", .verifier = std::string(32, 'v'), .expires = 5}};
  alice.tokens[0].scope.protocols = 1;
  core::add_application(alice.tokens[0].scope, "33333333-3333-4333-8333-333333333333");
  core::add_network(alice.tokens[0].scope, "10.0.0.0/8");
  alice.totp = {{.pk = "d1", .sealed_key = "sealed", .digits = 8, .step = 60, .confirmed = true},
                {.pk = "d2", .sealed_key = "other", .confirmed = false}};
  alice.statics = {{.pk = "s1", .confirmed = true, .codes = {{"c1", std::string(32, 'w'), 12}}}};
  world.store.put_user(alice);
  core::StoredUser bob = make_user(2, "bob");
  bob.email = "A@Example.org";
  world.store.put_user(bob);
  world.open();
  core::LoginRecord record;
  const auto find = [&](core::UserField field, const char* value) {
    return world.model->find_user(field, value, record);
  };
  EXPECT_EQ(find(core::UserField::username, "ALICE"), core::Lookup::found);
  EXPECT_EQ(record.username, "Alice");
  EXPECT_EQ(record.pk, 1);
  EXPECT_EQ(record.password_hash, "$argon2id$x");
  EXPECT_TRUE(record.search_full_directory);
  EXPECT_TRUE(record.is_active);
  ASSERT_EQ(record.tokens.size(), 1U);
  EXPECT_EQ(record.tokens[0].verifier[31], 'v');
  const core::ScopeView scope = core::view_of(record.tokens[0].scope, record.scopes);
  EXPECT_EQ(scope.protocols, 1);
  EXPECT_EQ(scope.applications, alice.tokens[0].scope.applications);
  EXPECT_EQ(scope.networks, alice.tokens[0].scope.networks);
  ASSERT_EQ(record.totp.size(), 1U);
  EXPECT_EQ(record.totp[0].digits, 8);
  ASSERT_EQ(record.static_codes.size(), 1U);
  EXPECT_EQ(record.static_codes[0].device, "s1");
  EXPECT_TRUE(record.has_static_device);
  EXPECT_EQ(find(core::UserField::upn, "Alice@Corp"), core::Lookup::found);
  EXPECT_EQ(find(core::UserField::email, "a@example.org"), core::Lookup::ambiguous);
  EXPECT_EQ(find(core::UserField::uuid, alice.uuid.c_str()), core::Lookup::found);
  EXPECT_EQ(record.pk, 1);
  EXPECT_EQ(find(core::UserField::uid_number, "2002"), core::Lookup::found);
  EXPECT_EQ(record.username, "bob");
  EXPECT_EQ(find(core::UserField::uid_number, "no number"), core::Lookup::missing);
  EXPECT_EQ(find(core::UserField::uuid, "no uuid"), core::Lookup::missing);
  EXPECT_EQ(find(core::UserField::username, "nobody"), core::Lookup::missing);
  EXPECT_EQ(find(core::UserField::username, ""), core::Lookup::missing);
  EXPECT_EQ(world.model->generation(1), 7U);
  EXPECT_EQ(world.model->generation(99), 0U);
  bob.email = "b@example.org";
  world.store.put_user(bob);
  world.settle();
  EXPECT_EQ(find(core::UserField::email, "a@example.org"), core::Lookup::found);
}

TEST_F(DirectoryProjector, CatalogIsReplacedAsAWhole) {
  world.open();
  const auto before = world.model->catalog();
  const std::uint64_t version = world.model->catalog_version();
  ASSERT_EQ(before->ldap_providers.size(), 1U);
  world.store.set_config(config_with({{1, kBase}, {2, "dc=two"}}));
  world.settle();
  EXPECT_EQ(before->ldap_providers.size(), 1U);
  EXPECT_EQ(world.model->catalog()->ldap_providers.size(), 2U);
  EXPECT_GT(world.model->catalog_version(), version);
}

// A child projects random changes and is killed; what it leaves behind is resumed without a build.
TEST_F(DirectoryProjector, KilledAtRandomResumes) {
  std::mt19937 random(99);
  world.open();
  for (int round = 0; round < 5; ++round) {
    world.model.reset();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      directory::ReadModel model(world.store, world.options());
      model.start();
      for (int i = 0;; ++i) {
        core::StoredUser user = make_user(1 + i % 50, "k" + std::to_string(i % 50));
        user.email = std::to_string(i) + "@example.org";
        model.wait_applied(world.store.put_user(user), std::chrono::seconds(5));
      }
    }
    ::usleep(static_cast<useconds_t>(20'000 + random() % 60'000));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    // The parent's store has not seen the child's writes; it stands for one that is ahead.
    for (int i = 0; i < 5000; ++i)
      world.store.put_user(make_user(1 + i % 50, "k" + std::to_string(i % 50)));
    const std::size_t scans = world.store.scans();
    world.open();
    EXPECT_EQ(world.store.scans(), scans) << "resumed without a build";
    EXPECT_EQ(world.dns("(objectClass=user)").size(), 50U);
    EXPECT_TRUE(world.dns("(mail=*)").empty());
    const auto resumed = everything();
    world.model->rebuild();
    EXPECT_EQ(everything(), resumed);
  }
}

}  // namespace
}  // namespace postern::test
