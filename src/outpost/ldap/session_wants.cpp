// What an LdapSession wants of its runner after an event, and the questions that decide it.

#include <algorithm>
#include <utility>

#include "outpost/ldap/session.h"

namespace postern::outpost {

// A Bind waits until searches are over, those that never are end by it; everything waits for a Bind
// (4511 4.2.1).
bool LdapSession::may_begin(ldap::Op op) const noexcept {
  return !busy() && !(op == ldap::Op::bindRequest && searches_.finite());
}

bool LdapSession::in_use(std::int32_t id) const noexcept {
  if (bind_.busy() && bind_.message_id() == id) return true;
  if (pending_ && pending_->message_id() == id) return true;
  if (searches_.has(id)) return true;
  return std::any_of(waiting_.begin() + static_cast<std::ptrdiff_t>(waiting_head_), waiting_.end(),
                     [&](const Waiting& request) { return !request.dropped && request.id == id; });
}

std::size_t LdapSession::under_way() const noexcept {
  return (waiting_.size() - waiting_head_) + searches_.count() + (busy() ? 1U : 0U);
}

std::size_t LdapSession::pdu_limit() const noexcept {
  const LdapSettings& settings = *conversation_.settings;
  return conversation_.identity.bound() ? settings.max_pdu_bound : settings.max_pdu_anonymous;
}

bool LdapSession::full() const noexcept {
  const LdapSettings& settings = *conversation_.settings;
  return under_way() >= (conversation_.identity.bound() ? settings.max_pending_bound
                                                        : settings.max_pending_anonymous);
}

// ---- wants -----------------------------------------------------------------------------------

Wants LdapSession::wants(const Io& io) {
  Wants wants;
  if (phase_ == Phase::closing) {
    wants.read = false;
    wants.close = true;
    return wants;
  }
  wants.timer = next_deadline(io);
  if (const auto look = searches_.next_look(); look && (!wants.timer || *look < *wants.timer)) {
    wants.timer = look;
  }
  if (phase_ == Phase::starting_tls) {
    wants.read = false;
    wants.start_tls = true;
    return wants;
  }
  const bool blocked = congested(io);  // goes on with written()
  const bool unread = allowance_ <= 0 && unlooked_ && !inbox_.empty();
  wants.again = !blocked && (searches_.active() || unread);
  wants.read = !blocked && !unread && !full() && inbox_.size() < pdu_limit();
  wants.run = bind_.take_run();
  if (pending_ && std::exchange(to_start_, false)) {
    wants.run = Run{pending_run_, pending_->lane(), pending_};
  }
  return wants;
}

std::optional<Instant> LdapSession::next_deadline(const Io& io) const noexcept {
  const LdapSettings& settings = *conversation_.settings;
  if (phase_ == Phase::closing) return std::nullopt;
  if (const auto due = answer_due()) return due;
  if (phase_ == Phase::starting_tls || !heard_) return since_ + settings.first_byte;
  const bool stalled = congested(io);  // the client does not take its answers
  if (!stalled && (busy() || searches_.running())) return std::nullopt;
  const Instant idle = since_ + settings.idle;
  if (!mid_request_ || stalled) return idle;
  return std::min(idle, std::max(request_since_, since_) + settings.slow_request);
}

}  // namespace postern::outpost
