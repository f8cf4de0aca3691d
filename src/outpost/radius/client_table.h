#pragma once
// ClientTable: which providers an address may ask, with their shared secrets opened. Made from one
// Catalog, then immutable.
//
// The longest prefix wins, whatever the order of the configuration; providers that name the same
// network stand beside each other. A lookup costs one hash probe for each length of prefix in use,
// not for each client. Source: RFC 2865 3 (the secret is chosen by source address), user-pain 18.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/access/catalog.h"
#include "core/credentials/sealer.h"
#include "core/secret.h"
#include "outpost/radius/reply_book.h"
#include "outpost/radius/tls_client.h"

namespace postern::outpost {

struct ServedProvider {
  std::shared_ptr<const core::RadiusProvider> provider;
  std::vector<core::Secret> secrets;  // the current one first
  EncodedRules replies;
  bool over_tls = false;  // its packets are protected by more than their secret

  bool names(std::string_view nas_identifier) const noexcept;
};

class ClientTable {
 public:
  // A secret that does not open is left out and logged; a provider without any serves nobody.
  ClientTable(const core::Catalog& catalog, const core::Sealer& sealer, const ReplyBook& replies);

  // What one client may ask that TLS has named: all addresses lead to its providers.
  ClientTable(const core::Catalog& catalog, const TlsClient& client, const ReplyBook& replies);

  // By pk; empty = an unknown client.
  std::span<const ServedProvider* const> find(const core::AddressOctets& address) const noexcept;

 private:
  struct HashAddress {
    std::size_t operator()(const core::AddressOctets& address) const noexcept;
  };
  using Networks =
      std::unordered_map<core::AddressOctets, std::vector<const ServedProvider*>, HashAddress>;

  std::vector<std::unique_ptr<const ServedProvider>> providers_;
  std::map<std::uint8_t, Networks, std::greater<>> by_length_;  // longest first
};

}  // namespace postern::outpost
