#include "core/credentials/imported_hash.h"

#include <crypt.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "core/secret.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxStored = 1024;
constexpr std::uint64_t kMaxMemory = std::uint64_t{1} << 30;  // octets
constexpr std::uint32_t kMaxPasses = 16, kMaxLanes = 16;
constexpr std::uint32_t kMaxRounds = 1'000'000, kMaxBcryptCost = 15;
constexpr std::uint32_t kMaxIterations = 10'000'000;
constexpr std::size_t kMaxCryptPassword = 511;
constexpr std::string_view kItoa64 =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool equal_folded(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
    return upper(x) == upper(y);
  });
}

// "{SCHEME}rest" -> (scheme, rest); without braces the scheme is empty.
std::pair<std::string_view, std::string_view> cut_scheme(std::string_view stored) noexcept {
  if (!stored.starts_with('{')) return {{}, stored};
  const std::size_t end = stored.find('}');
  if (end == std::string_view::npos) return {{}, {}};
  return {stored.substr(1, end - 1), stored.substr(end + 1)};
}

bool acceptable(std::string_view stored) noexcept {
  return !stored.empty() && stored.size() <= kMaxStored &&
         stored.find('\0') == std::string_view::npos;
}

std::string_view take_until(std::string_view& text, char end) noexcept {
  const std::size_t at = text.find(end);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return head;
}

std::optional<std::uint32_t> number(std::string_view text) noexcept {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string> decode_base64(std::string_view text) {
  for (const int variant :
       {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING}) {
    std::string out(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                          text.size(), nullptr, &size, nullptr, variant) == 0) {
      out.resize(size);
      return out;
    }
  }
  return std::nullopt;
}

// Passlib's base64: '.' for '+', no padding.
std::optional<std::string> decode_adapted_base64(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '.', '+');
  return decode_base64(plain);
}

int itoa64(char c) noexcept {
  const std::size_t at = kItoa64.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

bool crypt_alphabet(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return itoa64(c) >= 0; });
}

// "m=19456,t=2,p=1"
bool parse_cost(std::string_view text, Argon2Text& out) {
  const std::string_view m = take_until(text, ','), t = take_until(text, ','), p = text;
  if (!m.starts_with("m=") || !t.starts_with("t=") || !p.starts_with("p=")) return false;
  const auto memory = number(m.substr(2)), passes = number(t.substr(2)),
             lanes = number(p.substr(2));
  if (!memory || !passes || !lanes) return false;
  out.memory_kib = *memory;
  out.passes = *passes;
  out.lanes = *lanes;
  return *lanes >= 1 && *lanes <= kMaxLanes && *passes >= 1 && *passes <= kMaxPasses &&
         *memory >= 8 * *lanes && *memory <= kMaxMemory / 1024;
}

// $1$salt$hash, $5$[rounds=N$]salt$hash, $6$...
std::optional<bool> md5_or_sha_is_cheap(std::string_view text) {
  const bool md5 = text.starts_with("$1$");
  text.remove_prefix(3);
  std::uint32_t rounds = 5000;
  if (!md5 && text.starts_with("rounds=")) {
    const auto given = number(take_until(text, '$').substr(7));
    if (!given || *given > kMaxRounds) return std::nullopt;
    rounds = *given;
  }
  const std::string_view salt = take_until(text, '$');
  if (salt.find_first_of(":\n*!\\") != std::string_view::npos || !crypt_alphabet(text))
    return std::nullopt;
  return md5 || rounds < 40'000;
}

// $2b$12$ and 53 characters of salt and hash
std::optional<bool> bcrypt_is_cheap(std::string_view text) {
  text.remove_prefix(4);
  const auto cost = number(take_until(text, '$'));
  if (!cost || *cost < 4 || *cost > kMaxBcryptCost) return std::nullopt;
  if (text.size() != 53 || !crypt_alphabet(text)) return std::nullopt;
  return *cost < 8;
}

