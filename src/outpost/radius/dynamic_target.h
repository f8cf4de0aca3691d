#pragma once
// DynamicTarget: where the NAS of a session takes Disconnect and CoA requests, and the secret
// between us, by the settings of its provider. Nothing when the provider is gone or has switched
// it off, the NAS has no known address, or the secret does not open. Thread: pure.

#include <optional>

#include "core/access/catalog.h"
#include "core/credentials/sealer.h"
#include "core/network/session.h"

namespace postern::outpost {

struct DynamicTarget {
  core::AddressOctets address{};
  std::uint16_t port = 0;
  core::Secret secret;
};

std::optional<DynamicTarget> dynamic_target(const core::NetworkSession& session,
                                            const core::Catalog& catalog,
                                            const core::Sealer& secrets);

}  // namespace postern::outpost
