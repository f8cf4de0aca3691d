#include "core/webauthn/authenticator_data.h"

namespace postern::core {
namespace {

constexpr std::size_t kHead = 37;
constexpr std::size_t kAaguid = 16;
constexpr std::size_t kMostId = 1023;

std::uint32_t big_endian(std::string_view text) noexcept {
  std::uint32_t out = 0;
  for (const char c : text) out = out << 8 | static_cast<std::uint8_t>(c);
  return out;
}

// Takes the attested credential from the front of `rest`.
bool read_attested(std::string_view& rest, AuthenticatorData& out) {
  if (rest.size() < kAaguid + 2) return false;
  out.aaguid = rest.substr(0, kAaguid);
  const std::size_t size = big_endian(rest.substr(kAaguid, 2));
  rest.remove_prefix(kAaguid + 2);
  if (size == 0 || size > kMostId || size > rest.size()) return false;
  out.credential_id = rest.substr(0, size);
  rest.remove_prefix(size);
  auto key = read_cbor_prefix(rest);
  if (!key || key->item.kind != Cbor::Kind::map) return false;
  out.public_key = rest.substr(0, key->size);
  out.cose = std::move(key->item);
  rest.remove_prefix(key->size);
  return true;
}

}  // namespace

std::optional<AuthenticatorData> read_authenticator_data(std::string_view text) {
  if (text.size() < kHead) return std::nullopt;
  AuthenticatorData out;
  out.rp_id_hash = text.substr(0, 32);
  out.flags = static_cast<std::uint8_t>(text[32]);
  out.sign_count = big_endian(text.substr(33, 4));
  std::string_view rest = text.substr(kHead);
  if (out.has(AuthenticatorData::kAttested) && !read_attested(rest, out)) return std::nullopt;
  if (out.has(AuthenticatorData::kExtensions)) {
    const auto extensions = read_cbor_prefix(rest);
    if (!extensions || extensions->item.kind != Cbor::Kind::map) return std::nullopt;
    rest.remove_prefix(extensions->size);
  }
  if (!rest.empty()) return std::nullopt;
  return out;
}

}  // namespace postern::core
