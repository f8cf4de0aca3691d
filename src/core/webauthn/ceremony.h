#pragma once
// The two ceremonies of WebAuthn (Level 3, 7.1 and 7.2) for a relying party: a key is registered, a
// key answers a challenge. Everything is verified before anything is given back; a fault is a
// constant word for the log, never for the page. Keeping ids unique, the counter and who owns a key
// are the caller's. Thread: pure.

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <variant>

#include "core/webauthn/client_data.h"

namespace postern::core {

struct Fault {
  std::string_view word;
};

struct NewCredential {
  std::string id, public_key, aaguid;  // octets; the key as COSE
  std::string attestation;             // none, self, x5c, root (attestation.h)
  std::uint32_t sign_count = 0;
  bool user_verified = false, backup_eligible = false, backed_up = false;
};
// `answer`: what navigator.credentials.create() gave, as JSON {id, rawId, type, response}.
std::variant<NewCredential, Fault> register_credential(const boost::json::object& answer,
                                                       const CeremonyRequest& request);

// Which credential an answer names, base64url; "" = none.
std::string credential_id_of(const boost::json::object& answer);

struct KnownCredential {
  std::string_view id, public_key;  // octets
  std::uint32_t sign_count = 0;
  bool backup_eligible = false;
};
struct Assertion {
  std::uint32_t sign_count = 0;
  std::string user_handle;  // octets; "" = not given
  bool user_verified = false, backed_up = false;
};
std::variant<Assertion, Fault> verify_assertion(const boost::json::object& answer,
                                                const CeremonyRequest& request,
                                                const KnownCredential& known);

}  // namespace postern::core
