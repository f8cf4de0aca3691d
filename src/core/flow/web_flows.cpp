#include "core/flow/web_flows.h"

#include <type_traits>
#include <utility>

#include "core/access/access_check.h"
#include "core/credentials/code_check.h"
#include "core/credentials/password_age.h"
#include "core/credentials/password_check.h"
#include "core/explain_login.h"
#include "core/flow/object_user_writer.h"
#include "core/login_effects.h"

namespace postern::core {

struct WebFlows::Impl {
  explicit Impl(const Parts& the_parts)
      : parts(the_parts.login),
        tools(the_parts.tools),
        visible(the_parts.visible),
        web{parts.store,
            tools,
            visible,
            parts.events,
            the_parts.mail,
            the_parts.http,
            the_parts.base_url,
            the_parts.attestation_roots},
        passwords(parts.directory, parts.store, parts.hasher, parts.throttle, parts.recent,
                  parts.clock, parts.sealer),
        codes(parts.store, parts.sealer, parts.clock,
              {parts.settings.code_guesses, parts.settings.code_window.count(),
               parts.settings.code_guesses_per_day}),
        executor({parts.directory, passwords, codes, parts.clock}),
        effects(parts.events, parts.throttle, parts.clock, parts.settings.note_interval) {}

  // One call of the executor with all that belongs to an attempt.
  template <typename Call>
  WebFlowOutcome with_attempt(const FlowVisitor& visitor, FlowRun& run, Call&& call);
  WebFlowOutcome settle(FlowOutcome outcome, const LoginRequest& request, Attempt& attempt,
                        Plan& plan);
  WebFlowOutcome finish(const LoginRequest& request, Attempt& attempt, Plan& plan);
  WebFlowOutcome refuse(const Denied& denied, const LoginRequest& request, Attempt& attempt,
                        const Plan& plan);
  void explain(const LoginRequest& request, const Attempt& attempt, const Plan& plan,
               Reason reason) const {
    if (parts.explanations == nullptr) return;
    parts.explanations->add(
        explain_login(request, attempt, plan, nullptr, reason, parts.clock.wall()));
  }
  bool stale() const noexcept;
  bool in_history(UserId user, std::string_view current, std::string_view password, int remembered);

