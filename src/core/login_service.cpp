#include "core/login_service.h"

#include <algorithm>
#include <utility>

#include "core/access/access_check.h"
#include "core/credentials/code_check.h"
#include "core/credentials/password_age.h"
#include "core/credentials/password_check.h"
#include "core/explain_login.h"
#include "core/flow/executor.h"
#include "core/flow/fingerprint.h"
#include "core/inline_solver.h"
#include "core/login_effects.h"
#include "core/login_provider.h"
#include "core/network/session.h"

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

constexpr std::uint32_t kMaxWrongCodes = 3;  // of one open login, then it is refused

// The bindings of the application, which the login flow has led to.
Reason check_access(const Catalog& catalog, const Provider& provider, const Attempt& attempt,
                    Plan& plan) {
  const Application* application = provider.application.get();
  if (application == nullptr || application->bindings.all_static) {
    return check_application(catalog, application, attempt.record);
  }
  return check_application(catalog, application, subject_of(plan, attempt));
}

// Whether something decides here that may not run on a loop.
bool has_dynamic(const Provider& provider) noexcept {
  return (provider.application && !provider.application->bindings.all_static) ||
         (provider.authentication_flow && !provider.authentication_flow->all_static);
}

AuthMethod method_of(TransportProof proof) noexcept {
  switch (proof) {
    case TransportProof::certificate:
      return AuthMethod::certificate;
    case TransportProof::local_socket:
      return AuthMethod::local_socket;
    case TransportProof::resumed_session:
      return AuthMethod::resumed_session;
  }
  return AuthMethod::none;
}

class LoginService final : public Login {
 public:
  explicit LoginService(const LoginParts& parts)
      : parts_(parts),
        passwords_(parts.directory, parts.store, parts.hasher, parts.throttle, parts.recent,
                   parts.clock, parts.sealer),
        codes_(parts.store, parts.sealer, parts.clock,
               {parts.settings.code_guesses, parts.settings.code_window.count(),
                parts.settings.code_guesses_per_day},
               parts.leases),
        executor_({parts.directory, passwords_, codes_, parts.clock}),
        effects_(parts.events, parts.throttle, parts.clock, parts.settings.note_interval) {}

  LoginOutcome attempt(const LoginRequest& request, Blocking blocking) override;
  LoginOutcome admit(const TransportLogin& login) override;
  bool still_holds(Grant& grant) const override;
  std::uint64_t security_epoch() const noexcept override {
    return parts_.directory.security_epoch();
  }
  bool ready() const noexcept override { return !stale(); }
  bool unlock(std::string_view username) override;

 private:
  struct Round {
    LoginOutcome outcome = Denied{};
    bool remember = false;  // a slow hash has just verified the password
    std::string_view password, code;
  };

  bool stale() const noexcept;
  Round run(const LoginRequest& request, Attempt& attempt, Plan& plan);
  LoginOutcome go_on(const OpenLogin& open, const LoginRequest& request, const Catalog& catalog,
                     const Provider& provider, Attempt& attempt, Plan& plan) const;
  LoginOutcome want_code(const Catalog& catalog, const Provider& provider, const Attempt& attempt,
                         Plan& plan) const;
  LoginOutcome admit(const Catalog& catalog, const Provider& provider, const Attempt& attempt,
                     Plan& plan) const;
  LoginOutcome let_in(const TransportLogin& login, Attempt& attempt, Plan& plan) const;
  LoginOutcome settle(const LoginRequest& request, Attempt& attempt, const Plan& plan, Round round);

  void explain(const LoginRequest& request, const Attempt& attempt, const Plan& plan,
               Reason reason) const;

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
  if (request.password.empty() && request.proof == nullptr) {
    return Denied{Reason::wrong_password};
  }
  if (request.proof != nullptr && request.open) return Denied{Reason::flow_denied};
  if (stale()) return Unavailable{Reason::directory_stale};
  Scratch& mine = scratch();
  const PlanInUse in_use(mine.plan);
  Attempt attempt{blocking, request.provider, request.client, request.username, mine.record};
  attempt.protocol = request.protocol;
  attempt.purpose = request.purpose;
  attempt.proof = request.proof.get();
  attempt.judge = parts_.judge;
  attempt.request_id = request.request_id;
  attempt.access = request.access.get();
  attempt.app_password = attempt.proof != nullptr;  // no slow hash: there is no text to guess at
  Round round = run(request, attempt, mine.plan);
  const auto* denied = std::get_if<Denied>(&round.outcome);
  if (denied != nullptr && denied->reason == Reason::generation_moved) {
    // The credentials changed under the attempt: once more from the beginning.
    attempt.recently_verified = attempt.network_password = attempt.leased = false;
    attempt.device = {};
    attempt.app_password = attempt.proof != nullptr;
    attempt.token = nullptr;
    round = run(request, attempt, mine.plan);
  }
  return settle(request, attempt, mine.plan, std::move(round));
}

