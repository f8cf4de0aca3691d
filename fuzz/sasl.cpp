// LINK: postern_ldap postern_ber postern_core
// PLAIN's message, authorization identities, prepared passwords: refused, or consistent.

#include <cstdlib>
#include <string>

#include "core/credentials/saslprep.h"
#include "protocols/ldap/authz_id.h"
#include "protocols/ldap/sasl_plain.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto plain = ldap::decode_plain(text); plain.ok()) {
    std::string again(plain->authorization_id);
    again.append(1, '\0').append(plain->authentication_id);
    again.append(1, '\0').append(plain->password);
    if (again != text) std::abort();
    (void)ldap::parse_authz_id(plain->authorization_id);
  }
  if (const auto id = ldap::parse_authz_id(text); id.ok() && !text.empty() && id->text == text)
    std::abort();
  const core::Secret prepared = core::prepared_password(text);
  const auto once = core::saslprep(text);
  // Prohibited characters leave the octets as they are, unless they read as Windows-1252; all else
  // is what saslprep says. What was prepared stays as it is.
  if (once && !prepared.equal(*once)) std::abort();
  if (!once && !prepared.equal(text) && !core::saslprep(prepared.reveal())) std::abort();
  if (!core::prepared_password(prepared.reveal()).equal(prepared.reveal())) std::abort();
  return 0;
}