  const LoginParts parts;
  const ObjectTools& tools;
  const std::function<bool(std::int64_t)> visible;
  const WebTools web;
  const PasswordCheck passwords;
  const CodeCheck codes;
  const FlowExecutor executor;
  LoginEffects effects;
};

WebFlows::WebFlows(const Parts& parts) : impl_(std::make_unique<Impl>(parts)) {}
WebFlows::~WebFlows() = default;

bool WebFlows::Impl::stale() const noexcept {
  const Directory::Freshness fresh = parts.directory.freshness();
  const auto limit = fresh.store_reachable ? parts.settings.max_staleness.count()
                                           : parts.settings.max_staleness_detached.count();
  return fresh.age_ms > limit || (!fresh.store_reachable && limit <= 0);
}

bool WebFlows::Impl::in_history(UserId user, std::string_view current, std::string_view password,
                                int remembered) {
  if (remembered <= 0) return false;
  const Secret candidate{password};
  if (!current.empty() && parts.hasher.verify(current, candidate)) return true;
  for (const std::string& old :
       parts.store.password_history(user, static_cast<std::size_t>(remembered - 1))) {
    if (parts.hasher.verify(old, candidate)) return true;
  }
  return false;
}

template <typename Call>
WebFlowOutcome WebFlows::Impl::with_attempt(const FlowVisitor& visitor, FlowRun& run, Call&& call) {
  if (stale()) return Unavailable{Reason::directory_stale};
  LoginRequest request;
  request.protocol = Protocol::http;
  request.username = run.plan.identifier;
  request.client = visitor.client;
  request.request_id = visitor.request_id;
  Attempt attempt{.blocking = Blocking::yes,
                  .service = 0,
                  .source = request.client,
                  .name = run.plan.identifier,
                  .record = run.record};
  attempt.protocol = Protocol::http;
  attempt.judge = parts.judge;
  attempt.http = &visitor.http;
  attempt.request_id = request.request_id;
  attempt.messages = &run.messages;
  run.messages.clear();
  ObjectUserWriter writer(parts.store, tools, visible, run.plan.invitation, parts.events,
                          visitor.client);
  attempt.writer = &writer;
  const WebVisit visit{
      web,           visitor.client,       visitor.itoken,      visitor.brand, visitor.language,
      visitor.proof, visitor.known_device, visitor.may_call_out};
  attempt.web = &visit;
  PasswordCandidate candidate;
  attempt.candidate = &candidate;
  std::optional<StoredUser> user;  // whose views the candidate holds
  try {
    const UserId known = run.plan.pending_user != 0 ? run.plan.pending_user
                         : visitor.invited != 0     ? visitor.invited
                                                    : visitor.user;
    if (known != 0) user = parts.store.load_user(known);
    candidate.now = parts.clock.wall();
    candidate.breached = parts.breached;
    if (user) {
      candidate.username = user->username;
      candidate.email = user->email;
      candidate.name = user->name;
      candidate.changed = user->password_changed;
      candidate.in_history = [&](int remembered) {
        return in_history(user->pk, user->password_hash, candidate.password, remembered);
      };
    }
    FlowOutcome outcome = call(attempt);
    request.username = run.plan.identifier;
    return settle(std::move(outcome), request, attempt, run.plan);
  } catch (const StoreError&) {
    return Unavailable{Reason::store_unreachable};
  }
}

WebFlowOutcome WebFlows::start(std::shared_ptr<const Flow> flow, const FlowVisitor& visitor,
                               FlowRun& run) {
  run.plan.reset();
  return impl_->with_attempt(visitor, run, [&](Attempt& attempt) {
    FlowRequest request;
    request.flow = std::move(flow);
    request.user = visitor.user;
    request.invited = visitor.invited;
    request.invitation = visitor.invitation;
    request.outpost = visitor.outpost;
    request.from = visitor.from;
    return impl_->executor.start(request, run.plan, attempt);
  });
}

WebFlowOutcome WebFlows::resume(const FlowVisitor& visitor, FlowRun& run) {
  run.plan.restored = run.plan.vouched = true;
  run.plan.invitation = visitor.invitation;
  return impl_->with_attempt(
      visitor, run, [&](Attempt& attempt) { return impl_->executor.resume(run.plan, attempt); });
}

WebFlowOutcome WebFlows::show(const FlowVisitor& visitor, FlowRun& run) {
  return impl_->with_attempt(
      visitor, run, [&](Attempt& attempt) { return impl_->executor.show(run.plan, attempt); });
}

WebFlowOutcome WebFlows::submit(const Answer& answer, const FlowVisitor& visitor, FlowRun& run) {
  return impl_->with_attempt(visitor, run, [&](Attempt& attempt) {
    return impl_->executor.submit(run.plan, answer, attempt);
  });
}

WebFlowOutcome WebFlows::Impl::settle(FlowOutcome outcome, const LoginRequest& request,
                                      Attempt& attempt, Plan& plan) {
  return std::visit(
      [&](auto&& one) -> WebFlowOutcome {
        using One = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<One, Denied>) {
          return refuse(one, request, attempt, plan);
        } else if constexpr (std::is_same_v<One, Challenge>) {
          const bool form = std::holds_alternative<PromptChallenge>(one.ask) ||
                            std::holds_alternative<PageChallenge>(one.ask);
          if (one.error.reason != Reason::none && !form) {
            passwords.pay(attempt);
            effects.refused(request, attempt, one.error.reason);
            explain(request, attempt, plan, one.error.reason);
          }
          return std::move(one);
        } else if constexpr (std::is_same_v<One, Finished>) {
          return finish(request, attempt, plan);
        } else if constexpr (std::is_same_v<One, Unavailable>) {
          return one;
        } else if constexpr (std::is_same_v<One, WouldBlock>) {
          if (one.lane == LoginLane::outbound) return one;
          return Denied{Reason::stage_unsupported};
        } else {
          // Nothing here waits for others, and nothing may not block.
          return Denied{Reason::stage_unsupported};
        }
      },
      std::move(outcome));
}

WebFlowOutcome WebFlows::Impl::refuse(const Denied& denied, const LoginRequest& request,
                                      Attempt& attempt, const Plan& plan) {
  // Only credentials that were shown cost a hash and leave a trace.
  if (plan.vouched || (plan.pending_user == 0 && !plan.pretend_user)) return denied;
  passwords.pay(attempt);
  effects.refused(request, attempt, denied.reason);
  explain(request, attempt, plan, denied.reason);
  return denied;
}

// The flow was passed. Nobody is logged in by a flow that verified nothing.
WebFlowOutcome WebFlows::Impl::finish(const LoginRequest& request, Attempt& attempt, Plan& plan) {
  const bool invited = !plan.invitation.empty();
  if (!plan.logged_in) {
    // A link that has done what it was for is used up, also where nobody is logged in by it.
    if (invited && !parts.store.consume_token(plan.invitation)) {
      return Denied{Reason::flow_denied};
    }
    return Finished{};
  }
  if (plan.auth_method == AuthMethod::none && !plan.vouched) {
    return refuse(Denied{Reason::flow_denied}, request, attempt, plan);
  }
  if (plan.pending_user == 0 || attempt.record.pk != plan.pending_user) {
    return Denied{Reason::flow_denied};
  }
  const Reason user = check_user(attempt.record, parts.clock.wall());
  if (user != Reason::none) return refuse(Denied{user}, request, attempt, plan);
  if (plan.auth_method == AuthMethod::password && !plan.written) {
    PasswordState state;
    const Reason aged = judge_password_age(plan.flow->password_age, attempt, parts.store,
                                           parts.clock.wall(), state);
    if (aged == Reason::store_unreachable) return Unavailable{aged};
    if (aged != Reason::none) return refuse(Denied{aged}, request, attempt, plan);
  }
  if (invited && !parts.store.consume_token(plan.invitation)) {
    return refuse(Denied{Reason::flow_denied}, request, attempt, plan);
  }
  plan.invitation.clear();
  effects.granted(request, attempt, plan);
  explain(request, attempt, plan, Reason::none);
  return Finished{};
}

}  // namespace postern::core
