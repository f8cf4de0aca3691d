// One LDAP session octets to octets, without sockets: what a bind and a uid search cost the
// server's own code, with the real core and read model at 10,000 users (or as many as
// POSTERN_BENCH_USERS says). Users are taken at random, so that caches are as warm as in a server
// and no warmer.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <random>

#include "../tests/unit/directory/directory_world.h"
#include "core/credentials/app_password.h"
#include "core/log.h"
#include "core/login_service.h"
#include "outpost/ldap/session.h"
#include "support/fake_core.h"

namespace postern::test {
namespace {

constexpr std::string_view kKey = "pst_abcdefghijklmnopqrstuvwxyz0123456789ABCD";

class WallClock final : public core::Clock {
 public:
  core::WallMs wall() const noexcept override {
    return std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
  }
  Instant now() const noexcept override { return std::chrono::steady_clock::now(); }
};

struct Server {
  Server() {
    const char* wanted = std::getenv("POSTERN_BENCH_USERS");
    users = wanted != nullptr ? std::atoi(wanted) : 10'000;
    const auto verifier = core::key_verifier(kKey);
    for (int g = 1; g <= users / 50; ++g) {
      world.store.put_group(make_group(g, "group" + std::to_string(g)));
    }
    for (int pk = 1; pk <= users; ++pk) {
      core::StoredUser user = make_user(pk, "user" + std::to_string(pk), {1 + pk % (users / 50)});
      user.name = "Given Family" + std::to_string(pk);
      user.email = user.username + "@example.org";
      core::StoredToken token;
      token.pk = uuid_of(pk, 'c');
      token.intent = "app_password";
      token.verifier.assign(verifier.begin(), verifier.end());
      user.tokens.push_back(token);
      if (pk == 1) user.permissions = {"authentik_providers_ldap.search_full_directory"};
      world.store.put_user(user);
    }
    core::StoredConfig config = config_with({{1, "dc=example,dc=org"}});
    config.objects.push_back(
        {{"model", "authentik_core.application"},
         {"object", {{"pk", "app"}, {"name", "ldap"}, {"slug", "ldap"}, {"provider", 1}}}});
    world.store.set_config(config);
    world.open();
    login = core::make_login(
        {*world.model, world.store, events, hasher, sealer, throttle, recent, clock, {}});
    services.emplace(*login, *world.model, *world.model, clock, outpost::LdapSettings{},
                     outpost::CookieKey{});
    log::configure(
        std::getenv("POSTERN_BENCH_QUIET") != nullptr ? log::Level::error : log::Level::info,
        log::Format::text);
    log::start_writer();
  }
  std::string dn() {
    return "cn=user" + std::to_string(1 + random() % static_cast<unsigned>(users)) +
           ",ou=users,dc=example,dc=org";
  }

  int users = 0;
  std::mt19937 random{1};
  World world;
  WallClock clock;
  core::fake::SeededRandom seeded;
  core::fake::KeptEvents events;
  core::PasswordHasher hasher{{.memory_kib = 64, .passes = 1}};
  core::Sealer sealer{{}, seeded};
  core::Throttle throttle{clock, seeded};
  core::RecentVerifications recent{clock, seeded};
  std::unique_ptr<core::Login> login;
  std::optional<outpost::LdapServices> services;
};

Server& server() {
  static Server& made = *new Server;  // lives as long as the process
  return made;
}

void put(Octets& out, std::uint8_t tag, const Octets& body) {
  out.push_back(tag);
  if (body.size() < 128) {
    out.push_back(static_cast<std::uint8_t>(body.size()));
  } else {
    out.push_back(0x82);
    out.push_back(static_cast<std::uint8_t>(body.size() >> 8));
    out.push_back(static_cast<std::uint8_t>(body.size() & 255));
  }
  out.insert(out.end(), body.begin(), body.end());
}
void put(Octets& out, std::uint8_t tag, std::string_view text) {
  put(out, tag, Octets(text.begin(), text.end()));
}

Octets message(std::uint8_t tag, const Octets& body) {
  Octets inner{2, 1, 5}, out;
  put(inner, tag, body);
  put(out, 0x30, inner);
  return out;
}

Octets bind_pdu(std::string_view dn, std::string_view password) {
  Octets body{2, 1, 3};
  put(body, 4, dn);
  put(body, 0x80, password);
  return message(0x60, body);
}

Octets uid_pdu(std::string_view uid) {
  Octets body;
  put(body, 4, "dc=example,dc=org");
  const Octets fixed{10, 1, 2, 10, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0};
  body.insert(body.end(), fixed.begin(), fixed.end());
  Octets filter;
  put(filter, 4, "uid");
  put(filter, 4, uid);
  put(body, 0xa3, filter);
  put(body, 0x30, Octets{});
  return message(0x63, body);
}

// Sixteen kept sessions, served in turn.
void serve(benchmark::State& state, const std::vector<Octets>& requests, std::size_t least,
           const Octets& first) {
  Server& at = server();
  std::vector<std::unique_ptr<outpost::LdapSession>> sessions;
  std::vector<Octets> outs(16);
  const auto io = [&](std::size_t i) { return Io{outs[i], 0, at.clock.now()}; };
  for (std::size_t i = 0; i < 16; ++i) {
    sessions.push_back(std::make_unique<outpost::LdapSession>(
        PeerInfo{"127.0.0.1", 4000, true, false}, *at.services));
    Io start = io(i);
    sessions[i]->start(start);
    if (!first.empty()) sessions[i]->bytes(start, first);
  }
  std::size_t next = 0;
  for (auto unused : state) {
    (void)unused;
    const std::size_t i = next % 16;
    Io event = io(i);
    outs[i].clear();
    sessions[i]->bytes(event, requests[next++ % requests.size()]);
    if (outs[i].size() < least || outs[i][7] > 50) std::abort();
    sessions[i]->written(event);
  }
}

void app_password_bind(benchmark::State& state) {
  std::vector<Octets> requests;
  for (int i = 0; i < 4096; ++i) requests.push_back(bind_pdu(server().dn(), kKey));
  serve(state, requests, 14, {});
}

void uid_search(benchmark::State& state) {
  std::vector<Octets> requests;
  for (int i = 0; i < 4096; ++i) {
    requests.push_back(uid_pdu(
        "user" + std::to_string(1 + server().random() % static_cast<unsigned>(server().users))));
  }
  serve(state, requests, 200, bind_pdu("cn=user1,ou=users,dc=example,dc=org", kKey));
}

BENCHMARK(app_password_bind);
BENCHMARK(uid_search);

}  // namespace
}  // namespace postern::test

BENCHMARK_MAIN();
