#include "net/endpoint.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

namespace postern::net {

namespace {

constexpr int kBacklog = 4096;
constexpr std::string_view kUnixPrefix = "unix:";

struct Target {
  std::string host;
  std::string port;
};

Fault cannot(const std::string& endpoint, const std::string& why) {
  return Fault{"cannot listen on " + endpoint + ": " + why};
}

std::string errno_text() { return std::generic_category().message(errno); }

bool is_port(const std::string& text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

std::optional<Target> split(const std::string& endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  Target target{endpoint.substr(0, colon), endpoint.substr(colon + 1)};
  if (!is_port(target.port)) return std::nullopt;
  if (target.host.size() > 2 && target.host.front() == '[' && target.host.back() == ']') {
    target.host = target.host.substr(1, target.host.size() - 2);
  } else if (target.host.find(':') != std::string::npos) {
    return std::nullopt;  // an IPv6 address needs its brackets
  }
  return target;
}

void set_on(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

// The view of a socket address that the socket calls take.
template <typename Address>
const sockaddr* as_sockaddr(const Address* address) {
  return reinterpret_cast<const sockaddr*>(address);
}

// Empty fd with errno set when it fails.
UniqueFd listen_on(const sockaddr* address, socklen_t size, bool ipv6_alone,
                   InheritedSockets& inherited) {
  if (UniqueFd handed = inherited.take(address, SOCK_STREAM)) return handed;
  UniqueFd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  set_on(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address->sa_family == AF_INET6)
    set_on(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, ipv6_alone ? 1 : 0);
  if (::bind(fd.get(), address, size) == 0 && ::listen(fd.get(), kBacklog) == 0) return fd;
  const int error = errno;
  fd.reset();
  errno = error;
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

Fallible<Bound> bind_any(const std::string& endpoint, std::uint16_t port,
                         InheritedSockets& inherited) {
  sockaddr_in6 both{};
  both.sin6_family = AF_INET6;
  both.sin6_addr = in6addr_any;
  both.sin6_port = htons(port);
  UniqueFd fd = listen_on(as_sockaddr(&both), sizeof both, false, inherited);
  if (!fd && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {  // a host without IPv6
    sockaddr_in old{};
    old.sin_family = AF_INET;
    old.sin_port = htons(port);
    fd = listen_on(as_sockaddr(&old), sizeof old, true, inherited);
  }
  if (!fd) return cannot(endpoint, errno_text());
  const std::uint16_t real = port_of(fd.get());
  return Bound{std::move(fd), real, {}};
}

Fallible<Bound> bind_tcp(const std::string& endpoint, InheritedSockets& inherited) {
  const std::optional<Target> target = split(endpoint);
  if (!target)
    return cannot(endpoint, "expected address:port, [IPv6 address]:port, *:port or unix:/path");
  if (target->host.empty() || target->host == "*") {
    return bind_any(endpoint, static_cast<std::uint16_t>(std::stoul(target->port)), inherited);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(target->host.c_str(), target->port.c_str(), &hints, &found);
  if (error != 0) return cannot(endpoint, ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  UniqueFd fd = listen_on(addresses->ai_addr, addresses->ai_addrlen, true, inherited);
  if (!fd) return cannot(endpoint, errno_text());
  const std::uint16_t real = port_of(fd.get());
  return Bound{std::move(fd), real, {}};
}

// A socket file outlives a killed process; one that nobody answers on is stale.
bool somebody_answers(const sockaddr_un& address) {
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.get(), as_sockaddr(&address), sizeof address) == 0;
}

Fallible<Bound> bind_unix(const std::string& endpoint, unsigned mode, InheritedSockets& inherited) {
  const std::string path = endpoint.substr(kUnixPrefix.size());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return cannot(endpoint, "the path must have 1 to " +
                                std::to_string(sizeof address.sun_path - 1) + " octets");
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  if (UniqueFd handed = inherited.take(as_sockaddr(&address), SOCK_STREAM)) {
    return Bound{std::move(handed), 0, {}};  // its file belongs to who has made it
  }
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) return cannot(endpoint, "the path exists and is not a socket");
    if (somebody_answers(address)) return cannot(endpoint, "another process listens there");
    ::unlink(path.c_str());
  }
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  // The mode is set before the file appears, so that it is never wider; chmod() afterwards undoes
  // umask.
  if (!fd || ::fchmod(fd.get(), mode) != 0 ||
      ::bind(fd.get(), as_sockaddr(&address), sizeof address) != 0) {
    return cannot(endpoint, errno_text());
  }
  if (::chmod(path.c_str(), mode) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    const Fault fault = cannot(endpoint, errno_text());
    ::unlink(path.c_str());
    return fault;
  }
  return Bound{std::move(fd), 0, path};
}

Peer describe_ipv4(const in_addr& address, std::uint16_t port) {
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &address, text, sizeof text);
  Peer peer;
  peer.info.address = text;
  peer.info.port = port;
  peer.info.loopback = (ntohl(address.s_addr) >> 24) == 127;
  peer.source.kind = SourceKey::Kind::ipv4;
  std::memcpy(peer.source.prefix.data(), &address, sizeof address);
  return peer;
}

Peer describe_ipv6(const sockaddr_in6& from) {
  const in6_addr& address = from.sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr inner{};
    std::memcpy(&inner, address.s6_addr + 12, sizeof inner);
    return describe_ipv4(inner, ntohs(from.sin6_port));
  }
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET6, &address, text, sizeof text);
  Peer peer;
  peer.info.address = text;
  peer.info.port = ntohs(from.sin6_port);
  peer.info.loopback = std::memcmp(&address, &in6addr_loopback, sizeof address) == 0;
  peer.source.kind = SourceKey::Kind::ipv6;
  std::memcpy(peer.source.prefix.data(), address.s6_addr, peer.source.prefix.size());
  return peer;
}

}  // namespace

Fallible<Bound> bind_endpoint(const std::string& endpoint, unsigned unix_mode,
                              InheritedSockets& inherited) {
  if (endpoint.rfind(kUnixPrefix, 0) == 0) return bind_unix(endpoint, unix_mode, inherited);
  return bind_tcp(endpoint, inherited);
}

Peer describe_peer(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const auto& from = reinterpret_cast<const sockaddr_in&>(address);
    return describe_ipv4(from.sin_addr, ntohs(from.sin_port));
  }
  if (address.ss_family == AF_INET6)
    return describe_ipv6(reinterpret_cast<const sockaddr_in6&>(address));
  Peer peer;
  peer.info.address = "local";
  peer.info.loopback = true;
  return peer;
}

}  // namespace postern::net