LoginService::Round LoginService::run(const LoginRequest& request, Attempt& attempt, Plan& plan) {
  Round round;
  forget(attempt.record);
  const std::shared_ptr<const Catalog> catalog = parts_.directory.catalog();
  const Provider* provider = find_provider(*catalog, request.protocol, request.provider);
  if (provider == nullptr) {
    round.outcome = Denied{Reason::provider_missing};
    return round;
  }
  if (attempt.blocking == Blocking::no && has_dynamic(*provider)) {
    round.outcome = WouldBlock{LoginLane::hash};
    return round;
  }
  attempt.application =
      provider->application ? std::string_view(provider->application->pk) : std::string_view();
  if (request.open) {
    round.outcome = go_on(*request.open, request, *catalog, *provider, attempt, plan);
    return round;
  }
  const bool may_lease = request.purpose == Purpose::login && request.proof == nullptr;
  if (may_lease) attempt.lease = provider->lease;
  const InlineService service = service_of(*catalog, *provider, request);
  InlineSolver solver(executor_, codes_, service, request.password.reveal());
  const FlowOutcome outcome = solver.solve(plan, attempt);
  if (const auto* denied = std::get_if<Denied>(&outcome)) {
    round.outcome = *denied;
  } else if (const auto* unavailable = std::get_if<Unavailable>(&outcome)) {
    round.outcome = *unavailable;
  } else if (const auto* lane = std::get_if<WouldBlock>(&outcome)) {
    round.outcome = *lane;
  } else if (std::holds_alternative<Challenge>(outcome)) {
    round.outcome = want_code(*catalog, *provider, attempt, plan);
  } else if (std::holds_alternative<Finished>(outcome)) {
    round.outcome = admit(*catalog, *provider, attempt, plan);
    round.remember = plan.auth_method == AuthMethod::password && !attempt.recently_verified;
    round.password = solver.password();
    round.code = solver.code();
  }
  return round;
}

// The password was right. Whom the code would not let in either is told so now.
LoginOutcome LoginService::want_code(const Catalog& catalog, const Provider& provider,
                                     const Attempt& attempt, Plan& plan) const {
  const LoginRecord& record = attempt.record;
  if (plan.auth_method != AuthMethod::password || record.pk != plan.pending_user) {
    return Denied{Reason::flow_denied};
  }
  const Reason user = check_user(record, parts_.clock.wall());
  if (user != Reason::none) return Denied{user};
  const Reason reason = check_access(catalog, provider, attempt, plan);
  if (reason != Reason::none) return NotAdmitted{reason};
  OpenLogin open;
  open.provider = provider.pk;
  open.user = plan.pending_user;
  open.generation = plan.generation;
  open.flow = fingerprint(*plan.flow);
  open.dropped = plan.dropped;
  open.position = static_cast<std::uint32_t>(plan.position);
  return CodeWanted{open, Reason::code_missing, {}, record.language};
}

// The plan as it stood when the code was asked for, then its one answer.
LoginOutcome LoginService::go_on(const OpenLogin& open, const LoginRequest& request,
                                 const Catalog& catalog, const Provider& provider, Attempt& attempt,
                                 Plan& plan) const {
  const InlineService service = service_of(catalog, provider, request);
  if (service.flow == nullptr) return Denied{Reason::flow_missing};
  if (open.provider != provider.pk || open.user <= 0 || fingerprint(*service.flow) != open.flow ||
      open.position > service.flow->steps.size() || open.wrong_codes >= kMaxWrongCodes) {
    return Denied{Reason::flow_denied};
  }
  plan.flow = service.flow;
  plan.position = open.position;
  plan.dropped = open.dropped;
  plan.planned = plan.waiting = true;
  plan.pending_user = open.user;
  plan.generation = open.generation;
  plan.identifier = request.username;
  plan.auth_method = AuthMethod::password;
  plan.require_code = service.inline_code == InlineCode::required;
  const FlowOutcome outcome =
      executor_.submit(plan, CodeAnswer{request.password.reveal()}, attempt);
  if (std::holds_alternative<Finished>(outcome)) return admit(catalog, provider, attempt, plan);
  if (const auto* unavailable = std::get_if<Unavailable>(&outcome)) return *unavailable;
  if (const auto* lane = std::get_if<WouldBlock>(&outcome)) return *lane;
  if (const auto* denied = std::get_if<Denied>(&outcome)) return *denied;
  const auto* again = std::get_if<Challenge>(&outcome);
  if (again == nullptr) return Denied{Reason::device_not_supported};
  const Reason reason =
      again->error.reason == Reason::none ? Reason::code_wrong : again->error.reason;
  OpenLogin next = open;
  // A second stage that asks is a new question; a device that is throttled is not asked again.
  if (again->error.reason == Reason::none || reason == Reason::code_throttled ||
      ++next.wrong_codes >= kMaxWrongCodes) {
    return Denied{reason, again->error.delay};
  }
  return CodeWanted{next, reason, again->error.delay, attempt.record.language};
}

