#include "core/credentials/totp.h"

#include <sodium.h>

#include <array>

#include "core/credentials/digest.h"
#include "core/credentials/random_text.h"

namespace postern::core {
namespace {

constexpr std::size_t kMinKey = 10, kMaxKey = 128;
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int base32_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return -1;
}

// Spaces and dashes anywhere, padding at the end. False: another character.
bool decode_base32(std::string_view text, std::string& out) {
  while (!text.empty() && (text.back() == '=' || text.back() == ' ')) text.remove_suffix(1);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    const int value = base32_value(c);
    if (value < 0) return false;
    held = held << 5 | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(held >> bits & 0xff));
    held &= (1u << bits) - 1;
  }
  return true;
}

bool decode_hex(std::string_view text, std::string& out) {
  out.resize(text.size() / 2);
  std::size_t size = 0;
  return text.size() % 2 == 0 &&
         sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                        text.size(), nullptr, &size, nullptr) == 0 &&
         size == out.size();
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out.push_back(c);
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[octet >> 4]);
    out.push_back(kHex[octet & 15]);
  }
}

Error key_error(const char* message) { return {Error::Kind::invalid, "key", message}; }

}  // namespace

std::string totp_code(std::string_view key, std::int64_t step, int digits) {
  std::array<char, 8> counter;
  auto value = static_cast<std::uint64_t>(step);
  for (std::size_t i = counter.size(); i-- > 0; value >>= 8)
    counter[i] = static_cast<char>(value & 0xff);
  const std::string mac = hmac(DigestKind::sha1, key, {counter.data(), counter.size()});

  // RFC 4226 5.3: dynamic truncation.
  const auto at = [&mac](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[i]));
  };
  const std::size_t offset = at(19) & 15;
  std::uint32_t number =
      (at(offset) & 0x7f) << 24 | at(offset + 1) << 16 | at(offset + 2) << 8 | at(offset + 3);
  std::string code(static_cast<std::size_t>(digits), '0');
  for (std::size_t i = code.size(); i-- > 0; number /= 10)
    code[i] = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::int64_t> matching_step(std::string_view key, std::string_view code, int digits,
                                          int step_seconds, WallMs now) {
  if (digits < 6 || digits > 8 || step_seconds <= 0 || now < 0) return std::nullopt;
  const std::int64_t current = now / 1000 / step_seconds;
  std::optional<std::int64_t> found;
  // The whole window is always computed. The newest step wins, so that an older equal code does not
  // burn less than it should.
  for (std::int64_t step = current - 1; step <= current + 1; ++step) {
    if (step < 0) continue;
    const std::string expected = totp_code(key, step, digits);
    if (constant_time_equal(expected, code)) found = step;
  }
  return found;
}

std::optional<std::int64_t> seconds_away(std::string_view key, std::string_view code, int digits,
                                         int step_seconds, WallMs now) {
  constexpr std::int64_t kFurthest = 3600;
  if (digits < 6 || digits > 8 || step_seconds <= 0 || now < 0) return std::nullopt;
  if (code.size() != static_cast<std::size_t>(digits)) return std::nullopt;
  const std::int64_t current = now / 1000 / step_seconds;
  for (std::int64_t away = 2; away * step_seconds <= kFurthest; ++away) {
    for (const std::int64_t step : {current - away, current + away}) {
      if (step >= 0 && totp_code(key, step, digits) == code) return (step - current) * step_seconds;
    }
  }
  return std::nullopt;
}

Outcome<Secret> parse_totp_key(std::string_view text) {
  constexpr std::string_view kPrefix = "base32:";
  std::string key;
  const bool parsed = text.starts_with(kPrefix) ? decode_base32(text.substr(kPrefix.size()), key)
                                                : decode_hex(text, key);
  Secret secret(key);
  wipe(key);
  if (!parsed) return key_error("is neither hexadecimal nor base32: and RFC 4648 base32 text");
  if (secret.size() < kMinKey || secret.size() > kMaxKey) {
    return key_error("has to hold 10 to 128 octets");
  }
  return secret;
}

std::string base32(std::string_view octets) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : octets) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(kBase32[held >> (bits - 5) & 31]);
    held &= (1u << bits) - 1;
  }
  if (bits > 0) out.push_back(kBase32[held << (5 - bits) & 31]);
  return out;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view key,
                        int digits, int step_seconds) {
  std::string uri = "otpauth://totp/";
  append_escaped(uri, issuer);
  uri += ':';
  append_escaped(uri, account);
  uri += "?secret=" + base32(key) + "&issuer=";
  append_escaped(uri, issuer);
  uri += "&algorithm=SHA1&digits=" + std::to_string(digits) +
         "&period=" + std::to_string(step_seconds);
  return uri;
}

}  // namespace postern::core
