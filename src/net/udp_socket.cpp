#include "net/udp_socket.h"

#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

namespace postern::net {
namespace {

constexpr int kBufferOctets = 4 * 1024 * 1024;  // the kernel gives what net.core.rmem_max allows
constexpr std::size_t kControlSize = CMSG_SPACE(sizeof(in6_pktinfo));

Fault cannot(const std::string& endpoint, const std::string& why) {
  return Fault{"cannot listen on " + endpoint + " (UDP): " + why};
}

std::string errno_text() { return std::generic_category().message(errno); }

struct Target {
  std::string host;  // "" = every address
  std::string port;
};

std::optional<Target> split(const std::string& endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  Target target{endpoint.substr(0, colon), endpoint.substr(colon + 1)};
  std::uint16_t port = 0;
  const char* const end = target.port.data() + target.port.size();
  const auto done = std::from_chars(target.port.data(), end, port);
  if (done.ec != std::errc() || done.ptr != end) return std::nullopt;
  if (target.host.size() > 2 && target.host.front() == '[' && target.host.back() == ']') {
    target.host = target.host.substr(1, target.host.size() - 2);
  } else if (target.host.find(':') != std::string::npos) {
    return std::nullopt;
  }
  if (target.host == "*") target.host.clear();
  return target;
}

// The address that a datagram was sent to is wanted with it.
void set_options(int fd, bool ipv6, bool ipv6_alone) {
  const int on = 1;
  const int alone = ipv6_alone ? 1 : 0;
  if (ipv6) {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &alone, sizeof alone);
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  } else {
    ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  }
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kBufferOctets, sizeof kBufferOctets);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kBufferOctets, sizeof kBufferOctets);
}

UniqueFd bound_to(const sockaddr* address, socklen_t size, bool ipv6_alone,
                  InheritedSockets& inherited) {
  if (UniqueFd handed = inherited.take(address, SOCK_DGRAM)) {
    set_options(handed.get(), address->sa_family == AF_INET6, ipv6_alone);
    return handed;
  }
  UniqueFd fd(::socket(address->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  set_options(fd.get(), address->sa_family == AF_INET6, ipv6_alone);
  if (::bind(fd.get(), address, size) == 0) return fd;
  const int error = errno;
  fd.reset();
  errno = error;
  return fd;
}

UniqueFd bound_to_any(std::uint16_t port, InheritedSockets& inherited) {
  sockaddr_in6 both{};
  both.sin6_family = AF_INET6;
  both.sin6_addr = in6addr_any;
  both.sin6_port = htons(port);
  UniqueFd fd = bound_to(reinterpret_cast<const sockaddr*>(&both), sizeof both, false, inherited);
  if (fd || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)) return fd;
  sockaddr_in old{};  // a host without IPv6
  old.sin_family = AF_INET;
  old.sin_port = htons(port);
  return bound_to(reinterpret_cast<const sockaddr*>(&old), sizeof old, true, inherited);
}

void put_mapped(std::array<std::uint8_t, 16>& out, const in_addr& address) {
  out = {};
  out[10] = out[11] = 0xff;
  std::memcpy(out.data() + 12, &address, sizeof address);
}

DatagramPeer describe(const sockaddr_storage& from) {
  DatagramPeer peer;
  if (from.ss_family == AF_INET) {
    const auto& old = reinterpret_cast<const sockaddr_in&>(from);
    put_mapped(peer.address, old.sin_addr);
    peer.port = ntohs(old.sin_port);
  } else {
    const auto& now = reinterpret_cast<const sockaddr_in6&>(from);
    std::memcpy(peer.address.data(), &now.sin6_addr, peer.address.size());
    peer.port = ntohs(now.sin6_port);
    peer.interface = now.sin6_scope_id;
  }
  return peer;
}

void read_local(msghdr& header, DatagramPeer& peer) {
  for (cmsghdr* at = CMSG_FIRSTHDR(&header); at != nullptr; at = CMSG_NXTHDR(&header, at)) {
    if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(at), sizeof info);
      std::memcpy(peer.local.data(), &info.ipi6_addr, peer.local.size());
    } else if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(at), sizeof info);
      put_mapped(peer.local, info.ipi_addr);
    }
  }
}

struct Envelope {
  sockaddr_storage address{};
  iovec octets{};
  alignas(cmsghdr) std::array<char, kControlSize> control{};
};

void write_address(Envelope& envelope, msghdr& header, const DatagramPeer& to, bool ipv6) {
  header.msg_name = &envelope.address;
  if (ipv6) {
    auto& out = reinterpret_cast<sockaddr_in6&>(envelope.address);
    out.sin6_family = AF_INET6;
    out.sin6_port = htons(to.port);
    out.sin6_scope_id = to.interface;
    std::memcpy(&out.sin6_addr, to.address.data(), to.address.size());
    header.msg_namelen = sizeof out;
  } else {
    auto& out = reinterpret_cast<sockaddr_in&>(envelope.address);
    out.sin_family = AF_INET;
    out.sin_port = htons(to.port);
    std::memcpy(&out.sin_addr, to.address.data() + 12, sizeof out.sin_addr);
    header.msg_namelen = sizeof out;
  }
}

