// A bare OpenSSL loop: accepts, shakes hands, reads once and closes. What full TLS handshakes with
// a given certificate cost when nothing else is done. One thread, one epoll set.
//   tls_floor CERTIFICATE KEY   prints "ready ldap=127.0.0.1:0 ldaps=127.0.0.1:PORT"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <unordered_map>

namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Connection = std::unique_ptr<SSL, FreeSsl>;
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

constexpr int kEvents = 64;
constexpr int kBacklog = 1024;

Context context_of(const char* certificate, const char* key) {
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context || SSL_CTX_use_certificate_chain_file(context.get(), certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), key, SSL_FILETYPE_PEM) != 1) {
    return nullptr;
  }
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  return context;
}

int listen_on_loopback(std::uint16_t& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, any, size) != 0 || listen(listener, kBacklog) != 0 ||
      getsockname(listener, any, &size) != 0) {
    return -1;
  }
  port = ntohs(address.sin_port);
  return listener;
}

class Loop {
 public:
  Loop(SSL_CTX* context, int listener)
      : context_(context), listener_(listener), epoll_(epoll_create1(0)) {
    watch(listener, EPOLLIN);
  }

  void run() {
    std::array<epoll_event, kEvents> events{};
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), kEvents, -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_) {
          accept_all();
        } else if (!serve(connections_.at(fd).get())) {
          connections_.erase(fd);
          close(fd);
        }
      }
    }
  }

 private:
  void watch(int fd, std::uint32_t what) const {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() {
    for (int fd = 0; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      Connection made(SSL_new(context_));
      SSL_set_fd(made.get(), fd);
      SSL_set_accept_state(made.get());
      connections_.emplace(fd, std::move(made));
      watch(fd, EPOLLIN);
    }
  }

  // false = done with it. A handshake's answers fit into an empty socket buffer, so only reading
  // has to wait.
  static bool serve(SSL* ssl) {
    std::array<char, 256> buffer{};
    const int got = SSL_read(ssl, buffer.data(), buffer.size());
    return got <= 0 && SSL_get_error(ssl, got) == SSL_ERROR_WANT_READ;
  }

  SSL_CTX* context_;
  int listener_;
  int epoll_;
  std::unordered_map<int, Connection> connections_;
};

}  // namespace

int main(int argc, char** argv) {
  const Context context = argc == 3 ? context_of(argv[1], argv[2]) : nullptr;
  if (!context) {
    std::fprintf(stderr, "tls_floor CERTIFICATE KEY (PEM files)\n");
    return 2;
  }
  std::uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  if (listener < 0) {
    std::perror("tls_floor");
    return 2;
  }
  std::printf("ready ldap=127.0.0.1:0 ldaps=127.0.0.1:%u\n", port);
  std::fflush(stdout);
  Loop(context.get(), listener).run();
}
