#include "core/credentials/throttle_row.h"

#include <charconv>

namespace postern::core {
namespace {

constexpr std::int64_t kVersion = 1;

bool take_number(std::string_view& text, char end, std::int64_t& out) noexcept {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (text.empty()) return true;
  if (text.front() != end) return false;
  text.remove_prefix(1);
  return true;
}

std::uint64_t mix(std::uint64_t value) noexcept {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
  value = (value ^ value >> 27) * 0x94d049bb133111ebu;
  return value ^ value >> 31;
}

}  // namespace

// Users' numbers are ours, nobody outside chooses them. Two pairs that met in one slot would share
// their failures; with 64 bits they do not.
std::uint64_t throttle_slot(UserId user, ProviderId service) noexcept {
  return mix(static_cast<std::uint64_t>(user) ^ mix(static_cast<std::uint64_t>(service) + 1));
}

std::string throttle_key(UserId user, ProviderId service) {
  return "u:" + std::to_string(user) + ":" + std::to_string(service);
}

bool parse_throttle_key(std::string_view text, UserId& user, ProviderId& service) noexcept {
  if (!text.starts_with("u:")) return false;
  text.remove_prefix(2);
  return take_number(text, ':', user) && !text.empty() && take_number(text, ':', service) &&
         text.empty() && user > 0;
}

std::string encode_throttle(const ThrottleState& state) {
  std::string out = std::to_string(kVersion) + " " + std::to_string(state.streak) + " " +
                    std::to_string(state.level) + " " + std::to_string(state.refused_until);
  for (int i = 0; i < state.count; ++i) {
    out += " " + std::to_string(state.failures[static_cast<std::size_t>(i)]);
  }
  return out;
}

bool decode_throttle(std::string_view text, ThrottleState& state) noexcept {
  std::int64_t version = 0, streak = 0, level = 0, until = 0;
  if (!take_number(text, ' ', version) || version != kVersion || !take_number(text, ' ', streak) ||
      !take_number(text, ' ', level) || !take_number(text, ' ', until)) {
    return false;
  }
  if (streak < 0 || streak > 30 || level < 0 || level > 16) return false;
  state = {};
  state.streak = static_cast<int>(streak);
  state.level = static_cast<int>(level);
  state.refused_until = until;
  while (!text.empty()) {
    std::int64_t when = 0;
    if (!take_number(text, ' ', when)) return false;
    state.add(when);
  }
  return true;
}

}  // namespace postern::core
