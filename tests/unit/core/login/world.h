#pragma once
// World: one LDAP service with its application and flow, a few users and everything a Login needs,
// over fakes and a cheap argon2id. Tests change what they are about before they call login().

#include <memory>
#include <optional>
#include <string>

#include "core/credentials/app_password.h"
#include "core/credentials/static_code.h"
#include "core/credentials/totp.h"
#include "core/login_service.h"
#include "support/fake_core.h"
#include "support/fake_login_store.h"

namespace postern::core::test {

inline constexpr std::string_view kTotpKey = "12345678901234567890";
inline constexpr std::string_view kAppPassword = "pst_abcdefghijklmnopqrstuvwxyz0123456789ABCD";
inline constexpr std::string_view kPrinted = "abcdef123456";
inline constexpr UserId kAlice = 1, kBob = 2;
inline constexpr ProviderId kService = 3;

struct World {
  World() {
    plain("alice", kAlice);
    LoginRecord& bob = plain("bob", kBob);
    bob.totp.push_back({"t1", sealer.seal(kTotpKey, "totp:t1"), 6, 30});
    bob.static_codes.push_back({"c1", "s1", static_code_verifier(sealer, kPrinted), 12});
    bob.has_static_device = true;
    build();
  }

  LoginRecord& plain(const std::string& name, UserId pk) {
    LoginRecord user;
    user.pk = pk;
    user.username = name;
    user.password_hash = hasher.hash(Secret("pw"));
    user.generation = 5;
    user.is_active = true;
    user.tokens.push_back({"token-of-" + name, key_verifier(app_password(pk)), 0, {}});
    return directory.add(std::move(user));
  }
  static std::string app_password(UserId pk) {
    std::string text(kAppPassword);
    text.back() = static_cast<char>('0' + pk);
    return text;
  }
  LoginRecord& alice() { return directory.users[kAlice]; }
  LoginRecord& bob() { return directory.users[kBob]; }

  // Puts provider, application and flow into a new catalog snapshot.
  void build() {
    auto catalog = std::make_shared<Catalog>();
    auto made = std::make_shared<LdapProvider>(provider);
    if (has_application) made->application = std::make_shared<const Application>(application);
    if (flow) made->authentication_flow = std::make_shared<const Flow>(*flow);
    catalog->ldap_providers.push_back(made);
    directory.configuration = catalog;
  }
  void add_stage(Stage stage, Bindings bindings = {}) {
    if (!flow) flow.emplace();
    FlowStep step;
    step.order = static_cast<int>(flow->steps.size());
    step.stage = std::make_shared<const Stage>(std::move(stage));
    step.bindings = std::move(bindings);
    flow->steps.push_back(std::move(step));
  }

  std::string code() const { return totp_code(kTotpKey, clock.wall() / 30'000, 6); }

  LoginRequest request(std::string_view name, std::string_view password) const {
    LoginRequest out;
    out.provider = kService;
    out.username = name;
    out.password = Secret(password);
    out.client = "10.0.0.1";
    out.request_id = "r1";
    return out;
  }
  LoginOutcome attempt(std::string_view name, std::string_view password,
                       Blocking blocking = Blocking::yes) {
    if (!login) {
      login =
          make_login({directory, store, events, hasher, sealer, throttle, recent, clock, settings});
    }
    const std::uint64_t before = hasher.slow_hashes();
    LoginOutcome out = login->attempt(request(name, password), blocking);
    hashes = hasher.slow_hashes() - before;
    return out;
  }
  // Granted, Denied and so on as words.
  std::string word(std::string_view name, std::string_view password,
                   Blocking blocking = Blocking::yes) {
    return text(attempt(name, password, blocking));
  }
  static std::string text(const LoginOutcome& outcome) {
    if (const auto* d = std::get_if<Denied>(&outcome))
      return "denied " + std::string(reason_text(d->reason));
    if (const auto* n = std::get_if<NotAdmitted>(&outcome))
      return "not admitted " + std::string(reason_text(n->reason));
    if (const auto* u = std::get_if<Unavailable>(&outcome))
      return "unavailable " + std::string(reason_text(u->reason));
    if (const auto* w = std::get_if<WouldBlock>(&outcome)) {
      return w->lane == LoginLane::hash    ? "lane hash"
             : w->lane == LoginLane::store ? "lane store"
                                           : "lane outbound";
    }
    return "granted";
  }

  fake::SetClock clock;
  fake::SeededRandom random;
  fake::LoginStore store;
  fake::MapDirectory directory;
  fake::KeptEvents events;
  PasswordHasher hasher{{.memory_kib = 64, .passes = 1}};
  Sealer sealer{{}, random};
  Throttle throttle{clock, random};
  RecentVerifications recent{clock, random};
  LoginSettings settings;

  LdapProvider provider = [] {
    LdapProvider made;
    made.pk = kService;
    return made;
  }();
  Application application;
  bool has_application = true;
  std::optional<Flow> flow;  // none = the built-in one
  std::unique_ptr<Login> login;
  std::uint64_t hashes = 0;  // slow hashes of the last attempt
};

}  // namespace postern::core::test
