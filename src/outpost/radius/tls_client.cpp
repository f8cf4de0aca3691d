#include "outpost/radius/tls_client.h"

#include <algorithm>

#include "core/access/radsec_settings.h"

namespace postern::outpost {
namespace {

void add(std::vector<std::string>& names, std::string_view form, std::string_view name) {
  // A plain name with a colon would pass for one of the other forms.
  if (name.empty() || (form.empty() && name.find(':') != name.npos)) return;
  std::string text(form);
  text.append(name);
  text = core::normal_radsec_client(text);
  if (!text.empty()) names.push_back(std::move(text));
}

}  // namespace

TlsClient tls_client_of(const PeerInfo& peer) {
  TlsClient out;
  if (!peer.psk_identity.empty()) {
    out.psk_identity = peer.psk_identity;
    out.shown = "psk:" + peer.psk_identity;
    return out;
  }
  if (peer.certificate == nullptr) return out;
  const ClientCertificate& certificate = *peer.certificate;
  out.shown = certificate.subject;
  for (const std::string& name : certificate.dns_names) {
    add(out.names, "", name);
    add(out.names, "dns:", name);
  }
  // RFC 6125 6.4.4: the CN counts as a host's name only where there is no DNS name.
  if (certificate.dns_names.empty()) add(out.names, "", certificate.common_name);
  add(out.names, "cn:", certificate.common_name);
  for (const std::string& uri : certificate.uris) add(out.names, "uri:", uri);
  add(out.names, "sha256:", certificate.sha256);
  return out;
}

bool TlsClient::may_use(const core::RadiusProvider& provider) const {
  const auto& keys = provider.radsec.keys;
  if (!psk_identity.empty()) {
    return std::any_of(keys.begin(), keys.end(), [this](const core::RadsecKey& key) {
      return key.identity == psk_identity && !key.sealed.empty();
    });
  }
  const auto& wanted = provider.radsec.clients;
  return std::any_of(names.begin(), names.end(), [&wanted](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  });
}

}  // namespace postern::outpost
