#include "net/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace postern::net {

namespace {

using State = ProxyHeader::State;

constexpr std::array<std::uint8_t, 12> kSignature{0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                                  0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
constexpr std::string_view kWord = "PROXY ";
constexpr std::size_t kLongestLine = 107;  // of version 1, with CR LF
constexpr std::size_t kFixed = 16;         // of version 2
constexpr std::uint8_t kTlvSsl = 0x20;
constexpr std::uint8_t kClientSsl = 0x01;

ProxyHeader malformed() { return {State::malformed, 0, {}, false}; }

// As far as both go.
template <typename Expected>
bool begins_like(OctetView so_far, const Expected& expected) {
  const std::size_t common = std::min(so_far.size(), expected.size());
  return std::equal(so_far.begin(), so_far.begin() + static_cast<std::ptrdiff_t>(common),
                    expected.begin(),
                    [](std::uint8_t a, auto b) { return a == static_cast<std::uint8_t>(b); });
}

std::size_t number(OctetView two) { return static_cast<std::size_t>(two[0]) << 8U | two[1]; }

// ---- version 1 ----

std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t space = line.find(' ');
    out.emplace_back(line.substr(0, space));
    if (space == std::string_view::npos) return out;
    line.remove_prefix(space + 1);
  }
}

std::optional<std::uint16_t> port_of(const std::string& text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  const bool canonical = text.size() == 1 || (!text.empty() && text[0] != '0');
  if (error != std::errc() || stop != end || !canonical) return std::nullopt;
  return port;
}

std::optional<sockaddr_storage> address_of(int family, const std::string& text,
                                           std::uint16_t port) {
  sockaddr_storage out{};
  if (family == AF_INET) {
    auto& inet = reinterpret_cast<sockaddr_in&>(out);
    inet.sin_family = AF_INET;
    inet.sin_port = htons(port);
    if (::inet_pton(AF_INET, text.c_str(), &inet.sin_addr) != 1) return std::nullopt;
    return out;
  }
  auto& inet6 = reinterpret_cast<sockaddr_in6&>(out);
  inet6.sin6_family = AF_INET6;
  inet6.sin6_port = htons(port);
  if (::inet_pton(AF_INET6, text.c_str(), &inet6.sin6_addr) != 1) return std::nullopt;
  return out;
}

ProxyHeader read_line(std::string_view line, std::size_t length) {
  ProxyHeader header{State::complete, length, {}, false};
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return header;
  const std::vector<std::string> fields = words(line);
  if (fields.size() != 5 || (fields[0] != "TCP4" && fields[0] != "TCP6")) return malformed();
  const int family = fields[0] == "TCP4" ? AF_INET : AF_INET6;
  const auto from_port = port_of(fields[3]);
  const auto to_port = port_of(fields[4]);
  if (!from_port || !to_port) return malformed();
  const auto from = address_of(family, fields[1], *from_port);
  if (!from || !address_of(family, fields[2], *to_port)) return malformed();
  header.client = describe_peer(*from);
  return header;
}

ProxyHeader read_version_1(OctetView so_far) {
  const std::string_view text(reinterpret_cast<const char*>(so_far.data()),
                              std::min(so_far.size(), kLongestLine));
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos)
    return so_far.size() < kLongestLine ? ProxyHeader{} : malformed();
  if (end < kWord.size() || text[end - 1] != '\r') return malformed();
  return read_line(text.substr(kWord.size(), end - 1 - kWord.size()), end + 1);
}

// ---- version 2 ----

// False: the TLVs do not fill their place exactly.
bool read_tlvs(OctetView rest, bool& tls) {
  while (!rest.empty()) {
    if (rest.size() < 3) return false;
    const std::size_t length = number(rest.subspan(1, 2));
    if (rest.size() - 3 < length) return false;
    if (rest[0] == kTlvSsl && length >= 5) tls = (rest[3] & kClientSsl) != 0;
    rest = rest.subspan(3 + length);
  }
  return true;
}

std::optional<Peer> client_of(std::uint8_t family, OctetView body) {
  sockaddr_storage from{};
  if (family == 0x1) {
    auto& inet = reinterpret_cast<sockaddr_in&>(from);
    inet.sin_family = AF_INET;
    std::memcpy(&inet.sin_addr, body.data(), 4);
    std::memcpy(&inet.sin_port, body.data() + 8, 2);
  } else {
    auto& inet6 = reinterpret_cast<sockaddr_in6&>(from);
    inet6.sin6_family = AF_INET6;
    std::memcpy(&inet6.sin6_addr, body.data(), 16);
    std::memcpy(&inet6.sin6_port, body.data() + 32, 2);
  }
  return describe_peer(from);
}

ProxyHeader read_version_2(OctetView so_far) {
  if (so_far.size() < kFixed) return {};
  const std::uint8_t version = so_far[12] >> 4U;
  const std::uint8_t command = so_far[12] & 0x0fU;
  const std::uint8_t family = so_far[13] >> 4U;
  const std::uint8_t transport = so_far[13] & 0x0fU;
  const std::size_t length = kFixed + number(so_far.subspan(14, 2));
  if (version != 2 || command > 1 || family > 3 || transport > 2) return malformed();
  if (length > kMaxProxyHeader) return malformed();
  if (so_far.size() < length) return {};
  ProxyHeader header{State::complete, length, {}, false};
  const bool internet = family == 0x1 || family == 0x2;
  if (command == 0 || !internet || transport != 1) return header;
  const OctetView body = so_far.subspan(kFixed, length - kFixed);
  const std::size_t addresses = family == 0x1 ? 12 : 36;
  if (body.size() < addresses || !read_tlvs(body.subspan(addresses), header.tls)) {
    return malformed();
  }
  header.client = client_of(family, body);
  return header;
}

}  // namespace

ProxyHeader read_proxy_header(OctetView so_far) {
  if (so_far.empty()) return {};
  if (begins_like(so_far, kSignature)) {
    return so_far.size() < kSignature.size() ? ProxyHeader{} : read_version_2(so_far);
  }
  if (begins_like(so_far, kWord)) {
    return so_far.size() < kWord.size() ? ProxyHeader{} : read_version_1(so_far);
  }
  return malformed();
}

}  // namespace postern::net
