// LINK: postern_ldap postern_ber
// A URL is refused, or is the same again when read from its own text.

#include "protocols/ldap/ldap_url.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::ldap;
  const auto url = parse_ldap_url({reinterpret_cast<const char*>(data), size});
  if (!url.ok()) return 0;
  const std::string text = to_text(*url);
  if (text.size() > kMaxUrlOctets) return 0;  // encoding makes it longer
  const auto again = parse_ldap_url(text);
  if (!again.ok() || *again != *url || to_text(*again) != text) std::abort();
  return 0;
}
