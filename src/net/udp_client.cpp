#include "net/udp_client.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "net/unique_fd.h"

namespace postern::net {
namespace {

using Clock = std::chrono::steady_clock;

Fallible<UniqueFd> connected_to(const std::string& endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string::npos) return Fault{endpoint + ": expected address:port"};
  std::string host = endpoint.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), endpoint.c_str() + colon + 1, &hints, &found);
  if (error != 0) return Fault{endpoint + ": " + ::gai_strerror(error)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  UniqueFd fd(::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), found->ai_addr, found->ai_addrlen) != 0) {
    return Fault{endpoint + ": " + std::generic_category().message(errno)};
  }
  return fd;
}

// The next datagram before `until`; empty = none came.
Octets receive(int fd, Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  pollfd waiting{fd, POLLIN, 0};
  if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return {};
  Octets octets(8192);
  const auto size = ::recv(fd, octets.data(), octets.size(), 0);
  octets.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return octets;
}

}  // namespace

Fallible<Octets> ask_udp(const UdpQuestion& question, const std::function<bool(OctetView)>& takes) {
  const Fallible<UniqueFd> socket = connected_to(question.endpoint);
  if (!socket) return socket.fault();
  const int fd = socket->get();
  for (int i = 0; i < question.tries; ++i) {
    if (::send(fd, question.octets.data(), question.octets.size(), MSG_NOSIGNAL) < 0) {
      return Fault{question.endpoint + ": " + std::generic_category().message(errno)};
    }
    const Clock::time_point until = Clock::now() + question.patience;
    for (;;) {
      Octets octets = receive(fd, until);
      if (octets.empty()) break;
      if (takes(octets)) return octets;
    }
  }
  return Fault{"no answer from " + question.endpoint};
}

}  // namespace postern::net
