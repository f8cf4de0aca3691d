#include "outpost/ldap/session.h"

#include <algorithm>
#include <utility>

#include "core/log.h"
#include "outpost/ldap/extended.h"
#include "outpost/ldap/result_text.h"
#include "outpost/ldap/update.h"
#include "protocols/ber/frame.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/extended_values.h"
#include "protocols/ldap/oids.h"

namespace postern::outpost {
namespace {

using ldap::Op;
using ldap::ResultCode;

// Requests begun in one event, so that a client that pipelines does not keep the loop from others.
constexpr int kRequestsPerEvent = 16;

// Run ids of pending operations have this bit, those of binds do not.
constexpr std::uint32_t kPendingRun = 1U << 31U;

}  // namespace

LdapSession::LdapSession(const PeerInfo& peer, LdapServices& services)
    : conversation_(peer, services) {
  services.counters.sessions.fetch_add(1, std::memory_order_relaxed);
  services.counters.open_sessions.fetch_add(1, std::memory_order_relaxed);
}

LdapSession::~LdapSession() {
  bind_.cancel();
  if (pending_) pending_->cancel();
  conversation_.services.counters.open_sessions.fetch_sub(1, std::memory_order_relaxed);
}

// ---- events ----------------------------------------------------------------------------------

Wants LdapSession::start(Io& io) {
  since_ = io.now;
  return wants(io);
}

Wants LdapSession::bytes(Io& io, OctetView input) {
  if (phase_ == Phase::closing) return wants(io);
  if (phase_ == Phase::starting_tls) {
    close();  // clear text behind a StartTLS request may have been injected (RFC 4513 3.1.1)
    return wants(io);
  }
  heard_ = true;
  inbox_.append(input);
  pump(io);
  return wants(io);
}

Wants LdapSession::eof(Io& io) {
  close();
  return wants(io);
}

Wants LdapSession::written(Io& io) {
  since_ = io.now;
  pump(io);
  return wants(io);
}

Wants LdapSession::done(Io& io, std::uint32_t id) {
  if (phase_ == Phase::talking) conclude(io, id, true);
  pump(io);
  return wants(io);
}

Wants LdapSession::refused(Io& io, std::uint32_t id) {
  if (phase_ == Phase::talking) conclude(io, id, false);
  pump(io);
  return wants(io);
}

Wants LdapSession::timer(Io& io) {
  if (const auto look = searches_.next_look(); look && io.now >= *look) {
    searches_.look(conversation_, io);
  }
  if (const auto due = answer_due(); due && io.now >= *due) {
    give_held_answer(io);
    pump(io);
  } else if (const auto deadline = next_deadline(io); deadline && io.now >= *deadline) {
    give_up(io);
  }
  return wants(io);
}

Wants LdapSession::wake(Io& io) {
  if (searches_.active() && !congested(io)) {
    searches_.turn(conversation_, io);
    since_ = io.now;
  }
  pump(io);
  return wants(io);
}

Wants LdapSession::tls_up(Io& io) {
  if (phase_ != Phase::starting_tls) return wants(io);
  phase_ = Phase::talking;
  conversation_.take_up_tls(io.peer);
  heard_ = false;  // the first octet under TLS has its own deadline
  since_ = io.now;
  return wants(io);
}

Wants LdapSession::shutdown(Io& io) {
  if (phase_ == Phase::talking) {
    disconnect(io, ResultCode::unavailable, "the server is shutting down");
  }
  close();
  return wants(io);
}

// ---- processing ------------------------------------------------------------------------------

void LdapSession::pump(Io& io) {
  allowance_ = kRequestsPerEvent;
  unlooked_ = true;
  while (phase_ == Phase::talking && allowance_ > 0 && !congested(io) && advance(io)) {
  }
  if (phase_ == Phase::starting_tls && !inbox_.empty()) close();  // as in bytes()
}

// One step; false = nothing can be done before the next event.
bool LdapSession::advance(Io& io) {
  if (anything_waits() && may_begin(waiting_[waiting_head_].op)) {
    begin_waiting(io);
    return true;
  }
  return look_at_next(io);
}

void LdapSession::begin_waiting(Io& io) {
  const Waiting next = waiting_[waiting_head_++];
  if (!anything_waits()) {
    waiting_.clear();
    waiting_head_ = 0;
  }
  const OctetView pdu = inbox_.from(0).first(next.length);
  looked_at_ -= next.length;
  if (!next.dropped) {
    const auto envelope = ldap::decode_envelope(pdu);  // cannot fail: it was decoded before
    if (envelope) begin(io, pdu, *envelope);
  }
  finish_with(next.op, next.length);
}

bool LdapSession::look_at_next(Io& io) {
  if (full()) return false;
  const OctetView rest = inbox_.from(looked_at_);
  const ber::Frame frame = ber::frame(rest, pdu_limit());
  if (frame.state == ber::Frame::State::error) {
    disconnect(io, ResultCode::protocolError, frame.what);
    return false;
  }
  if (frame.state == ber::Frame::State::need_more) {
    unlooked_ = false;
    const bool began = !rest.empty() && !mid_request_;
    mid_request_ = !rest.empty();
    if (began) request_since_ = io.now;
    return false;
  }
  mid_request_ = false;
  const OctetView pdu = rest.first(frame.length);
  const auto envelope = ldap::decode_envelope(pdu);
  if (!envelope) {
    disconnect(io, ResultCode::protocolError, envelope.error().what);
  } else if (in_use(envelope->message_id)) {
    disconnect(io, ResultCode::protocolError, "message id in use");
  } else {
    accept(io, pdu, *envelope);
  }
  return phase_ == Phase::talking;
}

// What may not wait is done at once; what may not begin waits.
void LdapSession::accept(Io& io, OctetView pdu, const ldap::Envelope& envelope) {
  since_ = io.now;
  if (envelope.op == Op::unbindRequest) return close();
  if (envelope.op == Op::abandonRequest) {
    abandon(envelope);
    return hold(envelope, pdu.size(), true);
  }
  if (is_cancel(envelope)) {
    answer_cancel(io, envelope);
    return hold(envelope, pdu.size(), true);
  }
  if (anything_waits() || !may_begin(envelope.op)) return hold(envelope, pdu.size(), false);
  begin(io, pdu, envelope);
  finish_with(envelope.op, pdu.size());
}

// The first PDU of the inbox has been dealt with.
void LdapSession::finish_with(Op op, std::size_t length) noexcept {
  const bool secret = op == Op::bindRequest || op == Op::extendedRequest ||
                      op == Op::modifyRequest || op == Op::addRequest;
  if (secret) inbox_.wipe(0, length);  // it may have held a password
  inbox_.consume(length);
}

void LdapSession::hold(const ldap::Envelope& envelope, std::size_t length, bool dropped) {
  if (dropped && !anything_waits()) return inbox_.consume(length);
  waiting_.push_back({envelope.message_id, envelope.op, length, dropped});
  looked_at_ += length;
}

void LdapSession::begin(Io& io, OctetView pdu, const ldap::Envelope& envelope) {
  --allowance_;
  since_ = io.now;
  if (envelope.op == Op::bindRequest) searches_.end_watching();
  const ControlsVerdict verdict = read_controls(envelope, controls_);
  if (verdict.code != ResultCode::success) return refuse(io, envelope, verdict.code, verdict.text);
  if (conversation_.identity.held() &&
      refuse_until_password_changed(conversation_, io, envelope, controls_)) {
    return;
  }
  dispatch(io, pdu, envelope);
}

void LdapSession::dispatch(Io& io, OctetView pdu, const ldap::Envelope& envelope) {
  if (envelope.op == Op::searchRequest) {
    return searches_.begin(conversation_, io, pdu, envelope, controls_);
  }
  if (envelope.op == Op::bindRequest) {
    bind_.ask_policy(controls_.password_policy);
    return bind_.begin(conversation_, io, envelope, controls_);
  }
  conversation_.services.counters.other_requests.fetch_add(1, std::memory_order_relaxed);
  if (envelope.op == Op::compareRequest) return answer_compare(conversation_, io, envelope);
  if (envelope.op == Op::extendedRequest) {
    const Meanwhile meanwhile{searches_.running(), bind_.in_exchange()};
    AfterExtended after = answer_extended(conversation_, io, envelope, controls_, meanwhile);
    if (after.start_tls) phase_ = Phase::starting_tls;
    return carry_out(std::move(after.pending));
  }
  carry_out(begin_update(conversation_, io, pdu, envelope, controls_));
}

// Everything that follows waits until it is over.
void LdapSession::carry_out(Pending operation) {
  if (!operation) return;
  pending_ = std::move(operation);
  pending_run_ = (pending_run_ + 1) | kPendingRun;
  to_start_ = true;
}

void LdapSession::conclude(Io& io, std::uint32_t run, bool ran) {
  if ((run & kPendingRun) == 0) {
    return ran ? bind_.done(conversation_, io, run) : bind_.refused(conversation_, io, run);
  }
  if (!pending_ || run != pending_run_) return;
  if (ran && pending_->delay().count() > 0) {
    pending_due_ = io.now + pending_->delay();
    return;
  }
  const Pending over = std::exchange(pending_, nullptr);
  return ran ? over->answer(conversation_, io) : over->answer_refused(conversation_, io);
}

// At most one of the two is busy.
void LdapSession::give_held_answer(Io& io) {
  if (bind_.due()) return bind_.give_held_answer(conversation_, io);
  pending_due_.reset();
  const Pending over = std::exchange(pending_, nullptr);
  over->answer(conversation_, io);
}

std::optional<Instant> LdapSession::answer_due() const noexcept {
  return bind_.due() ? bind_.due() : pending_due_;
}

// An answer of the right type to a request that is not carried out.
void LdapSession::refuse(Io& io, const ldap::Envelope& envelope, ResultCode code,
                         std::string_view text) {
  const std::int32_t id = envelope.message_id;
  if (envelope.op == Op::bindRequest)
    return bind_.begin(conversation_, io, envelope, controls_, code);
  if (envelope.op == Op::extendedRequest) {
    return ldap::append_extended_response(io.out, id, {code, {}, text});
  }
  if (const auto response = ldap::response_to(envelope.op)) {
    ldap::append_result(io.out, id, *response, {code, {}, text});
  }
}

// Never answered. Only searches can be abandoned, running or waiting, and other requests that wait,
// except those that must not be (4511 4.11). An unusable Abandon is ignored.
void LdapSession::abandon(const ldap::Envelope& envelope) {
  if (read_controls(envelope, controls_).code != ResultCode::success) return;
  const auto target = ldap::decode_abandon(envelope.body);
  if (!target) return;
  searches_.abandon(*target);
  for (std::size_t i = waiting_head_; i < waiting_.size(); ++i) {
    Waiting& request = waiting_[i];
    const bool may = request.op != Op::bindRequest && request.op != Op::extendedRequest;
    if (request.id == *target && may) request.dropped = true;
  }
}

bool LdapSession::is_cancel(const ldap::Envelope& envelope) const {
  if (envelope.op != Op::extendedRequest) return false;
  const auto request = ldap::decode_extended(envelope.body);
  return request && request->oid == ldap::oid::kCancel;
}

// RFC 3909: as Abandon, but both requests are answered.
void LdapSession::answer_cancel(Io& io, const ldap::Envelope& envelope) {
  --allowance_;
  conversation_.services.counters.other_requests.fetch_add(1, std::memory_order_relaxed);
  const ControlsVerdict verdict = read_controls(envelope, controls_);
  if (verdict.code != ResultCode::success) return refuse(io, envelope, verdict.code, verdict.text);
  const auto request = ldap::decode_extended(envelope.body);  // it is one: is_cancel()
  const auto target = ldap::decode_cancel(request->value);
  const ResultCode code = target ? cancel_operation(io, *target) : ResultCode::protocolError;
  refuse(io, envelope, code, result_text(code));
}

// Searches end at once, and so does what has not begun; an update that is being carried out is past
// stopping. Bind and extended operations cannot be cancelled.
ResultCode LdapSession::cancel_operation(Io& io, std::int32_t target) {
  const auto answer = [&](Op response) {
    ldap::append_result(io.out, target, response, {ResultCode::canceled, {}, {}});
    return ResultCode::success;
  };
  if (searches_.abandon(target)) return answer(Op::searchResultDone);
  if (bind_.busy() && bind_.message_id() == target) return ResultCode::cannotCancel;
  if (pending_ && pending_->message_id() == target) return ResultCode::tooLate;
  for (std::size_t i = waiting_head_; i < waiting_.size(); ++i) {
    Waiting& request = waiting_[i];
    if (request.id != target || request.dropped) continue;
    const auto response = ldap::response_to(request.op);
    const bool may = request.op != Op::bindRequest && request.op != Op::extendedRequest;
    if (!may || !response) return ResultCode::cannotCancel;
    request.dropped = true;
    return answer(*response);
  }
  return ResultCode::noSuchOperation;
}

void LdapSession::disconnect(Io& io, ResultCode code, std::string_view why) {
  ldap::append_notice_of_disconnection(io.out, code, why);
  conversation_.services.counters.notices.fetch_add(1, std::memory_order_relaxed);
  log::info("ldap.disconnect", {{"why", why}, {"client", conversation_.peer.address}});
  close();
}

// A deadline has passed. In the middle of a StartTLS nothing may be said in clear text any more.
void LdapSession::give_up(Io& io) {
  if (phase_ == Phase::starting_tls) return close();
  const bool slow = mid_request_ && !congested(io);
  disconnect(io, slow ? ResultCode::protocolError : ResultCode::unavailable,
             slow ? "a request did not arrive in time" : "idle for too long");
}

void LdapSession::close() noexcept {
  phase_ = Phase::closing;
  bind_.cancel();
  if (pending_) pending_->cancel();
  pending_ = nullptr;
  pending_due_.reset();
  searches_.cancel();
  waiting_.clear();
  waiting_head_ = looked_at_ = 0;
  inbox_.clear();
  conversation_.identity.drop();
}

Octets too_many_connections() {
  Octets out;
  ldap::append_notice_of_disconnection(out, ResultCode::unavailable, "too many connections");
  return out;
}

}  // namespace postern::outpost
