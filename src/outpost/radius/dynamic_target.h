#pragma once
// DynamicTarget: where the NAS of a session takes Disconnect and CoA requests, and the secret
// between us: the RadSec connection that it reports by, if there is one (RFC 8559), else the
// address and port that its provider says. Nothing when the provider is gone or has switched it
// off, the NAS has no known address, or the secret does not open. Thread: any.

#include <optional>

#include "core/access/catalog.h"
#include "core/credentials/sealer.h"
#include "core/network/session.h"
#include "outpost/radius/radsec_links.h"

namespace postern::outpost {

struct DynamicTarget {
  core::AddressOctets address{};
  std::uint16_t port = 0;
  core::Secret secret;
  RadsecLinks::Number link = 0;  // 0 = over UDP
};

std::optional<DynamicTarget> dynamic_target(const core::NetworkSession& session,
                                            const core::Catalog& catalog,
                                            const core::Sealer& secrets,
                                            const RadsecLinks* links = nullptr);

}  // namespace postern::outpost
