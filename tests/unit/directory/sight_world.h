#pragma once
// A population for tests of who sees what: an application for the members of one group, users
// inside and outside of it, and viewers of every kind.

#include <boost/json/parse.hpp>

#include "directory_world.h"

namespace postern::test {

inline std::string user_dn(const std::string& name) {
  return "cn=" + name + ",ou=users,dc=example,dc=org";
}
inline std::string group_dn(const std::string& name) {
  return "cn=" + name + ",ou=groups,dc=example,dc=org";
}

// Groups: 1 staff (in 2), 2 everyone, 3 app (whose members may use the application), 4 secret.
// Members of app: alice, carol, reader, and eve, who is inactive. Outside: bob, dave.
struct SightWorld : World {
  enum class Hidden { there, absent };

  // `outsiders` absent: what a reader of the application must not see is not there at all.
  explicit SightWorld(Hidden outsiders = Hidden::there, Hidden mail = Hidden::there) : mail_(mail) {
    store.set_config(config_with_application({{{"group", uuid_of(3, 'b')}}}));
    store.put_group(make_group(1, "staff", {2}));
    store.put_group(make_group(2, "everyone"));
    store.put_group(make_group(3, "app"));
    store.put_group(make_group(4, "secret"));
    add(1, "alice", {1, 3});
    add(3, "carol", {3});
    add(6, "reader", {3});
    if (outsiders == Hidden::there) {
      add(2, "bob", {1});
      add(4, "dave", {2, 4});
      add(5, "eve", {1, 3}, false);
    }
    open();
  }

  void add(int pk, const std::string& name, std::vector<core::GroupNumber> groups,
           bool active = true) {
    core::StoredUser user = make_user(pk, name, std::move(groups));
    user.name = name + " the " + std::to_string(pk);
    user.is_active = active;
    if (mail_ == Hidden::there) {
      user.email = name + "@example.org";
      user.attributes = boost::json::parse(R"({"Color":"red","title":"T","flags":6})").as_object();
      user.attributes["shoe"] = name;
      user.attributes["manager"] = user_dn(pk == 1 ? "bob" : "alice");
    }
    store.put_user(user);
  }

  static ldap::Viewer viewer(ldap::Sees sees, std::int64_t user = 6) {
    return {.provider = 1, .user = user, .sees = sees};
  }

 private:
  Hidden mail_;
};

}  // namespace postern::test
