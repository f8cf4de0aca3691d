// LINK: postern_ldap postern_ber
// A filter text is refused, or survives its own text and its own BER unchanged.

#include <cstdlib>

#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode_request.h"
#include "protocols/ldap/filter_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::ldap;
  const auto parsed = parse_filter({reinterpret_cast<const char*>(data), size});
  if (!parsed.ok()) return 0;
  const std::string text = to_text(parsed->filter);
  Octets element;
  append_filter(element, parsed->filter);
  element.push_back(0);
  Filter back;
  if (!decode_filter(OctetPiece(element).first(element.size() - 1), back).ok()) std::abort();
  if (to_text(back) != text) std::abort();
  if (text.size() > kMaxFilterText) return 0;  // escapes make it longer
  const auto again = parse_filter(text);
  if (!again.ok() || to_text(again->filter) != text) std::abort();
  return 0;
}
