// The read model octets to octets, without sockets: searches and login lookups at 10,000 users (or
// as many as POSTERN_BENCH_USERS says). Aim 1.2 us per uid search, alarm at 2.5.

#include <benchmark/benchmark.h>

#include <cstdlib>

#include "../tests/unit/directory/directory_world.h"

namespace postern::test {
namespace {

World& world() {
  static World& made = *[] {
    auto* fresh = new World;  // lives as long as the process
    const char* wanted = std::getenv("POSTERN_BENCH_USERS");
    const int users = wanted != nullptr ? std::atoi(wanted) : 10'000;
    for (int g = 1; g <= users / 50; ++g) {
      fresh->store.put_group(make_group(g, "group" + std::to_string(g)));
    }
    for (int pk = 1; pk <= users; ++pk) {
      core::StoredUser user = make_user(pk, "user" + std::to_string(pk), {1 + pk % (users / 50)});
      user.name = "Given Family" + std::to_string(pk);
      user.email = user.username + "@example.org";
      fresh->store.put_user(user);
    }
    fresh->open();
    return fresh;
  }();
  return made;
}

void run(benchmark::State& state, const Query& query, std::size_t least) {
  World& at = world();
  Request request(query);
  ldap::SearchCursor cursor;
  Octets out;
  std::size_t octets = 0;
  for (auto unused : state) {
    (void)unused;
    cursor.reset();
    bool more = true;
    while (more) {
      out.clear();
      more = at.model
                 ->search(request.search, 5, request.viewer, request.limits, request.extras, cursor,
                          out)
                 .more;
      octets += out.size();
    }
  }
  if (cursor.sent < least) std::abort();
  state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}

void uid_search(benchmark::State& state) { run(state, {.filter = "(uid=user777)"}, 1); }
void and_or_search(benchmark::State& state) {
  run(state, {.filter = "(&(objectClass=person)(|(uid=user777)(mail=user777@example.org)))"}, 1);
}
void groups_of_a_member(benchmark::State& state) {
  run(state,
      {.filter = "(&(objectClass=group)(member=cn=user777,ou=users,dc=example,dc=org))",
       .attributes = {"cn"}},
      1);
}
void members_of_a_group(benchmark::State& state) {
  run(state,
      {.filter = "(memberOf=cn=group7,ou=groups,dc=example,dc=org)",
       .attributes = {"cn", "mail", "uid"}},
      50);
}
void substring_search(benchmark::State& state) { run(state, {.filter = "(mail=*ser777@*)"}, 1); }
void dump_of_all_users(benchmark::State& state) {
  run(state, {.filter = "(objectClass=user)"}, 1000);
}
void find_user(benchmark::State& state) {
  World& at = world();
  core::LoginRecord record;
  for (auto unused : state) {
    (void)unused;
    if (at.model->find_user(core::UserField::username, "user777", record) != core::Lookup::found) {
      std::abort();
    }
  }
}
void generation(benchmark::State& state) {
  World& at = world();
  for (auto unused : state) {
    (void)unused;
    benchmark::DoNotOptimize(at.model->generation(777));
  }
}

BENCHMARK(uid_search);
BENCHMARK(and_or_search);
BENCHMARK(groups_of_a_member);
BENCHMARK(members_of_a_group);
BENCHMARK(substring_search);
BENCHMARK(dump_of_all_users)->Unit(benchmark::kMillisecond);
BENCHMARK(find_user);
BENCHMARK(generation);

}  // namespace
}  // namespace postern::test

BENCHMARK_MAIN();
