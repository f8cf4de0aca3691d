#include "outpost/radius/eap/keys.h"

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <array>

#include "protocols/eap/packet.h"

namespace postern::outpost {
namespace {

constexpr std::size_t kMsk = 64;
constexpr std::size_t kMaterial = 128;  // MSK and EMSK: the length is part of TLS 1.3's derivation
constexpr std::size_t kMethodId = 64;
constexpr std::size_t kRandom = 32;

bool export_material(const EapTunnel& tunnel, std::uint8_t type, std::span<std::uint8_t> out) {
  if (tunnel.is_tls13()) {
    return tunnel.export_keys("EXPORTER_EAP_TLS_Key_Material", OctetView(&type, 1), out);
  }
  const bool ttls = type == eap::type::ttls;
  return tunnel.export_keys(ttls ? "ttls keying material" : "client EAP encryption", std::nullopt,
                            out);
}

// RFC 5247: the Type and what tells this session from others.
Octets session_id(const EapTunnel& tunnel, std::uint8_t type) {
  Octets out{type};
  if (tunnel.is_tls13()) {
    std::array<std::uint8_t, kMethodId> id{};
    if (!tunnel.export_keys("EXPORTER_EAP_TLS_Method-Id", OctetView(&type, 1), id)) return {};
    out.insert(out.end(), id.begin(), id.end());
    return out;
  }
  std::array<std::uint8_t, 2 * kRandom> randoms{};
  SSL_get_client_random(tunnel.handle(), randoms.data(), kRandom);
  SSL_get_server_random(tunnel.handle(), randoms.data() + kRandom, kRandom);
  out.insert(out.end(), randoms.begin(), randoms.end());
  return out;
}

}  // namespace

std::optional<EapKeys> export_eap_keys(const EapTunnel& tunnel, std::uint8_t type) {
  std::array<std::uint8_t, kMaterial> material{};
  if (!export_material(tunnel, type, material)) return std::nullopt;
  EapKeys keys;
  keys.msk = core::Secret({reinterpret_cast<const char*>(material.data()), kMsk});
  OPENSSL_cleanse(material.data(), material.size());
  keys.session_id = session_id(tunnel, type);
  return keys;
}

}  // namespace postern::outpost