// $y$j9T$salt$hash: 'j', log2(N) - 1, r - 1, one character each. 128 * N * r octets of memory.
std::optional<bool> yescrypt_is_cheap(std::string_view text) {
  text.remove_prefix(text.starts_with("$gy$") ? 4 : 3);
  const std::string_view parameters = take_until(text, '$');
  const std::string_view salt = take_until(text, '$');
  if (parameters.size() != 3 || parameters[0] != 'j') return std::nullopt;
  const int log_n = itoa64(parameters[1]) + 1, r = itoa64(parameters[2]) + 1;
  if (log_n < 10 || log_n > 23 || r < 1 || r > 48) return std::nullopt;
  if ((std::uint64_t{128} << log_n) * static_cast<std::uint64_t>(r) > kMaxMemory)
    return std::nullopt;
  if (!crypt_alphabet(salt) || !crypt_alphabet(text)) return std::nullopt;
  return false;
}

std::optional<std::uint32_t> itoa64_30bits(std::string_view text) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const int digit = itoa64(text[i]);
    if (digit < 0) return std::nullopt;
    value |= static_cast<std::uint32_t>(digit) << (6 * i);
  }
  return value;
}

// $7$ log2(N), r and p in 5 characters each, salt $ hash
std::optional<bool> scrypt_is_cheap(std::string_view text) {
  text.remove_prefix(3);
  if (text.size() < 12) return std::nullopt;
  const int log_n = itoa64(text[0]);
  const auto r = itoa64_30bits(text.substr(1, 5)), p = itoa64_30bits(text.substr(6, 5));
  if (log_n < 1 || log_n > 23 || !r || !p || *r < 1 || *p < 1 || *p > kMaxLanes)
    return std::nullopt;
  if (*r > 1024 || (std::uint64_t{128} << log_n) * *r > kMaxMemory) return std::nullopt;
  text.remove_prefix(11);
  take_until(text, '$');
  if (!crypt_alphabet(text)) return std::nullopt;
  return false;
}

std::optional<bool> crypt_is_cheap(std::string_view text) {
  for (const std::string_view prefix : {"$1$", "$5$", "$6$"}) {
    if (text.starts_with(prefix)) return md5_or_sha_is_cheap(text);
  }
  for (const std::string_view prefix : {"$2a$", "$2b$", "$2y$"}) {
    if (text.starts_with(prefix)) return bcrypt_is_cheap(text);
  }
  if (text.starts_with("$y$") || text.starts_with("$gy$")) return yescrypt_is_cheap(text);
  if (text.starts_with("$7$")) return scrypt_is_cheap(text);
  return std::nullopt;
}

struct FreeCryptData {
  void operator()(crypt_data* data) const noexcept {
    sodium_memzero(data, sizeof *data);
    delete data;
  }
};

}  // namespace

std::optional<Argon2Text> parse_argon2(std::string_view stored) {
  if (!acceptable(stored)) return std::nullopt;
  auto [scheme, text] = cut_scheme(stored);
  if (!scheme.empty() && !equal_folded(scheme, "ARGON2")) return std::nullopt;
  Argon2Text out;
  out.text = text;
  out.id = text.starts_with("$argon2id$");
  if (!out.id && !text.starts_with("$argon2i$")) return std::nullopt;
  text.remove_prefix(1);
  take_until(text, '$');
  if (take_until(text, '$') != "v=19" || !parse_cost(take_until(text, '$'), out))
    return std::nullopt;
  const auto salt = decode_base64(take_until(text, '$')), hash = decode_base64(text);
  if (!salt || !hash || salt->size() < 8 || salt->size() > 64 || hash->size() < 16 ||
      hash->size() > 128) {
    return std::nullopt;
  }
  return out;
}

