#include "core/credentials/password_check.h"

#include "core/access/access_check.h"
#include "core/credentials/app_password.h"
#include "core/credentials/digest.h"
#include "core/credentials/network_password.h"
#include "core/log.h"

namespace postern::core {
namespace {

// The one of `tokens` that was made of a text with this verifier. All are compared, each in
// constant time.
template <typename Token>
const LoginRecord::Token* match(const std::vector<Token>& tokens, const Sha256& verifier,
                                WallMs now) {
  const LoginRecord::Token* found = nullptr;
  for (const Token& token : tokens) {
    const bool same = constant_time_equal(as_text(token.verifier), as_text(verifier));
    if (same && (token.expires == 0 || now < token.expires)) found = &token;
  }
  return found;
}

// The user's app password that the text is, or over RADIUS its network password.
void find_token(Attempt& attempt, std::string_view text, WallMs now) {
  const LoginRecord& record = attempt.record;
  const bool network = attempt.protocol == Protocol::radius && !record.network_passwords.empty();
  attempt.token = nullptr;
  attempt.network_password = false;
  if ((record.tokens.empty() && !network) || text.size() < kMinGivenKey) return;
  const Sha256 verifier = key_verifier(text);
  attempt.token = match(record.tokens, verifier, now);
  if (attempt.token != nullptr || !network) return;
  attempt.token = match(record.network_passwords, verifier, now);
  attempt.network_password = attempt.token != nullptr;
}

// Settles a guess as failed unless told otherwise, also when the hash throws.
class OpenGuess {
 public:
  OpenGuess(Throttle& throttle, Throttle::Guess guess, std::string_view password)
      : throttle_(throttle), guess_(guess), password_(password) {}
  ~OpenGuess() {
    if (!settled_) throttle_.failed(guess_, password_);
  }
  OpenGuess(const OpenGuess&) = delete;
  OpenGuess& operator=(const OpenGuess&) = delete;

  bool refused() const noexcept { return guess_.refused; }
  void succeeded() {
    settled_ = true;
    throttle_.succeeded(guess_);
  }
  std::chrono::milliseconds failed() {
    settled_ = true;
    return throttle_.failed(guess_, password_);
  }

