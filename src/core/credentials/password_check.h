#pragma once
// PasswordCheck: whether a text is a credential of the pending user. Order of work: the whole text
// among the user's app passwords; the shape of one without a match is refused at once; a recently
// verified password; then the slow hash, on a lane only. A guess is reserved in the throttle before
// it is verified. Every refusal that is not an app password's runs exactly one slow hash: pay().
//
// Over RADIUS the whole text may also be a network password; a proof (CHAP, MS-CHAP) is held
// against network passwords alone.
//
// Thread-safe. Blocking::no never waits and never hashes: it answers would_block instead.
// Source: design.md 7 (Login).

#include <string_view>

#include "core/credentials/attempt.h"
#include "core/credentials/password_hash.h"
#include "core/credentials/recent_verification.h"
#include "core/credentials/sealer.h"
#include "core/credentials/throttle.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/store.h"

namespace postern::core {

struct PasswordText {
  std::string_view whole;     // as typed; app passwords are looked for here
  std::string_view password;  // the one candidate for the account's password
};

struct PasswordBackends {
  bool inbuilt = true;
  bool token = true;
};

class PasswordCheck {
 public:
  static constexpr std::size_t kMaxPassword = 1024;  // octets

  PasswordCheck(const Directory& directory, Store& store, const PasswordHasher& hasher,
                Throttle& throttle, const RecentVerifications& recent, const Clock& clock,
                const Sealer& sealer)
      : directory_(directory),
        store_(store),
        hasher_(hasher),
        throttle_(throttle),
        recent_(recent),
        clock_(clock),
        sealer_(sealer) {}

  Check check(Attempt& attempt, const PasswordText& text, PasswordBackends backends) const;

  // The slow hash that a refusal costs, unless one has run or an app password is refused.
  void pay(Attempt& attempt) const;

 private:
  Check check_proof(Attempt& attempt, PasswordBackends backends) const;
  Check take_token(Attempt& attempt, std::string_view text) const;
  Check refuse_app_password(Attempt& attempt, std::string_view text, Reason reason) const;
  Check check_account(Attempt& attempt, std::string_view password) const;
  Reason obstacle(const Attempt& attempt, std::string_view password) const;
  bool recently_verified(const Attempt& attempt, std::string_view password) const noexcept;
  bool verify(Attempt& attempt, std::string_view password) const;
  void rehash(Attempt& attempt, const Secret& password) const;

  const Directory& directory_;
  Store& store_;
  const PasswordHasher& hasher_;
  Throttle& throttle_;
  const RecentVerifications& recent_;
  const Clock& clock_;
  const Sealer& sealer_;
};

}  // namespace postern::core
