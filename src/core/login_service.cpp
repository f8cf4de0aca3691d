#include "core/login_service.h"

#include <algorithm>
#include <utility>

#include "core/access/access_check.h"
#include "core/credentials/code_check.h"
#include "core/credentials/password_check.h"
#include "core/flow/builtin_flow.h"
#include "core/flow/executor.h"
#include "core/inline_solver.h"
#include "core/login_effects.h"

namespace postern::core {
namespace {

// Buffers of one thread, kept warm: an attempt that is answered on a loop allocates nothing but its
// result.
struct Scratch {
  LoginRecord record;
  Plan plan;
};
Scratch& scratch() {
  thread_local Scratch one;
  return one;
}

// The snapshot is replaced as a whole when the configuration changes: nothing of it may outlive the
// attempt in a thread's buffers.
class PlanInUse {
 public:
  explicit PlanInUse(Plan& plan) noexcept : plan_(plan) { plan_.reset(); }
  ~PlanInUse() { plan_.reset(); }
  PlanInUse(const PlanInUse&) = delete;
  PlanInUse& operator=(const PlanInUse&) = delete;

 private:
  Plan& plan_;
};

WallMs sooner(WallMs a, WallMs b) noexcept { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

class LoginService final : public Login {
 public:
  explicit LoginService(const LoginParts& parts)
      : parts_(parts),
        passwords_(parts.directory, parts.store, parts.hasher, parts.throttle, parts.recent,
                   parts.clock),
        codes_(parts.store, parts.sealer, parts.clock,
               {parts.settings.code_guesses, parts.settings.code_window.count(),
                parts.settings.code_guesses_per_day}),
        executor_({parts.directory, passwords_, codes_, parts.clock}),
        effects_(parts.events, parts.throttle, parts.clock, parts.settings.note_interval) {}

  LoginOutcome attempt(const LoginRequest& request, Blocking blocking) override;
  LoginOutcome admit(const TransportLogin& login) override;
  bool still_holds(Grant& grant) const override;
  std::uint64_t security_epoch() const noexcept override {
    return parts_.directory.security_epoch();
  }
  bool unlock(std::string_view username) override;

 private:
  struct Round {
    LoginOutcome outcome = Denied{};
    bool remember = false;  // a slow hash has just verified the password
    std::string_view password;
  };

  bool stale() const noexcept;
  Round run(const LoginRequest& request, Attempt& attempt, Plan& plan);
  LoginOutcome admit(const Catalog& catalog, const LdapProvider& provider, const Attempt& attempt,
                     const Plan& plan) const;
  LoginOutcome let_in(const TransportLogin& login, Attempt& attempt, Plan& plan) const;
  LoginOutcome settle(const LoginRequest& request, Attempt& attempt, const Plan& plan, Round round);

  const LoginParts parts_;
  const PasswordCheck passwords_;
  const CodeCheck codes_;
  const FlowExecutor executor_;
  LoginEffects effects_;
};

bool LoginService::stale() const noexcept {
  const Directory::Freshness fresh = parts_.directory.freshness();
  if (fresh.store_reachable) return fresh.age_ms > parts_.settings.max_staleness.count();
  const auto limit = parts_.settings.max_staleness_detached.count();
  return limit <= 0 || fresh.age_ms > limit;
}

LoginOutcome LoginService::attempt(const LoginRequest& request, Blocking blocking) {
  if (request.password.empty()) return Denied{Reason::wrong_password};
  if (stale()) return Unavailable{Reason::directory_stale};
  Scratch& mine = scratch();
  const PlanInUse in_use(mine.plan);
  Attempt attempt{blocking, request.provider, request.client, request.username, mine.record};
  Round round = run(request, attempt, mine.plan);
  const auto* denied = std::get_if<Denied>(&round.outcome);
  if (denied != nullptr && denied->reason == Reason::generation_moved) {
    // The credentials changed under the attempt: once more from the beginning.
    attempt.app_password = attempt.recently_verified = false;
    attempt.token = nullptr;
    round = run(request, attempt, mine.plan);
  }
  return settle(request, attempt, mine.plan, std::move(round));
}

LoginService::Round LoginService::run(const LoginRequest& request, Attempt& attempt, Plan& plan) {
  Round round;
  forget(attempt.record);
  const std::shared_ptr<const Catalog> catalog = parts_.directory.catalog();
  const LdapProvider* provider =
      request.protocol == Protocol::ldap ? catalog->ldap_provider(request.provider) : nullptr;
  if (provider == nullptr) {
    round.outcome = Denied{Reason::provider_missing};
    return round;
  }
  InlineService service;
  service.inline_code = provider->inline_code;
  service.separator = provider->separator;
  if (!provider->flow_missing) {
    service.flow =
        provider->authentication_flow ? provider->authentication_flow : builtin_login_flow();
  }
  InlineSolver solver(executor_, codes_, service, request.password.reveal());
  const FlowOutcome outcome = solver.solve(plan, attempt);
  if (const auto* denied = std::get_if<Denied>(&outcome)) {
    round.outcome = *denied;
  } else if (const auto* unavailable = std::get_if<Unavailable>(&outcome)) {
    round.outcome = *unavailable;
  } else if (const auto* lane = std::get_if<WouldBlock>(&outcome)) {
    round.outcome = *lane;
  } else if (std::holds_alternative<Finished>(outcome)) {
    round.outcome = admit(*catalog, *provider, attempt, plan);
    round.remember = plan.auth_method == AuthMethod::password && !attempt.recently_verified;
    round.password = solver.password();
  }
  return round;
}

// The flow was passed. A flow that verified nothing, or logs nobody in, lets nobody in.
LoginOutcome LoginService::admit(const Catalog& catalog, const LdapProvider& provider,
                                 const Attempt& attempt, const Plan& plan) const {
  const LoginRecord& record = attempt.record;
  if (plan.auth_method == AuthMethod::none || !plan.logged_in || plan.pending_user == 0 ||
      record.pk != plan.pending_user) {
    return Denied{Reason::flow_denied};
  }
  const WallMs now = parts_.clock.wall();
  const Reason user = check_user(record, now);
  if (user != Reason::none) return Denied{user};
  const Reason reason = check_application(catalog, provider.application.get(), record);
  if (reason != Reason::none) return NotAdmitted{reason};

  Grant grant;
  grant.user = record.pk;
  grant.username = record.username;
  grant.generation = record.generation;
  grant.provider = provider.pk;
  grant.search_full_directory = may_search_all(provider, record);
  grant.expires = record.not_after;
  if (plan.session_duration_ms > 0)
    grant.expires = sooner(grant.expires, now + plan.session_duration_ms);
  if (attempt.token != nullptr) grant.expires = sooner(grant.expires, attempt.token->expires);
  return Granted{std::move(grant)};
}

LoginOutcome LoginService::settle(const LoginRequest& request, Attempt& attempt, const Plan& plan,
                                  Round round) {
  if (std::holds_alternative<WouldBlock>(round.outcome)) return std::move(round.outcome);
  if (std::holds_alternative<Unavailable>(round.outcome)) return std::move(round.outcome);
  if (const auto* granted = std::get_if<Granted>(&round.outcome)) {
    if (round.remember) {
      parts_.recent.remember(granted->grant.user, request.provider, granted->grant.generation,
                             round.password);
    }
    effects_.granted(request, attempt, plan);
    return std::move(round.outcome);
  }
  // A refusal that is not an app password's costs a slow hash, which only a lane may run.
  if (attempt.blocking == Blocking::no && !attempt.app_password) return WouldBlock{LoginLane::hash};
  passwords_.pay(attempt);
  const auto* denied = std::get_if<Denied>(&round.outcome);
  const auto* outside = std::get_if<NotAdmitted>(&round.outcome);
  effects_.refused(request, attempt, denied != nullptr ? denied->reason : outside->reason);
  return std::move(round.outcome);
}

LoginOutcome LoginService::let_in(const TransportLogin& login, Attempt& attempt, Plan& plan) const {
  LoginRecord& record = attempt.record;
  forget(record);
  const std::shared_ptr<const Catalog> catalog = parts_.directory.catalog();
  const LdapProvider* provider =
      login.protocol == Protocol::ldap ? catalog->ldap_provider(login.provider) : nullptr;
  if (provider == nullptr) return Denied{Reason::provider_missing};
  if (login.user <= 0) return Denied{Reason::unknown_user};
  const Lookup lookup = parts_.directory.read_user(login.user, record);
  if (lookup == Lookup::unavailable) return Unavailable{Reason::directory_stale};
  if (lookup != Lookup::found) return Denied{Reason::unknown_user};
  plan.pending_user = record.pk;
  plan.auth_method = login.proof == TransportProof::certificate ? AuthMethod::certificate
                                                                : AuthMethod::local_socket;
  plan.logged_in = true;
  return admit(*catalog, *provider, attempt, plan);
}

LoginOutcome LoginService::admit(const TransportLogin& login) {
  if (stale()) return Unavailable{Reason::directory_stale};
  Scratch& mine = scratch();
  const PlanInUse in_use(mine.plan);
  const LoginRequest request{login.protocol, login.provider, login.claim,
                             Secret(),       login.client,   login.request_id};
  Attempt attempt{Blocking::no, login.provider, request.client, request.username, mine.record};
  attempt.app_password = true;  // costs as little: one event per interval
  const LoginOutcome outcome = let_in(login, attempt, mine.plan);
  if (std::holds_alternative<Granted>(outcome)) {
    effects_.granted(request, attempt, mine.plan);
  } else if (const auto* denied = std::get_if<Denied>(&outcome)) {
    effects_.refused(request, attempt, denied->reason);
  } else if (const auto* outside = std::get_if<NotAdmitted>(&outcome)) {
    effects_.refused(request, attempt, outside->reason);
  }
  return outcome;
}

bool LoginService::still_holds(Grant& grant) const {
  LoginRecord& record = scratch().record;
  forget(record);
  if (parts_.directory.read_user(grant.user, record) != Lookup::found) return false;
  if (record.pk != grant.user || record.generation != grant.generation) return false;
  const WallMs now = parts_.clock.wall();
  if (grant.expires != 0 && now >= grant.expires) return false;
  if (check_user(record, now) != Reason::none) return false;
  const std::shared_ptr<const Catalog> catalog = parts_.directory.catalog();
  const LdapProvider* provider = catalog->ldap_provider(grant.provider);
  if (provider == nullptr) return false;
  if (check_application(*catalog, provider->application.get(), record) != Reason::none)
    return false;
  grant.search_full_directory = may_search_all(*provider, record);
  return true;
}

bool LoginService::unlock(std::string_view username) {
  LoginRecord& record = scratch().record;
  forget(record);
  if (parts_.directory.find_user(UserField::username, username, record) != Lookup::found)
    return false;
  return parts_.throttle.unlock(record.pk);
}

}  // namespace

std::unique_ptr<Login> make_login(const LoginParts& parts) {
  return std::make_unique<LoginService>(parts);
}

}  // namespace postern::core
