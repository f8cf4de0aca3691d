#include "core/credentials/token_scope.h"

#include <algorithm>
#include <cstring>

#include "core/access/network.h"
#include "core/login.h"

namespace postern::core {
namespace {

constexpr std::size_t kApplicationSize = 36;
constexpr std::size_t kNetworkSize = 17;
constexpr std::uint8_t kMostBits = 128;

bool names_application(std::string_view list, std::string_view application) noexcept {
  if (application.size() != kApplicationSize) return false;
  for (; list.size() >= kApplicationSize; list.remove_prefix(kApplicationSize)) {
    if (list.substr(0, kApplicationSize) == application) return true;
  }
  return false;
}

bool names_source(std::string_view list, std::string_view source) noexcept {
  const auto address = parse_address(source);
  if (!address) return false;
  for (; list.size() >= kNetworkSize; list.remove_prefix(kNetworkSize)) {
    AddressOctets network{};
    std::memcpy(network.data(), list.data(), network.size());
    const auto bits = static_cast<std::uint8_t>(list[kNetworkSize - 1]);
    if (bits <= kMostBits && masked(*address, bits) == network) return true;
  }
  return false;
}

}  // namespace

std::uint8_t protocol_bit(Protocol protocol) noexcept {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(protocol));
}

std::uint8_t protocol_bit(std::string_view name) noexcept {
  if (name == "ldap") return protocol_bit(Protocol::ldap);
  if (name == "radius") return protocol_bit(Protocol::radius);
  if (name == "http") return protocol_bit(Protocol::http);
  return kNoProtocol;
}

KeptScope keep_scope(const ScopeView& scope, std::string& lists) {
  KeptScope kept;
  kept.at = static_cast<std::uint32_t>(lists.size());
  kept.applications = static_cast<std::uint32_t>(scope.applications.size());
  kept.networks = static_cast<std::uint32_t>(scope.networks.size());
  kept.protocols = scope.protocols;
  lists.append(scope.applications).append(scope.networks);
  return kept;
}

ScopeView view_of(const KeptScope& scope, std::string_view lists) noexcept {
  const std::string_view own = lists.substr(std::min<std::size_t>(scope.at, lists.size()));
  return {own.substr(0, scope.applications),
          own.substr(std::min<std::size_t>(scope.applications, own.size()), scope.networks),
          scope.protocols};
}

void add_application(TokenScope& scope, std::string_view pk) {
  const std::string_view whole = pk.substr(0, kApplicationSize);
  scope.applications.append(whole);
  scope.applications.append(kApplicationSize - whole.size(), ' ');  // a pk that nothing has
}

void add_network(TokenScope& scope, std::string_view text) {
  const auto network = parse_network(text);
  const AddressOctets address = network ? network->address : AddressOctets{};
  scope.networks.append(address.begin(), address.end());
  scope.networks.push_back(static_cast<char>(network ? network->bits : kMostBits + 1));
}

bool allows(const ScopeView& scope, Protocol protocol, std::string_view application,
            std::string_view source) noexcept {
  if (scope.protocols != 0 && (scope.protocols & protocol_bit(protocol)) == 0) return false;
  if (!scope.applications.empty() && !names_application(scope.applications, application)) {
    return false;
  }
  return scope.networks.empty() || names_source(scope.networks, source);
}

}  // namespace postern::core
