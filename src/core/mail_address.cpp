#include "core/mail_address.h"

namespace postern::core {

bool is_mail_address(std::string_view text) noexcept {
  constexpr std::string_view kForbidden = "<>,;:\"()[]\\";
  if (text.size() > 254) return false;
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.find('@') != at) {
    return false;
  }
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet <= 0x20 || octet == 0x7f || kForbidden.find(c) != std::string_view::npos) {
      return false;
    }
  }
  return text[at + 1] != '.' && text.back() != '.' && text.front() != '-';
}

}  // namespace postern::core
