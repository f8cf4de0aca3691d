#include "net/transport.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/tls_context.h"
#include "protocols/x509/client_certificate.h"

namespace postern::net {

namespace {

IoStatus from_errno(IoStatus would_block) noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK ? would_block : IoStatus::lost;
}

}  // namespace

Transport::~Transport() { SSL_free(ssl_); }

// OpenSSL's error queue belongs to the thread: what another connection left there would be misread.
IoStatus Transport::tls_status(int result) noexcept {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return IoStatus::want_read;
    case SSL_ERROR_WANT_WRITE:
      return IoStatus::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return IoStatus::eof;
    default:
      tls_broken_ = true;
      ERR_clear_error();
      return IoStatus::lost;
  }
}

Moved Transport::read(std::span<std::uint8_t> into) noexcept {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_, into.data(), into.size(), &count);
    if (result > 0) {
      drained_ = false;
      return {IoStatus::ok, count};
    }
    drained_ = true;
    return {tls_status(result), 0};
  }
  for (;;) {
    const ssize_t count = ::recv(fd_, into.data(), into.size(), 0);
    if (count > 0) return {IoStatus::ok, static_cast<std::size_t>(count)};
    if (count == 0) return {IoStatus::eof, 0};
    if (errno != EINTR) return {from_errno(IoStatus::want_read), 0};
  }
}

Moved Transport::peek(std::span<std::uint8_t> into) noexcept {
  for (;;) {
    const ssize_t count = ::recv(fd_, into.data(), into.size(), MSG_PEEK);
    if (count > 0) return {IoStatus::ok, static_cast<std::size_t>(count)};
    if (count == 0) return {IoStatus::eof, 0};
    if (errno != EINTR) return {from_errno(IoStatus::want_read), 0};
  }
}

void Transport::skip(std::size_t octets) noexcept {
  std::array<std::uint8_t, 512> scratch{};
  while (octets > 0) {
    const ssize_t count = ::recv(fd_, scratch.data(), std::min(octets, scratch.size()), 0);
    if (count > 0) {
      octets -= static_cast<std::size_t>(count);
    } else if (count == 0 || errno != EINTR) {
      return;  // the next read tells
    }
  }
}

Moved Transport::write(OctetView from) noexcept {
  Moved moved;
  while (moved.octets < from.size()) {
    const OctetView rest = from.subspan(moved.octets);
    if (ssl_ != nullptr) {
      ERR_clear_error();
      std::size_t count = 0;
      const int result = SSL_write_ex(ssl_, rest.data(), rest.size(), &count);
      if (result <= 0) {
        moved.status = tls_status(result);
        if (moved.status == IoStatus::eof) moved.status = IoStatus::lost;
        return moved;
      }
      moved.octets += count;
      continue;
    }
    const ssize_t count = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      moved.octets += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      moved.status = from_errno(IoStatus::want_write);
      return moved;
    }
  }
  return moved;
}

bool Transport::begin_tls(std::shared_ptr<const TlsContext> context) noexcept {
  ERR_clear_error();
  ssl_ = context->make_ssl();
  if (ssl_ == nullptr || SSL_set_fd(ssl_, fd_) != 1) return false;
  SSL_set_accept_state(ssl_);
  context_ = std::move(context);
  return true;
}

IoStatus Transport::handshake() noexcept {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result > 0) {
    context_.reset();
    return IoStatus::ok;
  }
  const IoStatus status = tls_status(result);
  return status == IoStatus::eof ? IoStatus::lost : status;
}

void Transport::describe(PeerInfo& peer) const {
  const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) peer.server_name = name;
  peer.certificate = x509::client_certificate(ssl_);
  peer.psk_identity = psk_identity(ssl_);
}

bool Transport::buffered() const noexcept {
  return ssl_ != nullptr && !drained_ && SSL_has_pending(ssl_) == 1;
}

bool Transport::input_waiting() const noexcept {
  char octet = 0;
  return ::recv(fd_, &octet, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

IoStatus Transport::discard(std::span<std::uint8_t> scratch) noexcept {
  // A few rounds a turn: a peer that sends without end must not hold the loop.
  for (int round = 0; round < 4; ++round) {
    const ssize_t count = ::recv(fd_, scratch.data(), scratch.size(), 0);
    if (count == 0) return IoStatus::eof;
    if (count < 0 && errno != EINTR) return from_errno(IoStatus::want_read);
  }
  return IoStatus::want_read;
}

void Transport::say_close_notify() noexcept {
  if (ssl_ == nullptr || tls_broken_ || SSL_in_init(ssl_) != 0) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

void Transport::end_sending() noexcept { ::shutdown(fd_, SHUT_WR); }

}  // namespace postern::net
