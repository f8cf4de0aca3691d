#pragma once
// WebAuthn within flows: who we are to a browser, the challenge that a run has shown, and an answer
// to it held against the kept keys. The relying party follows base_url, never a Host header: a
// changed name orphans all keys. Thread: as the stage's; blocking.

#include <string>
#include <string_view>
#include <variant>

#include "core/flow/stages/page.h"
#include "core/webauthn/ceremony.h"

namespace postern::core {

struct RelyingParty {
  std::string id, origin;  // "sso.example.org", "https://sso.example.org"
};
RelyingParty relying_party(std::string_view base_url);

// The challenge of this run, base64url; made and kept when there is none yet.
std::string shown_challenge(const StageContext& context);
// The challenge is used up, whatever came of it: its octets.
std::string take_challenge(const StageContext& context);

// What a browser is asked for: `user` 0 = any key that it knows for us.
boost::json::object assertion_request(const StageContext& context, UserId user,
                                      std::string_view verification);

// Whether a kept key may answer this stage: where the stage names models, one of these, proven when
// it was registered.
bool is_admitted(const StageContext& context, const boost::json::object& key);

// An assertion of a key of `user`, 0 = of whoever's key it is, whom the answer has to name.
struct KeyAnswer {
  UserId user = 0;
  Uuid device;
};
std::variant<KeyAnswer, Fault> check_assertion(const StageContext& context,
                                               const boost::json::object& answer, UserId user,
                                               bool verify_user);

}  // namespace postern::core
