#include "sessions/eap_supplicant.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "protocols/eap/avp.h"
#include "protocols/eap/peap.h"
#include "protocols/radius/packet.h"

namespace postern::test {
namespace {

constexpr std::uint32_t kUserName = 1, kUserPassword = 2, kReplyMessage = 18, kEapMessage = 79;

void demand(bool done) {
  if (!done) throw std::runtime_error("the supplicant cannot be set up");
}

BIO* reader_of(const std::string& pem) {
  return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
}

X509* certificate_of(const std::string& pem) {
  BIO* bio = reader_of(pem);
  X509* one = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  demand(one != nullptr);
  return one;
}

void use_client(SSL_CTX* context, const EapWish& wish) {
  X509* one = certificate_of(wish.certificate);
  BIO* bio = reader_of(wish.key);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  demand(SSL_CTX_use_certificate(context, one) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1);
  EVP_PKEY_free(key);
  BIO_free(bio);
  X509_free(one);
}

Octets avp(std::uint32_t code, OctetView data) {
  Octets out;
  eap::append_avp(out, {code, 0, true, data});
  return out;
}

Octets padded(std::string_view text) {
  Octets out(text.begin(), text.end());
  out.resize((out.size() + 15) / 16 * 16, 0);
  return out;
}

Octets octets_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

EapSupplicant::EapSupplicant(EapWish wish) : wish_(std::move(wish)) {
  context_ = SSL_CTX_new(TLS_client_method());
  demand(context_ != nullptr);
  const int version = wish_.tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_set_min_proto_version(context_, version);
  SSL_CTX_set_max_proto_version(context_, version);
  X509* authority = certificate_of(wish_.ca);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), authority);
  X509_free(authority);
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  if (!wish_.certificate.empty()) use_client(context_, wish_);
  ssl_ = SSL_new(context_);
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in, -1);
  BIO_set_mem_eof_return(out, -1);
  SSL_set_bio(ssl_, in, out);
  SSL_set_connect_state(ssl_);
}

EapSupplicant::~EapSupplicant() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

Octets EapSupplicant::respond(OctetView request) {
  const auto packet = eap::decode_packet(request);
  demand(packet.ok() && packet->code == eap::Code::request);
  ++rounds_;
  if (packet->type == eap::type::identity) {
    return eap::encode_response(packet->identifier, eap::type::identity, octets_of(wish_.outer));
  }
  if (packet->type != wish_.method) {
    return eap::encode_response(packet->identifier, eap::type::nak, Octets{wish_.method});
  }
  return eap::encode_response(packet->identifier, wish_.method, take(*packet));
}

Octets EapSupplicant::take(const eap::Packet& request) {
  const auto frame = eap::decode_tls_frame(request.data);
  demand(frame.ok());
  if (!fragments_.done()) return fragments_.next(wish_.fragment, 0);
  if (!frame->start && reassembly_.add(*frame) == eap::Reassembly::Added::more) return {0};
  const Octets message = reassembly_.take();
  if (!message.empty()) {
    BIO_write(SSL_get_rbio(ssl_), message.data(), static_cast<int>(message.size()));
  }
  go_on();
  BIO* out = SSL_get_wbio(ssl_);
  Octets octets(BIO_ctrl_pending(out));
  if (!octets.empty()) BIO_read(out, octets.data(), static_cast<int>(octets.size()));
  fragments_.load(std::move(octets));
  return fragments_.next(wish_.fragment, 0);
}

void EapSupplicant::go_on() {
  ERR_clear_error();
  if (!established_) established_ = SSL_do_handshake(ssl_) == 1;
  if (!established_) return;
  Octets plain(65536);
  ERR_clear_error();
  const int size = SSL_read(ssl_, plain.data(), static_cast<int>(plain.size()));
  if (size > 0) return hear(OctetView(plain).first(static_cast<std::size_t>(size)));
  if (!std::exchange(spoken_, true)) speak();
}

// In EAP-TTLS the client begins.
void EapSupplicant::speak() {
  if (wish_.method != eap::type::ttls) return;
  if (!wish_.says.empty()) return write(wish_.says);
  if (wish_.inner_eap) {
    write(avp(kEapMessage, eap::encode_response(0, eap::type::identity, octets_of(wish_.user))));
    return;
  }
  Octets plain = avp(kUserName, octets_of(wish_.user));
  const Octets password = avp(kUserPassword, padded(next_secret()));
  plain.insert(plain.end(), password.begin(), password.end());
  write(plain);
}

void EapSupplicant::hear(OctetView plain) {
  if (wish_.method == eap::type::ttls) return hear_ttls(plain);
  if (wish_.method == eap::type::peap) return hear_peap(plain);
  told_success_ = plain.size() == 1 && plain[0] == 0;
}

void EapSupplicant::hear_ttls(OctetView plain) {
  const auto avps = eap::decode_avps(plain);
  demand(avps.ok() && !avps->empty());
  const eap::Avp& first = avps->front();
  if (first.code == kReplyMessage) {
    ++prompts_;
    return write(avp(kUserPassword, padded(next_secret())));
  }
  demand(first.code == kEapMessage);
  const auto request = eap::decode_packet(first.data);
  demand(request.ok());
  const Octets data = answer_inner(*request);
  write(avp(kEapMessage,
            eap::encode_response(request->identifier, data[0], OctetView(data).subspan(1))));
}

void EapSupplicant::hear_peap(OctetView plain) {
  if (plain.size() > 5 && plain[4] == eap::type::extensions) {
    const auto request = eap::decode_packet(plain);
    demand(request.ok());
    told_success_ = eap::peap_result(*request) == true;
    return write(eap::encode_peap_result(eap::Code::response, request->identifier, told_success_));
  }
  write(answer_inner({eap::Code::request, 0, plain[0], plain.subspan(1)}));
}

// Type and type data.
Octets EapSupplicant::answer_inner(const eap::Packet& request) {
  if (request.type == eap::type::identity) {
    Octets out{eap::type::identity};
    out.insert(out.end(), wish_.user.begin(), wish_.user.end());
    return out;
  }
  if (request.type != eap::type::gtc) return {eap::type::nak, eap::type::gtc};
  ++prompts_;
  const std::string text = next_secret();
  Octets out{eap::type::gtc};
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

// The password, then the code.
std::string EapSupplicant::next_secret() {
  return std::exchange(wish_.password, wish_.code.empty() ? std::string("none") : wish_.code);
}

void EapSupplicant::write(const Octets& plain) {
  demand(SSL_write(ssl_, plain.data(), static_cast<int>(plain.size())) > 0);
}

std::string EapSupplicant::msk() const {
  if (!established_) return {};
  std::array<unsigned char, 128> material{};
  std::string label = "client EAP encryption";
  if (wish_.method == eap::type::ttls) label = "ttls keying material";
  const unsigned char type = wish_.method;
  if (wish_.tls13) label = "EXPORTER_EAP_TLS_Key_Material";
  demand(SSL_export_keying_material(ssl_, material.data(), material.size(), label.data(),
                                    label.size(), wish_.tls13 ? &type : nullptr,
                                    wish_.tls13 ? 1 : 0, wish_.tls13 ? 1 : 0) == 1);
  return {material.begin(), material.begin() + 64};
}

}  // namespace postern::test
