#pragma once
// Login: one attempt of one front (LDAP simple bind, RADIUS PAP, ...) that holds a user name and a
// text password, perhaps with an inline code. It drives the flow executor as a solver and adds what
// an attempt needs around it: throttle, the split of `password;code`, recent verification, exactly
// one slow hash per refusal, events. Every path starts from Denied.
//
// attempt(request, Blocking::no) runs on a loop: no Store, no slow hash. It may only grant (app
// password, recently verified password) or refuse a string shaped as an app password; everything
// else is WouldBlock, and the same call runs with Blocking::yes on that lane. Effects (counters,
// events) are applied once, at the end.
//
// Thread: any. Errors: a missing Store or a stale Directory is Unavailable, never Denied or
// Granted. Sources: design.md 2 idea 2 and 5, 3, 7 (Login); reference rules 5.4, 5.5.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/access/search_right.h"
#include "core/credentials/password_proof.h"
#include "core/ids.h"
#include "core/network/access_facts.h"
#include "core/secret.h"
#include "core/texts/texts.h"
#include "core/time.h"

namespace postern::core {

enum class Protocol : std::uint8_t { ldap, radius, http };
std::string_view protocol_text(Protocol protocol) noexcept;  // "ldap", "radius", "http"
enum class Blocking : bool { no, yes };
enum class LoginLane : std::uint8_t { hash, store, outbound };

// What the credentials are shown for. A password change takes the account's password (with a code)
// and no app password, also when it has expired, and leaves no trace of a login.
enum class Purpose : std::uint8_t { login, password_change };

// A login whose password was right and whose code is still to come. The front keeps it (sealed, if
// it leaves the process) and gives it back together with the code. It is good for one provider and
// one credential generation, and says nothing about the password.
struct OpenLogin {
  ProviderId provider = 0;
  UserId user = 0;
  std::uint64_t generation = 0;
  std::uint64_t flow = 0;     // fingerprint of the flow that asks
  std::uint64_t dropped = 0;  // its steps that policies have left out
  std::uint32_t position = 0;
  std::uint32_t wrong_codes = 0;
};

struct LoginRequest {
  Protocol protocol = Protocol::ldap;
  ProviderId provider = 0;
  std::string username;           // as the front read it from the DN or the packet
  Secret password;                // whole text: password, `password;code`, app password
  std::string client;             // source address
  std::string request_id;         // for log and events
  bool may_ask = false;           // the front can ask for a code: CodeWanted may be the answer
  std::optional<OpenLogin> open;  // goes on with this one: `password` is the code
  Purpose purpose = Purpose::login;
  // Instead of `password`: only a network password can be told from it. Kept by the front too.
  std::shared_ptr<PasswordProof> proof = nullptr;
  // Of network gear; needed where Blocking::yes, since only then policies are asked that see it.
  std::shared_ptr<const AccessFacts> access = nullptr;
  // What the client sent, where it can name nobody and `username` therefore is a name that nobody
  // has: for events and explanations. "" = `username` is what it sent.
  std::string sent_name = {};
};

// The name that events and explanations show for a request.
inline const std::string& shown_name(const LoginRequest& request) noexcept {
  return request.sent_name.empty() ? request.username : request.sent_name;
}

// A user whom the transport has authenticated and the front has found: by a client certificate, by
// the peer of a local socket, by a TLS session in which he has logged in before.
enum class TransportProof : std::uint8_t { certificate, local_socket, resumed_session };
struct TransportLogin {
  Protocol protocol = Protocol::ldap;
  ProviderId provider = 0;
  UserId user = 0;  // 0 = nobody: refused, and told to the log and the events
  TransportProof proof = TransportProof::certificate;
  std::string claim;   // what the transport says of the peer: "uid=0", "CN=alice,O=Example"
  std::string client;  // as in LoginRequest
  std::string request_id;
  std::shared_ptr<const AccessFacts> access = nullptr;
};

// What is to be said of the account's password after a login with it.
struct PasswordState {
  bool must_change = false;                   // nothing but changing it is allowed
  std::optional<std::uint32_t> seconds_left;  // until it expires; absent = not within the warning
  std::optional<std::uint32_t> grace_left;    // it has expired: so many logins are left
};

// What a connection may do after a login, for as long as it holds.
struct Grant {
  UserId user = 0;
  std::string username;
  std::uint64_t generation = 0;
  ProviderId provider = 0;
  SearchRight search;             // what it sees of the provider's tree
  bool account_password = false;  // the login was by it: not by an app password or the transport
  PasswordState password;
  WallMs expires = 0;            // 0 = no limit of its own
  std::uint64_t credential = 0;  // credential_mark() of the app password; 0 = it was none
};

// Why a login was refused: a constant word for the log, the event and `explain`; never for the
// wire.
enum class Reason : std::uint8_t {
  none,
  unknown_user,
  ambiguous_user,
  wrong_password,
  no_usable_password,
  wrong_app_password,
  needs_network_password,
  wrong_network_password,
  app_password_scope,
  code_missing,
  code_wrong,
  code_used,
  code_throttled,
  no_device,
  device_not_supported,
  user_inactive,
  user_not_valid_yet,
  user_expired,
  password_expired,
  password_must_change,
  throttled,
  flow_missing,
  flow_denied,
  stage_unsupported,
  provider_missing,
  application_missing,
  access_denied,
  generation_moved,
  directory_stale,
  store_unreachable,
};
std::string_view reason_text(Reason reason) noexcept;  // "wrong_password", ...

struct Granted {
  Grant grant;
};
struct Denied {
  Reason reason = Reason::flow_denied;
  std::chrono::milliseconds delay{0};  // the front answers no sooner than this
};
struct NotAdmitted {  // wholly right credentials, but the application says no (LDAP 50)
  Reason reason = Reason::access_denied;
};
struct Unavailable {
  Reason reason = Reason::store_unreachable;
};
struct WouldBlock {
  LoginLane lane = LoginLane::hash;
};
struct CodeWanted {  // only if LoginRequest::may_ask
  OpenLogin open;
  Reason reason = Reason::code_missing;  // or why the last code was not taken
  std::chrono::milliseconds delay{0};
  Language language = Language::unset;  // in which the user is asked
};
using LoginOutcome =
    std::variant<Denied, Granted, NotAdmitted, Unavailable, WouldBlock, CodeWanted>;

class Login {
 public:
  virtual ~Login() = default;
  virtual LoginOutcome attempt(const LoginRequest& request, Blocking blocking) = 0;

  // No flow and no password: the user's state and the application's bindings decide. Never blocks.
  // What is not overridden trusts no transport.
  virtual LoginOutcome admit(const TransportLogin&) { return Denied{}; }

  // Whether logins can be decided now, not answered Unavailable for a stale Directory. Cheap.
  virtual bool ready() const noexcept { return true; }

  // Whether a grant still holds: user there and active, generation unmoved, within its times, still
  // admitted. Refreshes what it sees. Cheap; called when security_epoch() has moved.
  virtual bool still_holds(Grant& grant) const = 0;
  virtual std::uint64_t security_epoch() const noexcept = 0;

  // Lifts a temporary refusal (`postern user unlock`). False: nothing was held against the user.
  virtual bool unlock(std::string_view username) = 0;
};

}  // namespace postern::core
