#include "bench/radius_client_codec.h"

#include <openssl/provider.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace postern::bench {
namespace {

constexpr std::size_t kHeader = 20, kMostValue = 253;

RadiusView octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void append(RadiusOctets& out, std::uint8_t type, RadiusView value) {
  out.push_back(type);
  out.push_back(static_cast<std::uint8_t>(value.size() + 2));
  out.insert(out.end(), value.begin(), value.end());
}

void append_microsoft(RadiusOctets& out, std::uint8_t type, RadiusView value) {
  RadiusOctets whole{0, 0, 1, 55, type, static_cast<std::uint8_t>(value.size() + 2)};
  whole.insert(whole.end(), value.begin(), value.end());
  append(out, 26, whole);
}

void set_length(RadiusOctets& out) {
  out[2] = static_cast<std::uint8_t>(out.size() >> 8);
  out[3] = static_cast<std::uint8_t>(out.size());
}

// MD4, SHA-1 and DES in a library context where the legacy provider is loaded.
struct Legacy {
  OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
  EVP_MD* md4 = nullptr;
  EVP_CIPHER* des = nullptr;

  Legacy() {
    OSSL_PROVIDER_load(context, "legacy");
    OSSL_PROVIDER_load(context, "default");
    md4 = EVP_MD_fetch(context, "MD4", nullptr);
    des = EVP_CIPHER_fetch(context, "DES-ECB", nullptr);
    if (md4 == nullptr || des == nullptr) throw std::runtime_error("no legacy provider");
  }
  static RadiusOctets digest(const EVP_MD* kind, RadiusView text) {
    RadiusOctets out(64);
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), out.data(), &size, kind, nullptr);
    out.resize(size);
    return out;
  }
  void encrypt(RadiusView key7, RadiusView block, std::uint8_t* out) const {
    std::uint64_t bits = 0;
    for (const std::uint8_t octet : key7) bits = bits << 8 | octet;
    std::array<std::uint8_t, 8> key{};
    for (std::size_t i = 0; i < 8; ++i) {
      key[i] = static_cast<std::uint8_t>((bits >> (49 - 7 * i) & 0x7f) << 1);
    }
    EVP_CIPHER_CTX* one = EVP_CIPHER_CTX_new();
    int size = 0;
    EVP_EncryptInit_ex2(one, des, key.data(), nullptr, nullptr);
    EVP_CIPHER_CTX_set_padding(one, 0);
    EVP_EncryptUpdate(one, out, &size, block.data(), 8);
    EVP_CIPHER_CTX_free(one);
  }
};

}  // namespace

RadiusCodec::RadiusCodec(std::string_view secret)
    : digest_(EVP_MD_fetch(nullptr, "MD5", nullptr)),
      context_(EVP_MD_CTX_new()),
      secret_(secret.begin(), secret.end()),
      state_(
          static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count())) {
  if (!digest_ || !context_) throw std::runtime_error("no MD5");
  if (secret_.size() > inner_.size()) throw std::runtime_error("a secret of more than 64 octets");
  std::copy(secret_.begin(), secret_.end(), inner_.begin());
  outer_ = inner_;
  for (std::uint8_t& octet : inner_) octet ^= 0x36;
  for (std::uint8_t& octet : outer_) octet ^= 0x5c;
}

RadiusCodec::Digest RadiusCodec::md5(std::initializer_list<RadiusView> parts) {
  Digest out{};
  EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr);
  for (const RadiusView part : parts) EVP_DigestUpdate(context_.get(), part.data(), part.size());
  EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
  return out;
}

RadiusCodec::Digest RadiusCodec::hmac(std::initializer_list<RadiusView> parts) {
  EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr);
  EVP_DigestUpdate(context_.get(), inner_.data(), inner_.size());
  for (const RadiusView part : parts) EVP_DigestUpdate(context_.get(), part.data(), part.size());
  Digest middle{};
  EVP_DigestFinal_ex(context_.get(), middle.data(), nullptr);
  return md5({outer_, middle});
}

// Header with a new Request Authenticator, room for the MAC, User-Name.
void RadiusCodec::begin(std::uint8_t identifier, const RadiusAccount& account, RadiusOctets& out) {
  out.assign(kHeader, 0);
  out[0] = 1;
  out[1] = identifier;
  for (std::size_t i = 4; i < kHeader; ++i) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    out[i] = static_cast<std::uint8_t>(state_ >> 56);
  }
  append(out, 80, std::array<std::uint8_t, 16>{});
  append(out, 1, octets_of(account.name));
}