std::optional<DigestText> parse_digest(std::string_view stored) {
  struct Scheme {
    std::string_view name;
    DigestKind kind;
    bool salted;
  };
  constexpr std::array<Scheme, 8> kSchemes{{{"SHA", DigestKind::sha1, false},
                                            {"SSHA", DigestKind::sha1, true},
                                            {"SHA256", DigestKind::sha256, false},
                                            {"SSHA256", DigestKind::sha256, true},
                                            {"SHA384", DigestKind::sha384, false},
                                            {"SSHA384", DigestKind::sha384, true},
                                            {"SHA512", DigestKind::sha512, false},
                                            {"SSHA512", DigestKind::sha512, true}}};
  if (!acceptable(stored)) return std::nullopt;
  const auto cut = cut_scheme(stored);
  for (const Scheme& scheme : kSchemes) {
    if (!equal_folded(cut.first, scheme.name)) continue;
    const auto octets = decode_base64(cut.second);
    const std::size_t size = digest_size(scheme.kind);
    if (!octets || octets->size() < size || (octets->size() > size) != scheme.salted)
      return std::nullopt;
    return DigestText{scheme.kind, octets->substr(0, size), octets->substr(size)};
  }
  return std::nullopt;
}

std::optional<Pbkdf2Text> parse_pbkdf2(std::string_view stored) {
  if (!acceptable(stored)) return std::nullopt;
  auto [scheme, text] = cut_scheme(stored);
  const bool django = scheme.empty() && text.starts_with("pbkdf2_sha256$");
  Pbkdf2Text out;
  if (django || equal_folded(scheme, "PBKDF2-SHA256")) {
    out.kind = DigestKind::sha256;
  } else if (equal_folded(scheme, "PBKDF2-SHA512")) {
    out.kind = DigestKind::sha512;
  } else if (!equal_folded(scheme, "PBKDF2") && !equal_folded(scheme, "PBKDF2-SHA1")) {
    return std::nullopt;
  }
  if (django) take_until(text, '$');
  const auto iterations = number(take_until(text, '$'));
  const std::string_view salt = take_until(text, '$');
  const auto decoded = django ? std::optional<std::string>(salt) : decode_adapted_base64(salt);
  const auto key = django ? decode_base64(text) : decode_adapted_base64(text);
  if (!iterations || *iterations < 1 || *iterations > kMaxIterations) return std::nullopt;
  if (!decoded || decoded->empty() || !key || key->size() != digest_size(out.kind))
    return std::nullopt;
  out.iterations = *iterations;
  out.salt = *decoded;
  out.key = *key;
  return out;
}

std::optional<CryptText> parse_crypt(std::string_view stored) {
  if (!acceptable(stored)) return std::nullopt;
  const auto cut = cut_scheme(stored);
  if (!cut.first.empty() && !equal_folded(cut.first, "CRYPT")) return std::nullopt;
  const auto is_cheap = crypt_is_cheap(cut.second);
  if (!is_cheap) return std::nullopt;
  return CryptText{std::string(cut.second), *is_cheap};
}

bool cheap(const Pbkdf2Text& parsed) noexcept { return parsed.iterations < 50'000; }

bool matches(const DigestText& parsed, std::string_view password) {
  return constant_time_equal(digest(parsed.kind, password, parsed.salt), parsed.digest);
}

bool matches(const Pbkdf2Text& parsed, std::string_view password) {
  return constant_time_equal(
      pbkdf2(parsed.kind, password, parsed.salt, parsed.iterations, parsed.key.size()), parsed.key);
}

bool matches(const CryptText& parsed, std::string_view password) {
  if (password.size() > kMaxCryptPassword || password.find('\0') != std::string_view::npos)
    return false;
  const std::unique_ptr<crypt_data, FreeCryptData> data(new crypt_data{});
  std::array<char, kMaxCryptPassword + 1> terminated{};
  std::memcpy(terminated.data(), password.data(), password.size());
  const char* result =
      crypt_rn(terminated.data(), parsed.setting.c_str(), data.get(), sizeof(crypt_data));
  const bool same = result != nullptr && constant_time_equal(result, parsed.setting);
  sodium_memzero(terminated.data(), terminated.size());
  return same;
}

}  // namespace postern::core
