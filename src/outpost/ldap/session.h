#pragma once
// LdapSession: one LDAP client's conversation, from connect to close, as a StreamSession.
//
// Frames PDUs, keeps what is not yet processed (bounded), dispatches requests, and publishes wants.
// Requests are begun in the order of arrival. A Bind waits for running searches, and everything
// waits for a Bind or an update; but what arrives meanwhile is looked at, so Abandon, Unbind and
// end of file work at once. Searches run in turns, in rotation. Every failure leaves the client
// anonymous.
//
// `services` outlives the session. Thread: the session's loop only.
// Sources: RFC 4511, 4513; design.md 2 (idea 1), 7.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "outpost/ldap/bind.h"
#include "outpost/ldap/conversation.h"
#include "outpost/ldap/inbox.h"
#include "outpost/ldap/pending.h"
#include "outpost/ldap/request_controls.h"
#include "outpost/ldap/search.h"
#include "outpost/ldap/services.h"
#include "protocols/ldap/message.h"
#include "protocols/session.h"

namespace postern::outpost {

class LdapSession final : public StreamSession {
 public:
  LdapSession(const PeerInfo& peer, LdapServices& services);
  ~LdapSession() override;
  LdapSession(const LdapSession&) = delete;
  LdapSession& operator=(const LdapSession&) = delete;

  Wants start(Io& io) override;
  Wants bytes(Io& io, OctetView input) override;
  Wants eof(Io& io) override;
  Wants written(Io& io) override;
  Wants done(Io& io, std::uint32_t id) override;
  Wants refused(Io& io, std::uint32_t id) override;
  Wants timer(Io& io) override;
  Wants wake(Io& io) override;
  Wants tls_up(Io& io) override;
  Wants shutdown(Io& io) override;

 private:
  enum class Phase : std::uint8_t { talking, starting_tls, closing };
  struct Waiting {  // a request that was looked at but may not begin yet
    std::int32_t id = 0;
    ldap::Op op{};
    std::size_t length = 0;  // octets of its PDU in the inbox
    bool dropped = false;    // abandoned, or in no need of being begun
  };

  // Processing
  void pump(Io& io);
  bool advance(Io& io);
  void begin_waiting(Io& io);
  bool look_at_next(Io& io);
  void accept(Io& io, OctetView pdu, const ldap::Envelope& envelope);
  void hold(const ldap::Envelope& envelope, std::size_t length, bool dropped);
  void finish_with(ldap::Op op, std::size_t length) noexcept;
  void begin(Io& io, OctetView pdu, const ldap::Envelope& envelope);
  void dispatch(Io& io, OctetView pdu, const ldap::Envelope& envelope);
  void carry_out(Pending operation);
  void conclude(Io& io, std::uint32_t run, bool ran);
  void give_held_answer(Io& io);
  std::optional<Instant> answer_due() const noexcept;
  void refuse(Io& io, const ldap::Envelope& envelope, ldap::ResultCode code, std::string_view text);
  void abandon(const ldap::Envelope& envelope);
  bool is_cancel(const ldap::Envelope& envelope) const;
  void answer_cancel(Io& io, const ldap::Envelope& envelope);
  ldap::ResultCode cancel_operation(Io& io, std::int32_t target);
  void disconnect(Io& io, ldap::ResultCode code, std::string_view why);
  void give_up(Io& io);
  void close() noexcept;

  // Questions
  bool anything_waits() const noexcept { return waiting_head_ < waiting_.size(); }
  bool may_begin(ldap::Op op) const noexcept;
  bool in_use(std::int32_t id) const noexcept;
  bool busy() const noexcept { return bind_.busy() || pending_ != nullptr; }
  std::size_t under_way() const noexcept;
  std::size_t pdu_limit() const noexcept;
  bool full() const noexcept;
  static bool congested(const Io& io) noexcept { return io.unsent + io.out.size() > kMaxUnsent; }

  Wants wants(const Io& io);
  std::optional<Instant> next_deadline(const Io& io) const noexcept;

  Conversation conversation_;
  Inbox inbox_;
  std::vector<Waiting> waiting_;  // in order of arrival; those before waiting_head_ have begun
  std::size_t waiting_head_ = 0;
  std::size_t looked_at_ = 0;  // octets at the front of the inbox that belong to waiting_
  BindFront bind_;
  SearchFront searches_;
  RequestControls controls_;  // of the request that is being begun
  Pending pending_;
  std::uint32_t pending_run_ = 0;       // its run id; never used twice
  bool to_start_ = false;               // pending_ was not handed to the runner yet
  std::optional<Instant> pending_due_;  // its work is over, its answer is held back until then
  Phase phase_ = Phase::talking;
  int allowance_ = 0;         // requests that this event may still begin
  bool unlooked_ = false;     // whole requests may lie in the inbox that were not looked at
  bool heard_ = false;        // any octet since the start
  bool mid_request_ = false;  // the inbox ends in an unfinished PDU
  Instant since_{};           // last progress
  Instant request_since_{};   // when the unfinished PDU was first seen
};

// The last words to a connection that is not taken: a Notice of Disconnection.
Octets too_many_connections();

}  // namespace postern::outpost
