#include "app/config/setting_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "core/ascii.h"

namespace postern::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 5> kTimeUnits{
    {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}}};
constexpr std::array<Unit, 7> kSizeUnits{{{"B", 1},
                                          {"KiB", 1024},
                                          {"MiB", 1024 * 1024},
                                          {"GiB", 1024 * 1024 * 1024},
                                          {"kB", 1000},
                                          {"MB", 1000000},
                                          {"GB", 1000000000}}};
constexpr std::int64_t kLongest = std::int64_t{3653} * 86400000;  // ten years
constexpr std::int64_t kLargest = std::int64_t{1} << 50;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front of `text`; at most 15 of them, so that factors do not overflow
// later.
std::optional<std::int64_t> take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  if (length == 0 || length > 15) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + length, value);
  text.remove_prefix(length);
  return value;
}

template <std::size_t N>
const Unit* unit_of(const std::array<Unit, N>& units, std::string_view name) {
  const auto found =
      std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.name == name; });
  return found == units.end() ? nullptr : &*found;
}

bool is_host_name(std::string_view host) {
  if (host == "*") return true;
  if (host.empty() || host.size() > 253) return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
  });
}

// Loose on purpose: the socket layer knows better. It keeps out what is clearly something else.
bool is_ipv6(std::string_view host) {
  if (std::count(host.begin(), host.end(), ':') < 2) return false;
  const std::string_view address = host.substr(0, host.find('%'));
  return std::all_of(address.begin(), address.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_whole(text);
  if (!number || *number < 0 || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

}  // namespace

std::optional<Millis> parse_duration_setting(std::string_view text) {
  if (text == "0") return Millis{0};
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto number = take_digits(text);
    if (!number) return std::nullopt;
    std::size_t length = 0;
    while (length < text.size() && !is_digit(text[length])) ++length;
    const Unit* unit = unit_of(kTimeUnits, text.substr(0, length));
    if (unit == nullptr || *number > kLongest / unit->factor) return std::nullopt;
    text.remove_prefix(length);
    total += *number * unit->factor;
    if (total > kLongest) return std::nullopt;
    if (text.empty()) return Millis{total};
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  const auto number = take_digits(text);
  if (!number) return std::nullopt;
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const Unit* unit = text.empty() ? &kSizeUnits[0] : unit_of(kSizeUnits, text);
  if (unit == nullptr || *number > kLargest / unit->factor) return std::nullopt;
  return *number * unit->factor;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  const std::string_view digits = negative ? text.substr(1) : text;
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return std::nullopt;
  } else if (!is_host_name(host)) {
    return std::nullopt;
  }
  return Endpoint{std::string(host), *port};
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string lower = core::ascii_lowered(text.substr(0, 6));
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  return std::nullopt;
}

}  // namespace postern::app
