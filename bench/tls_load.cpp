// Full TLS handshakes against an LDAPS port: each connection shakes hands, sends an Unbind and
// waits for the end, so that the server is done with it too. No resumption.
//   tls_load PORT PID SECONDS CONNECTIONS   prints one line of JSON

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/cpu_meter.h"

namespace postern::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kEvents = 64;
constexpr std::array<unsigned char, 7> kUnbind{0x30, 0x05, 0x02, 0x01, 0x01, 0x42, 0x00};
constexpr double kWarmup = 0.5;  // seconds

struct Slot {
  int fd = -1;
  SSL* ssl = nullptr;
  bool sent = false;
};

class Load {
 public:
  Load(std::uint16_t port, std::size_t connections)
      : context_(SSL_CTX_new(TLS_client_method())), epoll_(epoll_create1(0)), slots_(connections) {
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address_.sin_port = htons(port);
    for (Slot& slot : slots_) open(slot);
  }
  ~Load() {
    for (Slot& slot : slots_) shut(slot);
    SSL_CTX_free(context_);
    close(epoll_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void run_until(Clock::time_point end) {
    std::array<epoll_event, kEvents> events{};
    while (Clock::now() < end) {
      const int count = epoll_wait(epoll_, events.data(), kEvents, 100);
      for (int i = 0; i < count; ++i) {
        step(*static_cast<Slot*>(events[static_cast<std::size_t>(i)].data.ptr));
      }
    }
  }

  std::uint64_t done = 0, errors = 0;

 private:
  void open(Slot& slot) {
    slot.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Connecting over loopback does not wait for the server's thread.
    if (slot.fd < 0 ||
        connect(slot.fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0) {
      throw std::runtime_error("cannot connect");
    }
    slot.ssl = SSL_new(context_);
    slot.sent = false;
    SSL_set_fd(slot.ssl, slot.fd);
    SSL_set_connect_state(slot.ssl);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &slot;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, slot.fd, &event);
    fcntl(slot.fd, F_SETFL, O_NONBLOCK);
    step(slot);
  }

  static void shut(Slot& slot) {
    SSL_free(slot.ssl);
    close(slot.fd);
  }

  void again(Slot& slot, bool well) {
    well ? ++done : ++errors;
    shut(slot);
    open(slot);
  }

  // Goes on as far as it can without waiting.
  void step(Slot& slot) {
    int result = 0;
    if (!slot.sent) {
      result = SSL_do_handshake(slot.ssl);
      if (result == 1) {
        slot.sent = SSL_write(slot.ssl, kUnbind.data(), kUnbind.size()) > 0;
        if (!slot.sent) return again(slot, false);
      }
    }
    if (slot.sent) {
      std::array<char, 512> buffer{};
      result = SSL_read(slot.ssl, buffer.data(), buffer.size());
    }
    const int error = SSL_get_error(slot.ssl, result);
    if (error == SSL_ERROR_WANT_READ) return;
    // Ends after our Unbind, with or without a close_notify.
    again(slot, slot.sent && result <= 0);
  }

  SSL_CTX* context_;
  int epoll_;
  sockaddr_in address_{};
  std::vector<Slot> slots_;
};

int measure(std::uint16_t port, pid_t pid, double seconds, std::size_t connections) {
  const auto after = [](double from_now) {
    return Clock::now() +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(from_now));
  };
  const CpuMeter meter(pid);
  Load load(port, connections);
  load.run_until(after(kWarmup));
  const std::uint64_t done_before = load.done;
  const std::int64_t cpu_before = meter.cpu_nanoseconds();
  const Clock::time_point begun = Clock::now();
  load.run_until(after(seconds));
  const double took = std::chrono::duration<double>(Clock::now() - begun).count();
  const auto count = static_cast<double>(load.done - done_before);
  const auto cpu = static_cast<double>(meter.cpu_nanoseconds() - cpu_before);
  std::printf("{\"per_s\": %.1f, \"cpu_us_each\": %.2f, \"errors\": %llu}\n", count / took,
              count > 0 ? cpu / 1e3 / count : 0.0, static_cast<unsigned long long>(load.errors));
  return load.errors == 0 && count > 0 ? 0 : 1;
}

}  // namespace
}  // namespace postern::bench

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "tls_load PORT PID SECONDS CONNECTIONS\n");
    return 2;
  }
  try {
    return postern::bench::measure(static_cast<std::uint16_t>(std::atoi(argv[1])),
                                   std::atoi(argv[2]), std::atof(argv[3]),
                                   static_cast<std::size_t>(std::atoi(argv[4])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tls_load: %s\n", error.what());
    return 2;
  }
}
