#include "outpost/ldap/bind.h"

#include <chrono>
#include <exception>
#include <functional>
#include <utility>

#include "core/log.h"
#include "outpost/attempt.h"
#include "outpost/ldap/authorization_id.h"
#include "outpost/ldap/bind_name.h"
#include "outpost/ldap/external.h"
#include "outpost/ldap/ppolicy.h"
#include "outpost/ldap/result_text.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/sasl_plain.h"
#include "protocols/ldap/session_controls.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

// Attempts from one source for one service share a turn in the lane.
std::uint64_t fairness_key(const std::string& source, core::ProviderId provider) noexcept {
  return std::hash<std::string>{}(source) ^
         (static_cast<std::uint64_t>(provider) * 0x9e3779b97f4a7c15ULL);
}

void count(LdapCounters& counters, ResultCode code, bool anonymous) noexcept {
  auto& counter = [&]() -> std::atomic<std::uint64_t>& {
    switch (code) {
      case ResultCode::success:
        return anonymous ? counters.binds_anonymous : counters.binds_granted;
      case ResultCode::invalidCredentials:
        return counters.binds_denied;
      case ResultCode::insufficientAccessRights:
        return counters.binds_not_admitted;
      case ResultCode::busy:
        return counters.binds_busy;
      case ResultCode::unavailable:
        return counters.binds_unavailable;
      default:
        return counters.binds_refused;
    }
  }();
  counter.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

BindWork::BindWork(core::Login& login, core::LoginRequest request)
    : login_(login), request_(std::move(request)) {}

void BindWork::run() noexcept {
  if (cancelled()) return;  // outcome_ stays Denied
  outcome_ = attempt(login_, request_, core::Blocking::yes);
  request_.password = core::Secret();
}

void BindFront::begin(Conversation& conversation, Io& io, const ldap::Envelope& envelope,
                      const RequestControls& controls, ResultCode problem) {
  conversation.identity.drop();
  busy_ = true;
  message_id_ = envelope.message_id;
  began_ = io.now;
  exact_ = false;
  tell_identity_ = controls.authorization_identity;
  client_.assign(conversation.client(controls));
  provider_ = 0;
  service_.clear();
  user_.clear();

  const auto request = ldap::decode_bind(envelope.body);
  const bool sasl = request && request->method == ldap::BindRequest::Method::sasl;
  if (!sasl || problem != ResultCode::success) exchange_ = Mechanism::none;
  if (problem != ResultCode::success) return answer(conversation, io, {problem, "controls"});
  if (!request) return answer(conversation, io, {ResultCode::protocolError, "malformed"});
  carry_out(conversation, io, *request);
}

void BindFront::carry_out(Conversation& conversation, Io& io, const ldap::BindRequest& request) {
  if (request.version != 3) {
    exchange_ = Mechanism::none;
    return answer(conversation, io, {ResultCode::protocolError, "version"});
  }
  switch (request.method) {
    case ldap::BindRequest::Method::simple:
      return carry_out_simple(conversation, io, request);
    case ldap::BindRequest::Method::sasl:
      return carry_out_sasl(conversation, io, request);
    case ldap::BindRequest::Method::other:
      break;
  }
  answer(conversation, io, {ResultCode::authMethodNotSupported, "method"});
}

void BindFront::carry_out_simple(Conversation& conversation, Io& io,
                                 const ldap::BindRequest& request) {
  if (request.password.empty()) {
    if (request.name.empty()) return answer(conversation, io, {ResultCode::success, "anonymous"});
    return answer(conversation, io, {ResultCode::unwillingToPerform, "empty_password"});
  }
  // Before the name is looked at, so that a refusal for this cause tells nothing about it.
  if (!conversation.confidential()) {
    return answer(conversation, io, {ResultCode::confidentialityRequired, "plain_transport"});
  }
  BindTarget target = target_of_name(conversation, request.name);
  user_.assign(target.exact ? std::string_view(target.username) : request.name);
  if (!target.well_formed) {
    return answer(conversation, io, {ResultCode::invalidDNSyntax, "dn_syntax"});
  }
  log_in(conversation, io, request.password, std::move(target));
}

// The name field of the request is not looked at (RFC 4513 5.2.1.2).
void BindFront::carry_out_sasl(Conversation& conversation, Io& io,
                               const ldap::BindRequest& request) {
  const Mechanism mechanism = find_mechanism(request.mechanism);
  const Mechanism begun = std::exchange(exchange_, Mechanism::none);
  if (mechanism == Mechanism::none) {
    return answer(conversation, io, {ResultCode::authMethodNotSupported, "mechanism"});
  }
  if (mechanism == Mechanism::plain && !conversation.confidential()) {
    return answer(conversation, io, {ResultCode::confidentialityRequired, "plain_transport"});
  }
  if (mechanism == Mechanism::external && !has_external_identity(conversation)) {
    return answer(conversation, io, {ResultCode::inappropriateAuthentication, "no_identity"});
  }
  if (!request.credentials && begun != mechanism) {
    exchange_ = mechanism;
    return answer(conversation, io, {ResultCode::saslBindInProgress, "challenge"}, "");
  }
  const std::string_view message = request.credentials.value_or(std::string_view());
  if (mechanism == Mechanism::plain) return log_in_plain(conversation, io, message);
  log_in_external(conversation, io, message);
}

void BindFront::log_in_plain(Conversation& conversation, Io& io, std::string_view message) {
  const auto plain = ldap::decode_plain(message);
  if (!plain) return answer(conversation, io, {ResultCode::invalidCredentials, "malformed_plain"});
  BindTarget target =
      target_of_user(conversation, plain->authentication_id, plain->authorization_id);
  user_.assign(target.exact ? std::string_view(target.username) : plain->authentication_id);
  log_in(conversation, io, plain->password, std::move(target));
}

void BindFront::log_in_external(Conversation& conversation, Io& io,
                                std::string_view authorization_id) {
  core::Login& login = conversation.services.login;
  core::TransportLogin request = external_login(conversation, authorization_id);
  request.request_id = conversation.request_id(message_id_);
  exact_ = true;
  provider_ = request.provider;
  user_ = request.claim;
  epoch_ = login.security_epoch();
  const bool unmapped = request.user == 0 && authorization_id.empty() &&
                        request.proof == core::TransportProof::local_socket;
  core::LoginOutcome outcome = admit(login, request);
  if (unmapped && std::holds_alternative<core::Denied>(outcome)) {
    return answer(conversation, io, {ResultCode::inappropriateAuthentication, "unknown_user"});
  }
  conclude(conversation, io, outcome);
}

void BindFront::log_in(Conversation& conversation, Io& io, std::string_view password,
                       BindTarget target) {
  core::Login& login = conversation.services.login;
  exact_ = target.exact;
  provider_ = target.provider;
  service_ = std::move(target.service);
  epoch_ = login.security_epoch();
  core::LoginRequest attempt_request{
      core::Protocol::ldap,   target.provider, std::move(target.username),
      core::Secret(password), client_,         conversation.request_id(message_id_)};
  if (!exact_) attempt_request.sent_name = user_;
  core::LoginOutcome outcome = attempt(login, attempt_request, core::Blocking::no);
  if (const auto* blocked = std::get_if<core::WouldBlock>(&outcome)) {
    work_ = std::make_shared<BindWork>(login, std::move(attempt_request));
    work_->fairness_key = fairness_key(client_, provider_);
    to_run_ = Run{++run_id_, lane_of(blocked->lane), work_};
    return;
  }
  conclude(conversation, io, outcome);
}

std::optional<Run> BindFront::take_run() { return std::exchange(to_run_, std::nullopt); }

void BindFront::done(Conversation& conversation, Io& io, std::uint32_t run_id) {
  if (!busy_ || !work_ || run_id != run_id_) return;  // cancelled meanwhile
  const std::shared_ptr<BindWork> work = std::exchange(work_, nullptr);
  conclude(conversation, io, work->outcome());
}

void BindFront::refused(Conversation& conversation, Io& io, std::uint32_t run_id) {
  if (!busy_ || !work_ || run_id != run_id_) return;
  work_ = nullptr;
  answer(conversation, io, {ResultCode::busy, "lane_full"});
}

void BindFront::conclude(Conversation& conversation, Io& io, core::LoginOutcome& outcome) {
  if (policy_asked_ || speaks_of_password(outcome)) {
    const auto catalog = conversation.services.directory.catalog();
    policy_ = bind_policy_controls(outcome, catalog->ldap_provider(provider_), policy_asked_);
  }
  if (const auto* denied = std::get_if<core::Denied>(&outcome)) {
    const Verdict verdict{ResultCode::invalidCredentials,
                          exact_ ? core::reason_text(denied->reason) : "not_an_entry_dn"};
    if (denied->delay.count() <= 0) return answer(conversation, io, verdict);
    held_ = verdict;
    due_ = io.now + denied->delay;
    return;
  }
  if (const auto* refused = std::get_if<core::NotAdmitted>(&outcome);
      refused != nullptr && exact_) {
    return answer(conversation, io,
                  {ResultCode::insufficientAccessRights, core::reason_text(refused->reason)});
  }
  if (const auto* broken = std::get_if<core::Unavailable>(&outcome)) {
    return answer(conversation, io, {ResultCode::unavailable, core::reason_text(broken->reason)});
  }
  if (std::holds_alternative<core::WouldBlock>(outcome)) {  // although it was allowed to block
    return answer(conversation, io, {ResultCode::unavailable, "undecided"});
  }
  auto* granted = std::get_if<core::Granted>(&outcome);
  // A name that nobody has cannot be granted, whatever was answered.
  if (granted == nullptr || !exact_ || granted->grant.user <= 0) {
    return answer(conversation, io, {ResultCode::invalidCredentials, "not_an_entry_dn"});
  }
  granted->grant.provider = provider_;
  conversation.identity.assume(std::move(granted->grant), epoch_);
  answer(conversation, io, {ResultCode::success, "granted"});
}

void BindFront::give_held_answer(Conversation& conversation, Io& io) {
  due_.reset();
  answer(conversation, io, held_);
}

void BindFront::answer(Conversation& conversation, Io& io, Verdict verdict,
                       std::optional<std::string_view> challenge) {
  busy_ = false;
  due_.reset();
  Octets controls = std::exchange(policy_, {});
  if (tell_identity_ && verdict.code == ResultCode::success) {
    ldap::append_authorization_identity(controls, authorization_id(conversation));
  }
  std::string text(result_text(verdict.code));
  // With the id an administrator finds the cause in the log and by `postern explain --request`.
  if (verdict.code == ResultCode::invalidCredentials ||
      verdict.code == ResultCode::insufficientAccessRights) {
    text += " (request " + conversation.request_id(message_id_) + ")";
  }
  ldap::append_bind_response(io.out, message_id_, {verdict.code, {}, text}, challenge, controls);
  count(conversation.services.counters, verdict.code, !conversation.identity.bound());
  conversation.services.measure(core::Operation::ldap_bind, verdict.code, provider_, began_);
  if (auto* light = conversation.services.spotlight; light != nullptr && light->on()) {
    light->note(core::Spotlight::Kind::client, client_);
  }
  if (log::enabled(log::Level::info)) log(conversation, verdict);
}

void BindFront::log(const Conversation& conversation, Verdict verdict) const {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      conversation.services.clock.now() - began_);
  log::info("ldap.bind", {{"result", static_cast<std::int64_t>(verdict.code)},
                          {"reason", verdict.reason},
                          {"service", service_},
                          {"user", user_},
                          {"client", client_},
                          {"tls", conversation.tls ? "yes" : "no"},
                          {"request", conversation.request_id(message_id_)},
                          {"us", static_cast<std::int64_t>(took.count())}});
}

void BindFront::cancel() noexcept {
  if (work_) work_->cancel();
  work_ = nullptr;
  to_run_.reset();
  due_.reset();
  busy_ = false;
  exchange_ = Mechanism::none;
}

}  // namespace postern::outpost
