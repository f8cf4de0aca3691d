#include "core/access/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace postern::core {
namespace {

constexpr std::size_t kMappedSize = 12;
constexpr unsigned kMappedBits = 96;
constexpr std::size_t kLongestAddress = 64;

struct Parsed {
  AddressOctets octets{};
  bool ipv4 = false;
};

std::optional<Parsed> parse(std::string_view text) {
  if (text.empty() || text.size() > kLongestAddress || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::array<char, kLongestAddress + 1> terminated{};
  text.copy(terminated.data(), text.size());
  Parsed out;
  if (::inet_pton(AF_INET6, terminated.data(), out.octets.data()) == 1) return out;
  out.octets = {};
  if (::inet_pton(AF_INET, terminated.data(), out.octets.data() + kMappedSize) != 1) {
    return std::nullopt;
  }
  out.octets[kMappedSize - 2] = out.octets[kMappedSize - 1] = 0xff;
  out.ipv4 = true;
  return out;
}

}  // namespace

std::optional<AddressOctets> parse_address(std::string_view text) {
  const auto parsed = parse(text);
  return parsed ? std::optional<AddressOctets>(parsed->octets) : std::nullopt;
}

std::string address_text(const AddressOctets& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  constexpr std::array<std::uint8_t, kMappedSize> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool ipv4 = std::equal(kMapped.begin(), kMapped.end(), address.begin());
  const void* const octets = ipv4 ? address.data() + kMappedSize : address.data();
  return ::inet_ntop(ipv4 ? AF_INET : AF_INET6, octets, text.data(), text.size()) == nullptr
             ? std::string()
             : std::string(text.data());
}

AddressOctets masked(const AddressOctets& address, std::uint8_t bits) noexcept {
  AddressOctets out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t before = i * 8;
    if (bits <= before) break;
    const std::size_t here = std::min<std::size_t>(bits - before, 8);
    out[i] = static_cast<std::uint8_t>(address[i] & (0xffU << (8 - here) & 0xffU));
  }
  return out;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto parsed = parse(text.substr(0, slash));
  if (!parsed) return std::nullopt;
  const unsigned most = parsed->ipv4 ? 32 : 128;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view tail = text.substr(slash + 1);
    const auto done = std::from_chars(tail.data(), tail.data() + tail.size(), bits);
    if (tail.empty() || done.ec != std::errc() || done.ptr != tail.data() + tail.size() ||
        bits > most) {
      return std::nullopt;
    }
  }
  Network out;
  out.bits = static_cast<std::uint8_t>(parsed->ipv4 ? bits + kMappedBits : bits);
  out.address = masked(parsed->octets, out.bits);
  return out;
}

std::optional<std::vector<Network>> parse_networks(std::string_view text, std::string_view& wrong) {
  constexpr std::string_view kBetween = ", \t\r\n";
  std::vector<Network> out;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return out;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(kBetween));
    const auto network = parse_network(word);
    if (!network) {
      wrong = word;
      return std::nullopt;
    }
    out.push_back(*network);
    text.remove_prefix(word.size());
  }
}

}  // namespace postern::core
