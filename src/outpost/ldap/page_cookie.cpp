#include "outpost/ldap/page_cookie.h"

#include "core/credentials/digest.h"

namespace postern::outpost {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHeader = 14;
constexpr std::size_t kAuthenticator = 16;

void append_number(std::uint32_t number, std::string& out) {
  for (unsigned shift = 32; shift != 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> (shift - 8U)));
  }
}

std::uint32_t read_number(std::string_view text, std::size_t at) noexcept {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    number = number << 8U | static_cast<std::uint8_t>(text[at + i]);
  }
  return number;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<std::uint8_t>(a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace

std::string PageCookies::authenticator(std::string_view contents, std::string_view binding) const {
  std::string covered;
  append_number(static_cast<std::uint32_t>(contents.size()), covered);
  covered.append(contents).append(binding);
  return core::hmac(core::DigestKind::sha256, core::as_text(key_), covered)
      .substr(0, kAuthenticator);
}

std::string PageCookies::seal(const PageMark& mark, core::WallMs now,
                              std::string_view binding) const {
  std::string cookie(1, kVersion);
  append_number(static_cast<std::uint32_t>(now / 1000 + kLifeSeconds), cookie);
  append_number(mark.sent, cookie);
  cookie.push_back(static_cast<char>(mark.at.phase));
  append_number(mark.at.id, cookie);
  cookie.append(mark.at.key);
  cookie.append(authenticator(cookie, binding));
  return cookie;
}

std::optional<PageMark> PageCookies::open(std::string_view cookie, core::WallMs now,
                                          std::string_view binding) const {
  if (cookie.size() < kHeader + kAuthenticator || cookie.size() > kMostOctets) return std::nullopt;
  const std::string_view contents = cookie.substr(0, cookie.size() - kAuthenticator);
  const std::string_view seal = cookie.substr(contents.size());
  if (!equal_in_constant_time(authenticator(contents, binding), seal)) return std::nullopt;
  if (contents.front() != kVersion || now / 1000 > read_number(contents, 1)) return std::nullopt;
  PageMark mark;
  mark.sent = read_number(contents, 5);
  mark.at.phase = static_cast<std::uint8_t>(contents[9]);
  mark.at.id = read_number(contents, 10);
  mark.at.key.assign(contents.substr(kHeader));
  return mark;
}

}  // namespace postern::outpost
