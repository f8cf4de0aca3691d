#pragma once
// Network: an address with a prefix length, as client_networks of a RADIUS provider names them.
// IPv4 is kept as IPv4-mapped IPv6, so that one comparison serves both and a mapped peer equals a
// plain one. Text: "192.0.2.0/24", "2001:db8::/32", an address alone is itself. Thread: pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::core {

using AddressOctets = std::array<std::uint8_t, 16>;

struct Network {
  AddressOctets address{};  // bits behind the prefix are zero
  std::uint8_t bits = 0;    // 0..128; IPv4 prefixes count from 96
  bool operator==(const Network&) const = default;
};

std::optional<AddressOctets> parse_address(std::string_view text);
std::optional<Network> parse_network(std::string_view text);
// A list with commas or white space between; nothing when one is wrong, whose text is `wrong` then.
std::optional<std::vector<Network>> parse_networks(std::string_view text, std::string_view& wrong);

std::string address_text(const AddressOctets& address);  // "192.0.2.7" for a mapped one

AddressOctets masked(const AddressOctets& address, std::uint8_t bits) noexcept;

}  // namespace postern::core
