#pragma once
// 700 users, three to each name, and searches among them taken page by page; for the tests of pages
// and of sorting.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "directory_world.h"
#include "protocols/ldap/controls.h"

namespace postern::test {

using ldap::ResultCode;

inline constexpr std::string_view kUsersBase = "ou=users,dc=example,dc=org";

inline core::StoredUser named(core::UserId pk, const std::string& username,
                              const std::string& name) {
  core::StoredUser user = make_user(pk, username, {1});
  user.name = name;
  user.email = username + "@example.org";
  return user;
}

// A search with extras, taken page by page.
struct Series {
  Series(World& the_world, const Query& query) : world(the_world), request(query) {}

  // One page; its DNs.
  std::vector<std::string> page() {
    ldap::SearchCursor cursor;
    if (more && !request.extras.sort.empty()) {
      request.extras.after = &at;
      cursor.sent = sent;
    } else if (more) {
      cursor.resume(at, sent);
    }
    Octets out;
    ldap::Turn turn;
    turns = 0;
    do {
      turn = world.model->search(request.search, 7, request.viewer, request.limits, request.extras,
                                 cursor, out);
      ++turns;
    } while (turn.more);
    examined = cursor.examined;
    code = turn.code;
    more = turn.page_full;
    sent = cursor.sent;
    target = cursor.window_target;
    count = cursor.window_size;
    at = request.extras.sort.empty() ? ldap::Position{cursor.phase, cursor.next, {}} : cursor.last;
    raw = out;
    entries = decode_entries(out);
    std::vector<std::string> dns;
    for (const Entry& entry : entries) dns.push_back(entry.dn);
    return dns;
  }
  std::vector<std::string> all() {
    std::vector<std::string> dns;
    pages = 0;
    do {
      const auto next = page();
      dns.insert(dns.end(), next.begin(), next.end());
      ++pages;
    } while (more && pages < 100'000);
    return dns;
  }

  World& world;
  Request request;
  ldap::Position at;
  std::uint32_t sent = 0, target = 0, count = 0;
  bool more = false;
  std::size_t pages = 0, turns = 0;
  std::uint64_t examined = 0;
  ResultCode code = ResultCode::other;
  std::vector<Entry> entries;
  Octets raw;
};

class Pages : public ::testing::Test {
 protected:
  void SetUp() override {
    world.store.put_group(make_group(1, "staff"));
    for (int pk = 1; pk <= 700; ++pk) {
      // Names run against the ids, three users to each.
      const std::string name = "Name " + std::to_string(1000 - pk / 3);
      world.store.put_user(named(pk, "user" + std::to_string(pk), name));
    }
    world.open();
  }
  static std::string dn(int pk) {
    return "cn=user" + std::to_string(pk) + "," + std::string(kUsersBase);
  }
  World world;
};

}  // namespace postern::test
