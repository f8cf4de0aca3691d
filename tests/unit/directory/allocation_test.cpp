// The hot path takes no memory: a search for one entry and the login lookups, on warm buffers.

#include <cstdlib>

#include "directory_world.h"
#include "support/counting_new.h"

namespace postern::test {
namespace {

template <typename Call>
std::size_t allocations_of(const Call& call) {
  for (int i = 0; i < 3; ++i) call();  // warm
  const std::size_t before = allocations();
  call();
  return allocations() - before;
}

class DirectoryAllocations : public ::testing::Test {
 protected:
  void SetUp() override {
    world.store.put_group(make_group(1, "staff"));
    for (int pk = 1; pk <= 200; ++pk) {
      world.store.put_user(make_user(pk, "user" + std::to_string(pk), {1}));
    }
    world.open();
  }
  std::size_t search(const Query& query, std::size_t entries) {
    Request request(query);
    ldap::SearchCursor cursor;
    Octets out;
    const std::size_t count = allocations_of([&] {
      out.clear();
      cursor.reset();
      const auto turn = world.model->search(request.search, 3, request.viewer, request.limits,
                                            request.extras, cursor, out);
      if (turn.more || turn.code != ldap::ResultCode::success) std::abort();
    });
    EXPECT_EQ(decode_entries(out).size(), entries) << query.filter;
    return count;
  }
  World world;
};

TEST_F(DirectoryAllocations, NonePerSearchOfOneEntry) {
  EXPECT_EQ(search({.filter = "(uid=user17)"}, 1), 0U);
  EXPECT_EQ(search({.filter = "(&(objectClass=user)(|(uid=user17)(mail=user17)))"}, 1), 0U);
  EXPECT_EQ(search({.filter = "(uid=user17)", .attributes = {"cn", "memberOf", "entryUUID"}}, 1),
            0U);
  EXPECT_EQ(search({.filter = "(&(objectClass=group)(member=cn=user17,ou=users,dc=example,dc=org))",
                    .attributes = {"cn"}},
                   2),
            0U);
  EXPECT_EQ(search({.filter = "(objectClass=*)",
                    .base = "cn=user5,ou=users,dc=example,dc=org",
                    .scope = ldap::Scope::base},
                   1),
            0U);
  EXPECT_EQ(search({.filter = "(cn=*ser17*)", .attributes = {"1.1"}}, 4U + 18U), 0U);
  EXPECT_EQ(search({.filter = "(uid=user17)", .user = 17, .full = false}, 1), 0U);
  const ldap::Viewer reader{.provider = 1, .user = 17, .sees = ldap::Sees::members};
  world.store.set_config(config_with_application());
  world.settle();
  EXPECT_EQ(search({.filter = "(uid=user18)", .as = reader}, 1), 0U);
  const std::vector<std::string> allowed{"uid", "mail", "memberOf", "@posixAccount"};
  const ldap::Viewer narrow{.provider = 1,
                            .user = 17,
                            .sees = ldap::Sees::own_groups,
                            .with_members = true,
                            .attributes = &allowed};
  EXPECT_EQ(search({.filter = "(uid=user18)", .as = narrow}, 1), 0U);
}

TEST_F(DirectoryAllocations, NonePerLoginLookup) {
  core::LoginRecord record;
  EXPECT_EQ(allocations_of([&] {
              if (world.model->find_user(core::UserField::username, "USER17", record) !=
                  core::Lookup::found) {
                std::abort();
              }
            }),
            0U);
  EXPECT_EQ(allocations_of([&] { world.model->generation(17); }), 0U);
}

}  // namespace
}  // namespace postern::test
