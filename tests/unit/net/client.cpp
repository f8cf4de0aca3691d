#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace postern::net::test {

namespace {

void set_patience(int fd) {
  const timeval patience{20, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Client::Client(std::uint16_t port, const char* address) {
  sockaddr_storage to{};
  socklen_t size = 0;
  if (std::string_view(address).find(':') != std::string_view::npos) {
    auto* in6 = reinterpret_cast<sockaddr_in6*>(&to);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(port);
    ::inet_pton(AF_INET6, address, &in6->sin6_addr);
    size = sizeof *in6;
  } else {
    auto* in4 = reinterpret_cast<sockaddr_in*>(&to);
    in4->sin_family = AF_INET;
    in4->sin_port = htons(port);
    ::inet_pton(AF_INET, address, &in4->sin_addr);
    size = sizeof *in4;
  }
  fd_ = UniqueFd(::socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  set_patience(fd_.get());
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), size) != 0)
    throw std::runtime_error("connect");
}

Client Client::local(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), to.sun_path);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  set_patience(fd.get());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("connect");
  return Client(std::move(fd));
}

Client::~Client() = default;

bool Client::send(std::string_view octets) {
  while (!octets.empty()) {
    const long count = ssl_ ? SSL_write(ssl_.get(), octets.data(), static_cast<int>(octets.size()))
                            : ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

long Client::some(char* into, std::size_t size) {
  if (ssl_) return SSL_read(ssl_.get(), into, static_cast<int>(size));
  return ::recv(fd_.get(), into, size, 0);
}

std::string Client::read(std::size_t count) {
  std::string out(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const long got = some(out.data() + have, count - have);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return out;
}

std::string Client::read_all() {
  std::string out;
  char block[16384];
  for (;;) {
    const long got = some(block, sizeof block);
    if (got <= 0) return out;
    out.append(block, static_cast<std::size_t>(got));
  }
}

bool Client::at_end() {
  char octet = 0;
  const long got = some(&octet, 1);
  if (ssl_) return got <= 0;
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

void Client::half_close() { ::shutdown(fd_.get(), SHUT_WR); }

void Client::close() {
  ssl_.reset();
  fd_.reset();
}

void Client::reset_connection() {
  const linger hard{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close();
}

bool Client::handshake(const std::filesystem::path& ca, const char* server_name) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_file(context.get(), ca.c_str()) != 1) return false;
  ssl_.reset(SSL_new(context.get()));
  SSL_set_fd(ssl_.get(), fd_.get());
  if (server_name != nullptr) {
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(server_name));
    SSL_set1_host(ssl_.get(), server_name);
  }
  return SSL_connect(ssl_.get()) == 1;
}

std::string Client::server_common_name() const {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      SSL_get1_peer_certificate(ssl_.get()), &X509_free);
  char text[128] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, text,
                            sizeof text);
  return text;
}

bool Client::got_close_notify() const {
  return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void Client::say_close_notify() { SSL_shutdown(ssl_.get()); }

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "postern-net-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace postern::net::test
