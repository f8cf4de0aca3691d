#pragma once
// PasswordChange: the one decision about a new password, for every front. The owner shows the old
// password (with a code, if it owns a device) by the path of a login: same split, throttle and one
// slow hash. The new one runs through the flow that changes passwords (the password stage's
// configure_flow, else `default-password-change`): its prompt, its policies, its user_write stage.
//
// decide() is slow and holds no transaction: hash lane. What it allows is written by write(), in
// the caller's transaction, so that it may be part of a larger change; the hash is made by then.
// Thread-safe. Errors: refusals are values; a missing Store or Directory is Unavailable.
// Sources: design.md 7 (Login, Policies); behera-10 8.2; RFC 3062.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/login.h"
#include "core/login_service.h"
#include "core/objects/objects.h"
#include "core/policy/policy.h"

namespace postern::core {

struct PasswordChangeRequest {
  Protocol protocol = Protocol::ldap;
  ProviderId provider = 0;
  std::string client, request_id;
  UserId target = 0;
  bool own = true;                // by the target itself, else by an administrator
  bool account_password = false;  // the owner is logged in by it; else the old one must be shown
  std::optional<Secret> old_password;  // as typed, perhaps with a code
  std::optional<Secret> new_password;  // absent: one is generated
};

// Somebody who is being made, with a password chosen by an administrator.
struct NewUser {
  ProviderId provider = 0;
  std::string username, email, name;
};

// A change that may be written.
struct PasswordReady {
  UserId user = 0;
  std::uint64_t generation = 0;  // of the user when it was decided
  std::string hash;
  WallMs when = 0;
  std::optional<Secret> generated;
};

struct PasswordRefused {
  enum class Why : std::uint8_t {
    wrong_old,  // the old password or its code
    must_supply_old,
    not_allowed,  // no flow, or a flow that asks for more, or denies
    quality,      // `fault` says which rule
  } why = Why::not_allowed;
  PasswordFault fault = PasswordFault::none;
  std::string message;  // for the person
  Reason reason = Reason::none;
  std::chrono::milliseconds delay{0};  // the front answers no sooner than this
};

using PasswordDecision = std::variant<PasswordRefused, PasswordReady, Unavailable>;

class PasswordChange {
 public:
  // `login` and all parts outlive this.
  PasswordChange(const LoginParts& parts, Login& login);
  ~PasswordChange();
  PasswordChange(const PasswordChange&) = delete;
  PasswordChange& operator=(const PasswordChange&) = delete;

  PasswordDecision decide(const PasswordChangeRequest& request);
  // The same rules for a user that is not there yet; `user` of what is ready stays 0.
  PasswordDecision decide_new(const NewUser& user, const Secret& password);

  // An Error of kind conflict: the user has changed since decide(). `must_change`: the next login
  // may only change it again.
  static Outcome<Done> write(Transaction& transaction, const ObjectTools& tools,
                             const PasswordReady& ready, bool must_change = false);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace postern::core
