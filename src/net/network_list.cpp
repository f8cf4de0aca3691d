#include "net/network_list.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace postern::net {

namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool same_prefix(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
                 unsigned bits) noexcept {
  const std::size_t whole = bits / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> (bits % 8));
  return ((a[whole] ^ b[whole]) & mask) == 0;
}

bool host_bits_set(const std::array<std::uint8_t, 16>& address, unsigned bits) noexcept {
  std::array<std::uint8_t, 16> cleared = address;
  for (unsigned bit = bits; bit < 128; ++bit) {
    cleared[bit / 8] = static_cast<std::uint8_t>(cleared[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return cleared != address;
}

}  // namespace

// `width`: 32 or 128.
bool NetworkList::read(std::string_view text, Address& out, unsigned& width) noexcept {
  char buffer[INET6_ADDRSTRLEN] = "";
  if (text.empty() || text.size() >= sizeof buffer) return false;
  std::copy(text.begin(), text.end(), buffer);
  in_addr old{};
  if (::inet_pton(AF_INET, buffer, &old) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), out.begin());
    std::memcpy(out.data() + kMapped.size(), &old, sizeof old);
    width = 32;
    return true;
  }
  width = 128;
  return ::inet_pton(AF_INET6, buffer, out.data()) == 1;
}

Fallible<NetworkList> NetworkList::parse(const std::vector<std::string>& networks) {
  NetworkList list;
  for (const std::string& text : networks) {
    const auto fault = [&](const char* why) { return Fault{"\"" + text + "\" " + why}; };
    const std::size_t slash = text.find('/');
    Network network;
    unsigned width = 0;
    if (!read(std::string_view(text).substr(0, slash), network.address, width)) {
      return fault("is not an address or a network such as 192.0.2.0/24 or 2001:db8::/32");
    }
    unsigned bits = width;
    if (slash != std::string::npos) {
      const char* begin = text.data() + slash + 1;
      const char* end = text.data() + text.size();
      const auto [stop, error] = std::from_chars(begin, end, bits);
      if (error != std::errc() || stop != end || bits > width) {
        return fault("has a prefix that is not a number of bits of its address");
      }
    }
    network.bits = bits + (128 - width);
    if (host_bits_set(network.address, network.bits)) {
      return fault("has bits set behind its prefix");
    }
    list.networks_.push_back(network);
  }
  return list;
}

bool NetworkList::contains(const Address& address) const noexcept {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return same_prefix(address, network.address, network.bits);
  });
}

bool NetworkList::contains(const sockaddr_storage& address) const noexcept {
  Address octets{};
  if (address.ss_family == AF_INET) {
    std::copy(kMapped.begin(), kMapped.end(), octets.begin());
    std::memcpy(octets.data() + kMapped.size(),
                &reinterpret_cast<const sockaddr_in&>(address).sin_addr, sizeof(in_addr));
  } else if (address.ss_family == AF_INET6) {
    std::memcpy(octets.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr,
                sizeof(in6_addr));
  } else {
    return false;
  }
  return contains(octets);
}

bool NetworkList::contains(std::string_view address) const noexcept {
  Address octets{};
  unsigned width = 0;
  return !networks_.empty() && read(address, octets, width) && contains(octets);
}

}  // namespace postern::net