void write_local(Envelope& envelope, msghdr& header, const DatagramPeer& to, bool ipv6) {
  if (to.local == std::array<std::uint8_t, 16>{}) return;
  header.msg_control = envelope.control.data();
  header.msg_controllen = ipv6 ? CMSG_SPACE(sizeof(in6_pktinfo)) : CMSG_SPACE(sizeof(in_pktinfo));
  cmsghdr* const at = CMSG_FIRSTHDR(&header);
  if (ipv6) {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, to.local.data(), to.local.size());
    at->cmsg_level = IPPROTO_IPV6;
    at->cmsg_type = IPV6_PKTINFO;
    at->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(at), &info, sizeof info);
  } else {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, to.local.data() + 12, sizeof info.ipi_spec_dst);
    at->cmsg_level = IPPROTO_IP;
    at->cmsg_type = IP_PKTINFO;
    at->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(at), &info, sizeof info);
  }
}

}  // namespace

UdpSocket::UdpSocket(UniqueFd fd, bool ipv6, std::uint16_t port, std::uint16_t number)
    : fd_(std::move(fd)), ipv6_(ipv6), port_(port), number_(number) {
  received_.reserve(kBatch);
}

Fallible<UdpSocket> UdpSocket::bind(const std::string& endpoint, std::uint16_t number,
                                    InheritedSockets& inherited) {
  const auto target = split(endpoint);
  if (!target) return cannot(endpoint, "expected address:port, [IPv6 address]:port or *:port");
  UniqueFd fd;
  if (target->host.empty()) {
    fd = bound_to_any(static_cast<std::uint16_t>(std::stoul(target->port)), inherited);
  } else {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(target->host.c_str(), target->port.c_str(), &hints, &found);
    if (error != 0) return cannot(endpoint, ::gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    fd = bound_to(found->ai_addr, found->ai_addrlen, true, inherited);
  }
  if (!fd) return cannot(endpoint, errno_text());
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return cannot(endpoint, errno_text());
  }
  const std::uint16_t port = describe(address).port;
  return UdpSocket(std::move(fd), address.ss_family == AF_INET6, port, number);
}

std::span<const UdpSocket::Received> UdpSocket::receive(std::span<std::uint8_t> buffer,
                                                        std::size_t slot) {
  std::array<Envelope, kBatch> envelopes;
  std::array<mmsghdr, kBatch> headers{};
  for (std::size_t i = 0; i < kBatch; ++i) {
    envelopes[i].octets = {buffer.data() + i * slot, slot};
    msghdr& header = headers[i].msg_hdr;
    header.msg_name = &envelopes[i].address;
    header.msg_namelen = sizeof envelopes[i].address;
    header.msg_iov = &envelopes[i].octets;
    header.msg_iovlen = 1;
    header.msg_control = envelopes[i].control.data();
    header.msg_controllen = envelopes[i].control.size();
  }
  received_.clear();
  const int count = ::recvmmsg(fd_.get(), headers.data(), kBatch, 0, nullptr);
  for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
    Received one;
    one.from = describe(envelopes[i].address);
    one.from.socket = number_;
    read_local(headers[i].msg_hdr, one.from);
    one.octets = OctetView(buffer).subspan(i * slot, headers[i].msg_len);
    received_.push_back(one);
  }
  return received_;
}

std::size_t UdpSocket::send(std::span<const Outgoing> datagrams) {
  std::size_t lost = 0;
  while (!datagrams.empty()) {
    const std::size_t count = std::min(datagrams.size(), kBatch);
    std::array<Envelope, kBatch> envelopes;
    std::array<mmsghdr, kBatch> headers{};
    for (std::size_t i = 0; i < count; ++i) {
      const Outgoing& one = datagrams[i];
      envelopes[i].octets = {const_cast<std::uint8_t*>(one.octets.data()), one.octets.size()};
      headers[i].msg_hdr.msg_iov = &envelopes[i].octets;
      headers[i].msg_hdr.msg_iovlen = 1;
      write_address(envelopes[i], headers[i].msg_hdr, one.to, ipv6_);
      write_local(envelopes[i], headers[i].msg_hdr, one.to, ipv6_);
    }
    const int sent = ::sendmmsg(fd_.get(), headers.data(), static_cast<unsigned>(count), 0);
    // The first that cannot be sent is given up, the others behind it are tried.
    if (sent <= 0) ++lost;
    datagrams = datagrams.subspan(sent <= 0 ? 1 : static_cast<std::size_t>(sent));
  }
  return lost;
}

}  // namespace postern::net