 private:
  Throttle& throttle_;
  const Throttle::Guess guess_;
  const std::string_view password_;
  bool settled_ = false;
};

ThrottleKey throttle_key_of(const Attempt& attempt) noexcept {
  return {attempt.record.pk, attempt.name, attempt.service};
}

}  // namespace

Check PasswordCheck::check(Attempt& attempt, const PasswordText& text,
                           PasswordBackends backends) const {
  if (attempt.proof != nullptr) return check_proof(attempt, backends);
  if (text.whole.empty()) return Check::wrong(Reason::wrong_password);
  if (backends.token) {
    find_token(attempt, text.whole, clock_.wall());
    if (attempt.token != nullptr) return take_token(attempt, text.whole);
  }
  if (has_key_shape(text.whole)) {
    attempt.app_password = true;
    return refuse_app_password(attempt, text.whole, Reason::wrong_app_password);
  }
  if (!backends.inbuilt) {
    if (attempt.blocking == Blocking::no) return Check::would_block(LoginLane::hash);
    pay(attempt);
    return Check::wrong(Reason::wrong_password);
  }
  return check_account(attempt, text.password);
}

Check PasswordCheck::take_token(Attempt& attempt, std::string_view text) const {
  attempt.app_password = true;
  Reason reason = check_user(attempt.record, clock_.wall());
  const ScopeView scope = view_of(attempt.token->scope, attempt.record.scopes);
  if (reason == Reason::none &&
      !allows(scope, attempt.protocol, attempt.application, attempt.source)) {
    reason = Reason::app_password_scope;
  }
  return reason == Reason::none ? Check::right() : refuse_app_password(attempt, text, reason);
}

// The account's password is out of reach here by construction: nothing but a sealed network
// password is ever held against a proof.
Check PasswordCheck::check_proof(Attempt& attempt, PasswordBackends backends) const {
  const LoginRecord& record = attempt.record;
  const auto* found = find_network_password(record, *attempt.proof, sealer_, clock_.wall());
  if (found != nullptr && backends.token && attempt.protocol == Protocol::radius) {
    attempt.token = found;
    attempt.network_password = true;
    return take_token(attempt, {});
  }
  const Reason reason = record.pk == 0                     ? Reason::unknown_user
                        : record.network_passwords.empty() ? Reason::needs_network_password
                                                           : Reason::wrong_network_password;
  return refuse_app_password(attempt, {}, reason);
}

void PasswordCheck::pay(Attempt& attempt) const {
  if (attempt.slow_hash || attempt.app_password || attempt.blocking == Blocking::no) return;
  attempt.slow_hash = true;
  hasher_.dummy();
}

Check PasswordCheck::refuse_app_password(Attempt& attempt, std::string_view text,
                                         Reason reason) const {
  const std::string_view id = key_id_of(text);
  return Check::wrong(
      reason, throttle_.app_password_failed(attempt.source, id.empty() ? attempt.name : id));
}

// Why no hash can say yes; none when one may.
Reason PasswordCheck::obstacle(const Attempt& attempt, std::string_view password) const {
  if (attempt.record.pk == 0) return Reason::unknown_user;
  const Reason reason = check_user(attempt.record, clock_.wall());
  if (reason != Reason::none) return reason;
  if (password.empty() || password.size() > kMaxPassword) return Reason::wrong_password;
  if (password.find('\0') != std::string_view::npos) return Reason::wrong_password;
  const HashKind kind = PasswordHasher::kind(attempt.record.password_hash);
  if (kind == HashKind::none || kind == HashKind::unsupported) return Reason::no_usable_password;
  return Reason::none;
}

bool PasswordCheck::recently_verified(const Attempt& attempt,
                                      std::string_view password) const noexcept {
  const LoginRecord& record = attempt.record;
  if (password.empty() || password.size() > kMaxPassword) return false;
  return check_user(record, clock_.wall()) == Reason::none &&
         recent_.verify(record.pk, attempt.service, record.generation, password);
}

Check PasswordCheck::check_account(Attempt& attempt, std::string_view password) const {
  const ThrottleKey key = throttle_key_of(attempt);
  if (attempt.blocking == Blocking::no) {
    attempt.recently_verified = recently_verified(attempt, password) && !throttle_.refused(key);
    return attempt.recently_verified ? Check::right() : Check::would_block(LoginLane::hash);
  }
  const Throttle::Guess reserved = throttle_.reserve(key);
  if (reserved.refused) {
    pay(attempt);
    return Check::wrong(Reason::throttled, reserved.delay);
  }
  OpenGuess guess(throttle_, reserved, password);
  if (recently_verified(attempt, password)) {
    attempt.recently_verified = true;
    guess.succeeded();
    return Check::right();
  }
  Reason reason = obstacle(attempt, password);
  if (reason == Reason::none && !verify(attempt, password)) reason = Reason::wrong_password;
  if (reason == Reason::none || attempt.slow_hash) {
    // The hash took its time: was it still this user's credential when it ended?
    const bool moved = attempt.record.pk != 0 &&
                       directory_.generation(attempt.record.pk) != attempt.record.generation;
    if (moved && reason == Reason::none) guess.succeeded();
    if (moved) return Check::wrong(Reason::generation_moved);
  }
  if (reason == Reason::none) {
    guess.succeeded();
    return Check::right();
  }
  pay(attempt);
  return Check::wrong(reason, guess.failed());
}

bool PasswordCheck::verify(Attempt& attempt, std::string_view text) const {
  const std::string& stored = attempt.record.password_hash;
  const Secret password(text);
  const bool fast = PasswordHasher::kind(stored) == HashKind::fast_import;
  attempt.slow_hash = attempt.slow_hash || !fast;
  const bool right = hasher_.verify(stored, password);
  if (right && hasher_.needs_rehash(stored)) rehash(attempt, password);
  if (!right && fast) pay(attempt);
  return right;
}

// The stored hash is one of another system or weaker than ours; this is when the password is known.
void PasswordCheck::rehash(Attempt& attempt, const Secret& password) const {
  attempt.slow_hash = true;
  const std::string made = hasher_.hash(password);
  try {
    store_.replace_password_hash(attempt.record.pk, attempt.record.password_hash, made);
  } catch (const StoreError&) {
    // The login does not depend on it; the next one tries again.
    log::warning("login.rehash_failed", {{"user", attempt.record.pk}});
  }
}

}  // namespace postern::core
