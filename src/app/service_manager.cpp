#include "app/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

namespace postern::app {
namespace {

constexpr int kFirstSocket = 3;
constexpr int kMostSockets = 64;

std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string out = value == nullptr ? "" : value;
  ::unsetenv(name);
  return out;
}

// 0 = not a number.
long long number_of(const std::string& text) {
  long long out = 0;
  const char* const end = text.data() + text.size();
  const auto done = std::from_chars(text.data(), end, out);
  return done.ec == std::errc() && done.ptr == end ? out : 0;
}

// Meant for this process and not for one that it was started by.
bool is_ours(const std::string& pid) { return number_of(pid) == ::getpid(); }

std::string monotonic_usec() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000);
}

}  // namespace

ServiceManager::ServiceManager() : socket_(take_variable("NOTIFY_SOCKET")) {
  const std::string patience = take_variable("WATCHDOG_USEC");
  const std::string watched = take_variable("WATCHDOG_PID");
  if (number_of(patience) > 0 && (watched.empty() || is_ours(watched))) {
    every_ = std::chrono::microseconds(number_of(patience) / 2);
  }
  const std::string count = take_variable("LISTEN_FDS");
  if (is_ours(take_variable("LISTEN_PID"))) {
    sockets_ = static_cast<int>(std::min<long long>(number_of(count), kMostSockets));
  }
  take_variable("LISTEN_FDNAMES");
}

net::InheritedSockets ServiceManager::take_sockets() {
  std::vector<net::UniqueFd> out;
  const int count = std::exchange(sockets_, 0);
  for (int i = 0; i < count; ++i) {
    const int fd = kFirstSocket + i;
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) out.emplace_back(fd);
  }
  return net::InheritedSockets(std::move(out));
}

void ServiceManager::ready(std::string_view status) {
  tell("READY=1\nSTATUS=" + std::string(status));
}

void ServiceManager::reloading() { tell("RELOADING=1\nMONOTONIC_USEC=" + monotonic_usec()); }

void ServiceManager::stopping() { tell("STOPPING=1"); }

void ServiceManager::alive(std::chrono::steady_clock::time_point now) {
  if (!every_ || now < next_) return;
  next_ = now + *every_;
  tell("WATCHDOG=1");
}

void ServiceManager::tell(const std::string& lines) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';  // an abstract name
  const net::UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  ::sendto(fd.get(), lines.data(), lines.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace postern::app