// The flow was passed. A flow that verified nothing, or logs nobody in, lets nobody in.
LoginOutcome LoginService::admit(const Catalog& catalog, const Provider& provider,
                                 const Attempt& attempt, Plan& plan) const {
  const LoginRecord& record = attempt.record;
  if (plan.auth_method == AuthMethod::none || !plan.logged_in || plan.pending_user == 0 ||
      record.pk != plan.pending_user) {
    return Denied{Reason::flow_denied};
  }
  const WallMs now = parts_.clock.wall();
  const Reason user = check_user(record, now);
  if (user != Reason::none) return Denied{user};
  const Reason reason = check_access(catalog, provider, attempt, plan);
  if (reason != Reason::none) return NotAdmitted{reason};

  Grant grant;
  grant.user = record.pk;
  grant.username = record.username;
  grant.generation = record.generation;
  grant.provider = provider.pk;
  grant.search = right_at(catalog, provider, record);
  grant.account_password = plan.auth_method == AuthMethod::password;
  if (grant.account_password) {
    const Reason aged = judge_password_age(plan.flow->password_age, attempt, parts_.store,
                                           parts_.clock.wall(), grant.password);
    if (aged == Reason::store_unreachable) return Unavailable{aged};
    if (aged != Reason::none && attempt.blocking == Blocking::no) {
      return WouldBlock{LoginLane::hash};
    }
    if (aged != Reason::none) return Denied{aged};
  }
  grant.expires = record.not_after;
  if (plan.session_duration_ms > 0)
    grant.expires = sooner(grant.expires, now + plan.session_duration_ms);
  if (attempt.token != nullptr) {
    grant.expires = sooner(grant.expires, attempt.token->expires);
    grant.credential = credential_mark(attempt.token->pk);
  }
  return Granted{std::move(grant)};
}

LoginOutcome LoginService::settle(const LoginRequest& request, Attempt& attempt, const Plan& plan,
                                  Round round) {
  if (std::holds_alternative<WouldBlock>(round.outcome)) return std::move(round.outcome);
  if (std::holds_alternative<Unavailable>(round.outcome)) return std::move(round.outcome);
  if (const auto* granted = std::get_if<Granted>(&round.outcome)) {
    if (request.purpose == Purpose::password_change) return std::move(round.outcome);
    if (round.remember) {
      parts_.recent.remember(granted->grant.user, request.provider, granted->grant.generation,
                             round.password);
    }
    codes_.lease(attempt, round.code);
    effects_.granted(request, attempt, plan);
    explain(request, attempt, plan, Reason::none);
    return std::move(round.outcome);
  }
  const auto* wanted = std::get_if<CodeWanted>(&round.outcome);
  // Not a refusal yet, and no secret: who asks for a code says that the password was right.
  if (wanted != nullptr && wanted->reason == Reason::code_missing) return std::move(round.outcome);
  // A refusal that is not an app password's costs a slow hash, which only a lane may run.
  if (attempt.blocking == Blocking::no && !attempt.app_password) return WouldBlock{LoginLane::hash};
  passwords_.pay(attempt);
  const auto* denied = std::get_if<Denied>(&round.outcome);
  const auto* outside = std::get_if<NotAdmitted>(&round.outcome);
  const Reason reason = denied != nullptr    ? denied->reason
                        : outside != nullptr ? outside->reason
                                             : wanted->reason;
  effects_.refused(request, attempt, reason);
  explain(request, attempt, plan, reason);
  return std::move(round.outcome);
}

// Logins that are answered on the loop leave no trace: they come by the thousand.
void LoginService::explain(const LoginRequest& request, const Attempt& attempt, const Plan& plan,
                           Reason reason) const {
  if (parts_.explanations == nullptr || attempt.blocking == Blocking::no) return;
  const auto catalog = parts_.directory.catalog();
  const Provider* provider = find_provider(*catalog, request.protocol, request.provider);
  const WallMs until =
      parts_.throttle.refused_until({attempt.record.pk, attempt.name, attempt.service});
  parts_.explanations->add(
      explain_login(request, attempt, plan, provider, reason, parts_.clock.wall(), until));
}

LoginOutcome LoginService::let_in(const TransportLogin& login, Attempt& attempt, Plan& plan) const {
  LoginRecord& record = attempt.record;
  forget(record);
  const std::shared_ptr<const Catalog> catalog = parts_.directory.catalog();
  const Provider* provider = find_provider(*catalog, login.protocol, login.provider);
  if (provider == nullptr) return Denied{Reason::provider_missing};
  if (login.user <= 0) return Denied{Reason::unknown_user};
  const Lookup lookup = parts_.directory.read_user(login.user, record);
  if (lookup == Lookup::unavailable) return Unavailable{Reason::directory_stale};
  if (lookup != Lookup::found) return Denied{Reason::unknown_user};
  plan.pending_user = record.pk;
  plan.auth_method = method_of(login.proof);
  plan.logged_in = true;
  if (provider->application) attempt.application = provider->application->pk;
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
  attempt.protocol = login.protocol;
  attempt.judge = parts_.judge;
  attempt.request_id = request.request_id;
  attempt.access = login.access.get();
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
  const Provider* provider = catalog->provider(grant.provider);
  if (provider == nullptr) return false;
  const Application* application = provider->application.get();
  if (check_application_again(*catalog, application, record) != Reason::none) return false;
  grant.search = right_at(*catalog, *provider, record);
  grant.password.must_change = grant.account_password && record.password_must_change;
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