void RadiusCodec::finish(RadiusOctets& out) {
  set_length(out);
  const Digest mac = hmac({out});
  std::copy(mac.begin(), mac.end(), out.begin() + kHeader + 2);
}

// RFC 2865 5.2.
void RadiusCodec::pap(std::uint8_t identifier, const RadiusAccount& account, RadiusOctets& out) {
  begin(identifier, account, out);
  RadiusOctets hidden(account.password.begin(), account.password.end());
  hidden.resize((std::max<std::size_t>(hidden.size(), 1) + 15) / 16 * 16);
  RadiusView last = RadiusView(out).subspan(4, 16);
  for (std::size_t at = 0; at < hidden.size(); at += 16) {
    const Digest pad = md5({secret_, last});
    for (std::size_t i = 0; i < 16; ++i) hidden[at + i] ^= pad[i];
    last = RadiusView(hidden).subspan(at, 16);
  }
  append(out, 2, hidden);
  finish(out);
}

void RadiusCodec::ms_chap2(std::uint8_t identifier, const RadiusAccount& account,
                           RadiusOctets& out) {
  begin(identifier, account, out);
  out.insert(out.end(), account.ms_chap2.begin(), account.ms_chap2.end());
  finish(out);
}

void RadiusCodec::prepare_ms_chap2(RadiusAccount& account) {
  static const Legacy legacy;
  RadiusOctets wide, text;
  for (const char c : account.password) {
    wide.push_back(static_cast<std::uint8_t>(c));
    wide.push_back(0);
  }
  RadiusOctets keys = Legacy::digest(legacy.md4, wide);
  keys.resize(21);
  std::array<std::uint8_t, 16> challenge{}, peer{};
  for (std::size_t i = 0; i < 16; ++i) {
    challenge[i] = static_cast<std::uint8_t>(i * 7 + account.name.size());
    peer[i] = static_cast<std::uint8_t>(i * 11 + account.password.size());
  }
  text.insert(text.end(), peer.begin(), peer.end());
  text.insert(text.end(), challenge.begin(), challenge.end());
  text.insert(text.end(), account.name.begin(), account.name.end());
  const RadiusOctets block = Legacy::digest(EVP_sha1(), text);
  RadiusOctets value{1, 0};
  value.insert(value.end(), peer.begin(), peer.end());
  value.resize(50);
  for (std::size_t i = 0; i < 3; ++i) {
    legacy.encrypt(RadiusView(keys).subspan(7 * i, 7), block, value.data() + 26 + 8 * i);
  }
  account.ms_chap2.clear();
  append_microsoft(account.ms_chap2, 11, challenge);
  append_microsoft(account.ms_chap2, 25, value);
}

// RFC 3579 3.1: in pieces of at most 253 octets.
void RadiusCodec::eap(std::uint8_t identifier, RadiusView packet, RadiusView state,
                      RadiusOctets& out) {
  static const RadiusAccount kNobody{"anonymous", "", {}};
  begin(identifier, kNobody, out);
  for (std::size_t at = 0; at < packet.size(); at += kMostValue) {
    append(out, 79, packet.subspan(at, std::min(kMostValue, packet.size() - at)));
  }
  if (!state.empty()) append(out, 24, state);
  finish(out);
}

bool RadiusCodec::accepted(RadiusView request, RadiusView answer) {
  return verified(request, answer) && answer[0] == 2;
}

bool RadiusCodec::verified(RadiusView request, RadiusView answer) {
  if (answer.size() < kHeader || answer[1] != request[1]) return false;
  if ((static_cast<std::size_t>(answer[2]) << 8 | answer[3]) != answer.size()) return false;
  const Digest right =
      md5({answer.first(4), request.subspan(4, 16), answer.subspan(kHeader), secret_});
  return std::equal(right.begin(), right.end(), answer.begin() + 4);
}

void RadiusCodec::accept(RadiusView request, RadiusOctets& out) {
  out.assign(kHeader, 0);
  out[0] = 2;
  out[1] = request[1];
  std::copy_n(request.begin() + 4, 16, out.begin() + 4);
  append(out, 80, std::array<std::uint8_t, 16>{});
  set_length(out);
  const Digest mac = hmac({out});
  std::copy(mac.begin(), mac.end(), out.begin() + kHeader + 2);
  const Digest authenticator = md5({out, secret_});
  std::copy(authenticator.begin(), authenticator.end(), out.begin() + 4);
}

}  // namespace postern::bench
