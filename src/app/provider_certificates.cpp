#include "app/provider_certificates.h"

#include <optional>
#include <string>

#include "core/log.h"
#include "core/model/model.h"
#include "core/objects/certificate_hook.h"

namespace postern::app {
namespace {

std::optional<net::TlsIdentity> identity_of(const core::LdapProvider& provider,
                                            const core::Object& object,
                                            const core::Sealer& sealer) {
  const auto key = core::opened_key(object, sealer);
  if (!key) return std::nullopt;
  net::TlsIdentity identity;
  identity.certificate = "of provider " + provider.name;
  identity.key = identity.certificate;
  identity.names = {provider.tls_server_name};
  identity.certificate_pem = std::string_view(object.at("certificate_data").as_string());
  identity.key_pem = key->reveal();
  return identity;
}

void complain(const core::LdapProvider& provider, std::string_view why) {
  log::error("tls.provider_certificate.unusable", {{"provider", provider.name}, {"why", why}});
}

}  // namespace

std::vector<net::TlsIdentity> provider_certificates(Appliance& appliance) {
  const core::Model& model = *core::find_model("authentik_crypto.certificatekeypair");
  std::vector<net::TlsIdentity> identities;
  const auto transaction = appliance.store().begin();
  for (const auto& provider : appliance.directory().catalog()->ldap_providers) {
    if (provider->certificate.empty()) continue;
    if (provider->tls_server_name.empty()) {
      complain(*provider, "it has no tls_server_name");
      continue;
    }
    const auto object = transaction->get(model, core::Value(provider->certificate));
    auto identity =
        object ? identity_of(*provider, *object, appliance.tools().sealer) : std::nullopt;
    if (!identity) {
      complain(*provider, "the certificate has no key that can be opened");
      continue;
    }
    const auto usable = net::TlsContext::load({.main = *identity});
    if (usable) {
      identities.push_back(*std::move(identity));
    } else {
      complain(*provider, usable.fault().text);
    }
  }
  return identities;
}

}  // namespace postern::app
