#include "outpost/radius/eap/tunnel.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <new>
#include <utility>

namespace postern::outpost {

EapTunnel::EapTunnel(std::shared_ptr<const EapTlsSetup> setup, Client client, Resuming resuming)
    : setup_(std::move(setup)), resuming_(std::move(resuming)), ssl_(SSL_new(setup_->context())) {
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (ssl_ == nullptr || in == nullptr || out == nullptr) {
    BIO_free(in);
    BIO_free(out);
    SSL_free(ssl_);
    throw std::bad_alloc();
  }
  // An empty buffer means "later", not the end.
  BIO_set_mem_eof_return(in, -1);
  BIO_set_mem_eof_return(out, -1);
  SSL_set_bio(ssl_, in, out);
  SSL_set_accept_state(ssl_);
  SSL_set_app_data(ssl_, this);
  SSL_set_session_id_context(ssl_, &resuming_.method, 1);
  if (client == Client::certificate) {
    SSL_set_verify(ssl_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
}

EapTunnel::~EapTunnel() {
  // As if closed in order: otherwise OpenSSL would spoil a session that is kept.
  if (state_ == State::open) SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
  SSL_SESSION_free(made_);
}

void EapTunnel::follow_sessions(ssl_ctx_st* context) {
  SSL_CTX_sess_set_new_cb(context, &EapTunnel::made_session);
  SSL_CTX_sess_set_get_cb(context, &EapTunnel::wanted_session);
}

int EapTunnel::made_session(ssl_st* ssl, ssl_session_st* session) {
  auto* tunnel = static_cast<EapTunnel*>(SSL_get_app_data(ssl));
  SSL_SESSION_free(std::exchange(tunnel->made_, session));
  return 1;  // the reference is ours
}

ssl_session_st* EapTunnel::wanted_session(ssl_st* ssl, const std::uint8_t* id, int size,
                                          int* copy) {
  *copy = 0;
  auto* tunnel = static_cast<EapTunnel*>(SSL_get_app_data(ssl));
  EapResumptions* sessions = tunnel->setup_->resumptions();
  if (sessions == nullptr || !tunnel->resuming_.may || size <= 0) return nullptr;
  ResumableLogin login;
  ssl_session_st* session = sessions->find(OctetView(id, static_cast<std::size_t>(size)),
                                           tunnel->resuming_.method, tunnel->resuming_.may, login);
  if (session == nullptr) return nullptr;
  tunnel->found_ = std::move(login);
  SSL_set_num_tickets(ssl, 0);
  return session;
}

const ResumableLogin* EapTunnel::earlier() const noexcept {
  return found_ && SSL_session_reused(ssl_) == 1 ? &*found_ : nullptr;
}

void EapTunnel::remember(const core::Grant& grant, std::string_view identity) {
  EapResumptions* sessions = setup_->resumptions();
  if (sessions == nullptr || made_ == nullptr || SSL_session_reused(ssl_) == 1) return;
  sessions->keep(made_, {resuming_.method, grant, std::string(identity)});
}

EapTunnel::State EapTunnel::fail(std::string_view fallback) {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  problem_ = reason != nullptr ? std::string_view(reason) : fallback;
  ERR_clear_error();
  return state_ = State::failed;
}

EapTunnel::State EapTunnel::shake() {
  const int done = SSL_do_handshake(ssl_);
  if (done == 1) return state_ = State::open;
  if (SSL_get_error(ssl_, done) == SSL_ERROR_WANT_READ) return state_;
  return fail("the handshake failed");
}

void EapTunnel::read(Octets& plain) {
  std::array<std::uint8_t, 4096> buffer{};
  for (;;) {
    const int size = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    if (size <= 0) {
      const int why = SSL_get_error(ssl_, size);
      if (why != SSL_ERROR_WANT_READ) {
        fail(why == SSL_ERROR_ZERO_RETURN ? "the peer has closed" : "the connection broke");
      }
      break;
    }
    plain.insert(plain.end(), buffer.begin(), buffer.begin() + size);
  }
  OPENSSL_cleanse(buffer.data(), buffer.size());
}

EapTunnel::State EapTunnel::feed(OctetView message, Octets& plain) {
  if (state_ == State::failed) return state_;
  ERR_clear_error();
  if (!message.empty() &&
      BIO_write(SSL_get_rbio(ssl_), message.data(), static_cast<int>(message.size())) <= 0) {
    return fail("out of memory");
  }
  if (state_ == State::handshaking && shake() != State::open) return state_;
  read(plain);
  return state_;
}

bool EapTunnel::write(OctetView plain) {
  ERR_clear_error();
  if (plain.empty()) return true;
  if (SSL_write(ssl_, plain.data(), static_cast<int>(plain.size())) > 0) return true;
  fail("writing failed");
  return false;
}

bool EapTunnel::has_output() const noexcept { return BIO_ctrl_pending(SSL_get_wbio(ssl_)) > 0; }

Octets EapTunnel::take_output() {
  BIO* out = SSL_get_wbio(ssl_);
  Octets octets(BIO_ctrl_pending(out));
  if (octets.empty()) return octets;
  const int size = BIO_read(out, octets.data(), static_cast<int>(octets.size()));
  octets.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return octets;
}

bool EapTunnel::is_tls13() const noexcept { return SSL_version(ssl_) >= TLS1_3_VERSION; }

bool EapTunnel::export_keys(std::string_view label, std::optional<OctetView> context,
                            std::span<std::uint8_t> out) const {
  ERR_clear_error();
  const std::uint8_t none = 0;
  const std::uint8_t* data = context && !context->empty() ? context->data() : &none;
  const bool done =
      SSL_export_keying_material(ssl_, out.data(), out.size(), label.data(), label.size(), data,
                                 context ? context->size() : 0, context ? 1 : 0) == 1;
  ERR_clear_error();
  return done;
}

}  // namespace postern::outpost
