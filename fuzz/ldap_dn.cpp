// LINK: postern_ldap postern_ber
// A DN is refused, or has a stable normal form that agrees with its parts.

#include <cstdlib>

#include "protocols/ldap/dn.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::ldap;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string once;
  std::string twice;
  const auto dn = Dn::parse(text);
  if (normalise_dn(text, once) != dn.ok()) std::abort();
  if (dn.ok()) {
    if (dn->size() != normal_depth(once) || dn->normalised() != once) std::abort();
    // A normal form may be up to three times as long as what it came from, beyond what is accepted.
    if (once.size() <= kMaxDnOctets && (!normalise_dn(once, twice) || once != twice)) std::abort();
    const std::string text_again = dn->text();
    if (text_again.size() <= kMaxDnOctets && (!normalise_dn(text_again, twice) || once != twice))
      std::abort();
  }
  const std::string built = build_dn("cn", text, "dc=x");
  if (built.size() <= kMaxDnOctets && Dn::parse(built).ok() &&
      Dn::parse(built)->rdns().at(0).at(0).value != text)
    std::abort();
  return 0;
}
