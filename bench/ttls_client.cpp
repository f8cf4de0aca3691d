#include "bench/ttls_client.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace postern::bench {
namespace {

constexpr std::uint8_t kResponse = 2, kIdentity = 1, kNak = 3, kTtls = 21;
constexpr std::uint8_t kLengthIncluded = 0x80, kMoreFragments = 0x40;
constexpr std::size_t kFragment = 1000;

RadiusOctets packet(std::uint8_t identifier, std::uint8_t type, RadiusView data) {
  const std::size_t size = data.size() + 5;
  RadiusOctets out{kResponse, identifier, static_cast<std::uint8_t>(size >> 8),
                   static_cast<std::uint8_t>(size), type};
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

// RFC 5281 10.1, mandatory, padded to a multiple of four.
void add_avp(RadiusOctets& out, std::uint8_t code, std::string_view text, std::size_t padded) {
  const std::size_t length = 8 + std::max(text.size(), padded);
  const std::array<std::uint8_t, 8> head{0,
                                         0,
                                         0,
                                         code,
                                         0x40,
                                         0,
                                         static_cast<std::uint8_t>(length >> 8),
                                         static_cast<std::uint8_t>(length)};
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), text.begin(), text.end());
  out.resize(out.size() + length - 8 - text.size(), 0);
  out.resize((out.size() + 3) / 4 * 4, 0);
}

}  // namespace

TtlsContext::TtlsContext(bool tls13) : context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) throw std::runtime_error("no TLS");
  const int version = tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_set_min_proto_version(context_.get(), version);
  SSL_CTX_set_max_proto_version(context_.get(), version);
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
}

RadiusOctets TtlsClient::begin(const RadiusAccount& account) {
  account_ = &account;
  ssl_.reset(SSL_new(context_.get()));
  if (!ssl_) throw std::runtime_error("no TLS connection");
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
  SSL_set_connect_state(ssl_.get());
  message_.clear();
  unsent_.clear();
  failed_ = shown_ = false;
  constexpr std::string_view kName = "anonymous";
  return packet(0, kIdentity, RadiusOctets(kName.begin(), kName.end()));
}

std::optional<RadiusOctets> TtlsClient::respond(RadiusView request) {
  if (request.size() < 6 || request[0] != 1) return std::nullopt;
  const std::uint8_t identifier = request[1];
  if (request[4] != kTtls) return packet(identifier, kNak, std::array<std::uint8_t, 1>{kTtls});
  const std::uint8_t flags = request[5];
  const std::size_t at = (flags & kLengthIncluded) != 0 ? 10 : 6;
  if (request.size() < at) return std::nullopt;
  if (!unsent_.empty()) return fragment(identifier);
  message_.insert(message_.end(), request.begin() + static_cast<std::ptrdiff_t>(at), request.end());
  if ((flags & kMoreFragments) != 0) {
    return packet(identifier, kTtls, std::array<std::uint8_t, 1>{0});
  }
  if (!message_.empty()) {
    BIO_write(SSL_get_rbio(ssl_.get()), message_.data(), static_cast<int>(message_.size()));
  }
  message_.clear();
  go_on();
  if (failed_) return std::nullopt;
  unsent_ = said_by_tls();
  return fragment(identifier);
}

void TtlsClient::go_on() {
  if (!SSL_is_init_finished(ssl_.get())) {
    const int done = SSL_do_handshake(ssl_.get());
    if (done != 1) {
      failed_ = SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ;
      return;
    }
  }
  if (shown_) return;
  shown_ = true;
  RadiusOctets said;
  add_avp(said, 1, account_->name, 0);
  add_avp(said, 2, account_->password, (account_->password.size() + 15) / 16 * 16);
  failed_ = SSL_write(ssl_.get(), said.data(), static_cast<int>(said.size())) <= 0;
}

RadiusOctets TtlsClient::said_by_tls() {
  BIO* out = SSL_get_wbio(ssl_.get());
  RadiusOctets octets(BIO_ctrl_pending(out));
  if (!octets.empty()) BIO_read(out, octets.data(), static_cast<int>(octets.size()));
  return octets;
}

RadiusOctets TtlsClient::fragment(std::uint8_t identifier) {
  const std::size_t size = std::min(unsent_.size(), kFragment);
  RadiusOctets data{size < unsent_.size() ? kMoreFragments : std::uint8_t{0}};
  data.insert(data.end(), unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(size));
  unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(size));
  return packet(identifier, kTtls, data);
}

}  // namespace postern::bench
