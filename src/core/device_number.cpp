#include "core/device_number.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace postern::core {

std::int64_t device_number(std::string_view uuid) {
  if (uuid.size() < 13) return 0;
  std::string digits(uuid.substr(0, 8));
  digits += uuid.substr(9, 4);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

std::string device_prefix(std::int64_t number) {
  std::array<char, 20> digits{};
  std::snprintf(digits.data(), digits.size(), "%012llx",
                static_cast<unsigned long long>(number) & 0xffffffffffffULL);
  return std::string(digits.data(), 8) + "-" + std::string(digits.data() + 8, 4) + "-";
}

}  // namespace postern::core
