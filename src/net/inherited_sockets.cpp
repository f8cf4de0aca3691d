#include "net/inherited_sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <utility>

namespace postern::net {
namespace {

template <typename Address>
Address as(const sockaddr* address) {
  Address out{};
  std::memcpy(&out, address, sizeof out);
  return out;
}

bool same_address(const sockaddr_storage& held, const sockaddr* wanted) {
  if (held.ss_family != wanted->sa_family) return false;
  const auto* const general = reinterpret_cast<const sockaddr*>(&held);
  if (held.ss_family == AF_INET) {
    const auto a = as<sockaddr_in>(general), b = as<sockaddr_in>(wanted);
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
  }
  if (held.ss_family == AF_INET6) {
    const auto a = as<sockaddr_in6>(general), b = as<sockaddr_in6>(wanted);
    return a.sin6_port == b.sin6_port && a.sin6_scope_id == b.sin6_scope_id &&
           std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0;
  }
  if (held.ss_family != AF_UNIX) return false;
  const auto a = as<sockaddr_un>(general), b = as<sockaddr_un>(wanted);
  return std::strncmp(a.sun_path, b.sun_path, sizeof a.sun_path) == 0;
}

bool has_type(int fd, int type) {
  int held = 0;
  socklen_t size = sizeof held;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &held, &size) == 0 && held == type;
}

}  // namespace

InheritedSockets::InheritedSockets(std::vector<UniqueFd> sockets) : sockets_(std::move(sockets)) {}

UniqueFd InheritedSockets::take(const sockaddr* address, int type) {
  for (auto at = sockets_.begin(); at != sockets_.end(); ++at) {
    sockaddr_storage held{};
    socklen_t size = sizeof held;
    if (::getsockname(at->get(), reinterpret_cast<sockaddr*>(&held), &size) != 0) continue;
    if (!same_address(held, address) || !has_type(at->get(), type)) continue;
    UniqueFd out = std::move(*at);
    sockets_.erase(at);
    ::fcntl(out.get(), F_SETFL, ::fcntl(out.get(), F_GETFL) | O_NONBLOCK);
    return out;
  }
  return {};
}

}  // namespace postern::net
