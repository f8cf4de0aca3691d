// LINK: postern_outpost postern_core postern_ldap postern_ber
// A page cookie opens only as it was sealed: foreign octets never do, and what does open is sealed
// to the same octets again.

#include "outpost/ldap/page_cookie.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::outpost;
  static const PageCookies cookies({7});
  constexpr postern::core::WallMs kNow = 1'700'000'000'000;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (cookies.open(text, kNow, "binding")) std::abort();
  // The input as a mark of its own.
  PageMark mark;
  if (size > 8) {
    mark.at.phase = data[0];
    mark.at.id = static_cast<std::uint32_t>(data[1]) << 24U | data[2];
    mark.sent = static_cast<std::uint32_t>(data[3]) << 8U | data[4];
    mark.at.key = text.substr(5);
  }
  std::string sealed = cookies.seal(mark, kNow, text);
  const auto opened = cookies.open(sealed, kNow, text);
  if (sealed.size() > PageCookies::kMostOctets) {
    if (opened) std::abort();
    return 0;
  }
  if (!opened || opened->at.key != mark.at.key || opened->at.id != mark.at.id ||
      opened->at.phase != mark.at.phase || opened->sent != mark.sent) {
    std::abort();
  }
  if (cookies.open(sealed, kNow + (PageCookies::kLifeSeconds + 1) * 1000, text)) std::abort();
  if (size != 0) {
    const std::size_t at = data[0] % sealed.size();
    sealed[at] = static_cast<char>(sealed[at] ^ 0x20);
    if (cookies.open(sealed, kNow, text)) std::abort();
  }
  return 0;
}
