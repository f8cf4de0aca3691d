#pragma once
// BindFront: the Bind of one session, from request to response. At most one runs.
//
// A Bind drops the identity before anything is looked at; only a granted login gives one again. An
// attempt is made on the loop first; if it would block, it is published as a Run. Denied answers
// are held back until the delay that the core asked for. Every refusal of credentials has one text.
// A SASL exchange that was begun ends with any other Bind (RFC 4511 4.2.1).
// Thread: the session's loop; BindWork::run() on a lane.
// Sources: RFC 4511 4.2, RFC 4513 5.1; design.md 4 (LDAP bind), 7 (LDAP codes).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/login.h"
#include "outpost/ldap/conversation.h"
#include "outpost/ldap/request_controls.h"
#include "outpost/ldap/sasl.h"
#include "protocols/ldap/message.h"
#include "protocols/session.h"

namespace postern::outpost {

class BindWork final : public Work {
 public:
  BindWork(core::Login& login, core::LoginRequest request);
  void run() noexcept override;
  core::LoginOutcome& outcome() noexcept { return outcome_; }

 private:
  core::Login& login_;
  core::LoginRequest request_;
  core::LoginOutcome outcome_ = core::Denied{};
};

class BindFront {
 public:
  // Answers at once, or is busy() from now on. `problem` other than success: the identity goes and
  // this is the answer (controls that forbid the operation).
  void begin(Conversation& conversation, Io& io, const ldap::Envelope& envelope,
             const RequestControls& controls, ldap::ResultCode problem = ldap::ResultCode::success);

  // Before begin(): whether the answer is to say what the password policy has to say.
  void ask_policy(bool asked) noexcept { policy_asked_ = asked; }

  bool busy() const noexcept { return busy_; }
  // Between two steps of a SASL exchange.
  bool in_exchange() const noexcept { return exchange_ != Mechanism::none; }
  std::int32_t message_id() const noexcept { return message_id_; }

  // Work to start, once.
  std::optional<Run> take_run();
  void done(Conversation& conversation, Io& io, std::uint32_t run_id);
  void refused(Conversation& conversation, Io& io, std::uint32_t run_id);

  // An answer that is held back: when it is due, and giving it.
  std::optional<Instant> due() const noexcept { return due_; }
  void give_held_answer(Conversation& conversation, Io& io);

  void cancel() noexcept;

 private:
  struct Verdict {
    ldap::ResultCode code = ldap::ResultCode::invalidCredentials;
    std::string_view reason;  // for the log
  };

  void carry_out(Conversation& conversation, Io& io, const ldap::BindRequest& request);
  void carry_out_simple(Conversation& conversation, Io& io, const ldap::BindRequest& request);
  void carry_out_sasl(Conversation& conversation, Io& io, const ldap::BindRequest& request);
  void log_in_plain(Conversation& conversation, Io& io, std::string_view message);
  void log_in_external(Conversation& conversation, Io& io, std::string_view authorization_id);
  void log_in(Conversation& conversation, Io& io, std::string_view password, BindTarget target);
  void conclude(Conversation& conversation, Io& io, core::LoginOutcome& outcome);
  void answer(Conversation& conversation, Io& io, Verdict verdict,
              std::optional<std::string_view> challenge = {});
  void log(const Conversation& conversation, Verdict verdict) const;

  bool busy_ = false;
  Mechanism exchange_ = Mechanism::none;  // asked for its message by the last answer
  bool tell_identity_ = false;            // RFC 3829
  std::string client_;                    // for throttle and events: the address
  bool policy_asked_ = false;
  Octets policy_;  // controls of the answer
  std::int32_t message_id_ = 0;
  std::uint32_t run_id_ = 0;  // of the work under way; ids are never used twice
  std::shared_ptr<BindWork> work_;
  std::optional<Run> to_run_;
  std::optional<Instant> due_;
  Verdict held_;
  std::uint64_t epoch_ = 0;  // from before the attempt
  Instant began_{};
  core::ProviderId provider_ = 0;
  bool exact_ = false;
  std::string service_, user_;  // for the log
};

}  // namespace postern::outpost
