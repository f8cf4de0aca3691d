#pragma once
// Attempt: one submission of credentials by one front: who asks, what may run now, and what it has
// cost so far. Checks and stages write to it; the front reads it when it settles the attempt.
// Thread: a value of one thread, for the time of a call; views outlive it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/credentials/lease_terms.h"
#include "core/ids.h"
#include "core/login.h"
#include "core/model/login_record.h"
#include "core/policy/policy.h"
#include "core/policy/policy_case.h"

namespace postern::core {

class PasswordProof;
class UserWriter;
struct WebVisit;

enum class AuthMethod : std::uint8_t {
  none,
  password,
  token,
  network_password,
  certificate,
  local_socket,
  resumed_session,
  webauthn  // a key alone, which stands in for name, password and code
};

std::string_view auth_method_text(AuthMethod method) noexcept;  // "password", ...; "none"

struct Attempt {
  Blocking blocking = Blocking::no;
  ProviderId service = 0;
  std::string_view source;  // address
  std::string_view name;    // as typed
  LoginRecord& record;      // of the pending user, read within this attempt; pk 0 = nobody

  Protocol protocol = Protocol::ldap;
  Purpose purpose = Purpose::login;
  std::string_view application;  // pk, while the flow runs; "" = none
  // For flows that change a password or a user; fronts of logins leave them out.
  PasswordCandidate* candidate = nullptr;
  UserWriter* writer = nullptr;
  const WebVisit* web = nullptr;  // fronts of people only
  // Who judges dynamic policies: only where waiting is allowed. What they say goes to `messages`.
  const PolicyJudge* judge = nullptr;
  const HttpFacts* http = nullptr;
  const AccessFacts* access = nullptr;
  std::string_view request_id;
  std::vector<std::string>* messages = nullptr;

  bool slow_hash = false;          // one has run
  bool app_password = false;       // the text is one, or has the shape of one: never a slow hash
  bool recently_verified = false;  // the password came from RecentVerifications
  const LoginRecord::Token* token = nullptr;  // also a network password
  PasswordProof* proof = nullptr;             // stands for the text of a password
  bool network_password = false;              // `token` is one
  std::string_view device = {};               // whose code was right, in `record`
  // A wrong code that is right at another time: so many seconds from now. For explanations.
  std::optional<std::int64_t> code_off = {};
  LeaseTerms lease{};   // whether the service allows codes to come again
  bool leased = false;  // a lease stood for the code
};

// Empties a record and keeps its buffers.
void forget(LoginRecord& record) noexcept;

// The answer of a check.
struct Check {
  enum class Kind : std::uint8_t { right, wrong, would_block, unavailable } kind = Kind::wrong;
  Reason reason = Reason::wrong_password;  // wrong, unavailable
  LoginLane lane = LoginLane::hash;        // would_block
  std::chrono::milliseconds delay{0};      // wrong

  static Check right() noexcept { return {Kind::right, Reason::none}; }
  static Check wrong(Reason why, std::chrono::milliseconds delay = {}) noexcept {
    return {Kind::wrong, why, LoginLane::hash, delay};
  }
  static Check would_block(LoginLane lane) noexcept {
    return {Kind::would_block, Reason::none, lane};
  }
  static Check unavailable(Reason why) noexcept { return {Kind::unavailable, why}; }
};

}  // namespace postern::core
