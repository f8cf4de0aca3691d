#include "outpost/radius/client_table.h"

#include <algorithm>
#include <utility>

#include "core/access/compile_radius_provider.h"
#include "core/log.h"

namespace postern::outpost {

bool ServedProvider::names(std::string_view nas_identifier) const noexcept {
  const auto& names = provider->nas_identifiers;
  return std::find(names.begin(), names.end(), nas_identifier) != names.end();
}

std::size_t ClientTable::HashAddress::operator()(
    const core::AddressOctets& address) const noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t octet : address) hash = (hash ^ octet) * 0x100000001b3U;
  return static_cast<std::size_t>(hash ^ hash >> 32);
}

ClientTable::ClientTable(const core::Catalog& catalog, const core::Sealer& sealer,
                         const ReplyBook& replies) {
  for (const auto& provider : catalog.radius_providers) {
    auto served = std::make_unique<ServedProvider>();
    served->provider = provider;
    served->replies = replies.encode(provider->replies, provider->name);
    for (const std::string& blob : provider->secrets) {
      auto secret = sealer.unseal(blob, core::kSharedSecretContext);
      if (secret && !secret->empty()) {
        served->secrets.push_back(*std::move(secret));
      } else {
        log::error("radius.secret.unreadable", {{"provider", provider->name}});
      }
    }
    if (served->secrets.empty()) continue;
    for (const core::Network& network : provider->networks) {
      auto& list = by_length_[network.bits][network.address];
      if (list.empty() || list.back() != served.get()) list.push_back(served.get());
    }
    providers_.push_back(std::move(served));
  }
}

ClientTable::ClientTable(const core::Catalog& catalog, const TlsClient& client,
                         const ReplyBook& replies) {
  for (const auto& provider : catalog.radius_providers) {
    if (!client.may_use(*provider)) continue;
    auto served = std::make_unique<ServedProvider>();
    served->provider = provider;
    served->replies = replies.encode(provider->replies, provider->name);
    served->secrets.emplace_back(kRadsecSecret);
    served->over_tls = true;
    by_length_[0][{}].push_back(served.get());
    providers_.push_back(std::move(served));
  }
}

std::span<const ServedProvider* const> ClientTable::find(
    const core::AddressOctets& address) const noexcept {
  for (const auto& [bits, networks] : by_length_) {
    const auto found = networks.find(core::masked(address, bits));
    if (found != networks.end()) return found->second;
  }
  return {};
}

}  // namespace postern::outpost
