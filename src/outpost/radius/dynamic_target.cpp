#include "outpost/radius/dynamic_target.h"

#include <utility>

#include "core/access/compile_radius_provider.h"

namespace postern::outpost {

std::optional<DynamicTarget> dynamic_target(const core::NetworkSession& session,
                                            const core::Catalog& catalog,
                                            const core::Sealer& secrets, const RadsecLinks* links) {
  const core::RadiusProvider* provider = catalog.radius_provider(session.provider);
  if (provider == nullptr || !provider->disconnect) return std::nullopt;
  const auto address = core::parse_address(session.client);
  if (const auto link = links == nullptr ? 0 : links->find(session, *provider); link != 0) {
    return DynamicTarget{*address, 0, core::Secret(kRadsecSecret), link};
  }
  if (!address || (provider->coa_secret.empty() && provider->secrets.empty())) return std::nullopt;
  auto secret = secrets.unseal(
      provider->coa_secret.empty() ? provider->secrets.front() : provider->coa_secret,
      core::kSharedSecretContext);
  if (!secret) return std::nullopt;
  return DynamicTarget{*address, provider->coa_port, *std::move(secret), 0};
}

}  // namespace postern::outpost
