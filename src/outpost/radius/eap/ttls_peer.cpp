#include "outpost/radius/eap/ttls_peer.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <new>
#include <utility>

#include "protocols/eap/avp.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {
namespace {

constexpr std::uint32_t kUserName = 1, kUserPassword = 2, kReplyMessage = 18;
constexpr std::size_t kRoom = 1000;  // octets of type data
constexpr std::size_t kLargestPlain = 16 * 1024;

core::Error trouble(std::string what) {
  return {core::Error::Kind::unavailable, {}, std::move(what)};
}

core::Error tls_trouble() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return trouble(std::string("TLS: ") + (reason != nullptr ? reason : "the handshake failed"));
}

bool trust(SSL_CTX* context, const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* one = bio == nullptr ? nullptr : PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  const bool done =
      one != nullptr && X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one) == 1;
  X509_free(one);
  ERR_clear_error();
  return done;
}

void append(Octets& out, std::uint32_t code, std::string_view text, bool pad) {
  Octets data(text.begin(), text.end());
  // RFC 5281 11.2.5: padded to hide its length.
  if (pad) data.resize((data.size() + 15) / 16 * 16, 0);
  eap::append_avp(out, {code, 0, true, data});
}

}  // namespace

TtlsPeer::TtlsPeer(TtlsWho who) : who_(std::move(who)), context_(SSL_CTX_new(TLS_client_method())) {
  if (context_ == nullptr) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  if (!who_.authority.empty()) {
    trusted_ = trust(context_, who_.authority);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  }
  ssl_ = SSL_new(context_);
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (ssl_ == nullptr || in == nullptr || out == nullptr) {
    BIO_free(in);
    BIO_free(out);
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    throw std::bad_alloc();
  }
  BIO_set_mem_eof_return(in, -1);
  BIO_set_mem_eof_return(out, -1);
  SSL_set_bio(ssl_, in, out);
  SSL_set_connect_state(ssl_);
}

TtlsPeer::~TtlsPeer() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

Octets TtlsPeer::identity() {
  return eap::encode_response(0, eap::type::identity, radius::as_octets("anonymous"));
}

core::Outcome<Octets> TtlsPeer::respond(OctetView request) {
  if (!trusted_) return trouble("the authority is not a certificate");
  const auto packet = eap::decode_packet(request);
  if (!packet || packet->code != eap::Code::request)
    return trouble("the answer holds no EAP request");
  if (packet->type == eap::type::identity) {
    return eap::encode_response(packet->identifier, eap::type::identity,
                                radius::as_octets("anonymous"));
  }
  if (packet->type != eap::type::ttls) {
    const std::uint8_t wanted = eap::type::ttls;
    return eap::encode_response(packet->identifier, eap::type::nak, OctetView(&wanted, 1));
  }
  auto data = take(*packet);
  if (!data) return data.error();
  return eap::encode_response(packet->identifier, eap::type::ttls, *data);
}

core::Outcome<Octets> TtlsPeer::take(const eap::Packet& request) {
  const auto frame = eap::decode_tls_frame(request.data);
  if (!frame) return trouble("an EAP-TTLS request without flags");
  if (!fragments_.done()) return fragments_.next(kRoom, 0);
  if (!frame->start) {
    const auto added = reassembly_.add(*frame);
    if (added == eap::Reassembly::Added::refused) return trouble("fragments that do not fit");
    if (added == eap::Reassembly::Added::more) return Octets{0};
  }
  const Octets message = reassembly_.take();
  if (!message.empty()) {
    BIO_write(SSL_get_rbio(ssl_), message.data(), static_cast<int>(message.size()));
  }
  if (auto problem = go_on()) return *std::move(problem);
  fragments_.load(next());
  return fragments_.next(kRoom, 0);
}

std::optional<core::Error> TtlsPeer::go_on() {
  ERR_clear_error();
  if (!SSL_is_init_finished(ssl_)) {
    const int done = SSL_do_handshake(ssl_);
    if (done != 1) {
      if (SSL_get_error(ssl_, done) == SSL_ERROR_WANT_READ) return std::nullopt;
      return tls_trouble();
    }
  }
  Octets plain(kLargestPlain);
  const int size = SSL_read(ssl_, plain.data(), static_cast<int>(plain.size()));
  if (size > 0) return hear(OctetView(plain).first(static_cast<std::size_t>(size)));
  if (SSL_get_error(ssl_, size) != SSL_ERROR_WANT_READ) return tls_trouble();
  if (std::exchange(spoken_, true)) return std::nullopt;
  Octets said;
  append(said, kUserName, who_.name, false);
  append(said, kUserPassword, who_.password.reveal(), true);
  say(said);
  return std::nullopt;
}

std::optional<core::Error> TtlsPeer::hear(OctetView plain) {
  const auto avps = eap::decode_avps(plain);
  if (!avps) return trouble("AVPs that cannot be read");
  for (const eap::Avp& one : *avps) {
    if (one.vendor == 0 && one.code == kReplyMessage) question_ = radius::as_text(one.data);
  }
  if (question_.empty()) return trouble("the server asks for what PAP does not know");
  if (who_.code.empty() || std::exchange(code_given_, true)) return trouble(question_);
  Octets said;
  append(said, kUserPassword, who_.code.reveal(), true);
  say(said);
  return std::nullopt;
}

void TtlsPeer::say(const Octets& plain) {
  SSL_write(ssl_, plain.data(), static_cast<int>(plain.size()));
}

// What TLS has to send.
Octets TtlsPeer::next() {
  BIO* out = SSL_get_wbio(ssl_);
  Octets octets(BIO_ctrl_pending(out));
  if (!octets.empty()) BIO_read(out, octets.data(), static_cast<int>(octets.size()));
  return octets;
}

std::string_view TtlsPeer::tls_version() const noexcept {
  return SSL_is_init_finished(ssl_) ? SSL_get_version(ssl_) : std::string_view();
}

}  // namespace postern::outpost
