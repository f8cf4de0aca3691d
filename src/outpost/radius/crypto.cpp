#include "outpost/radius/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace postern::outpost {
namespace {

constexpr std::size_t kHashBlock = 64;  // of MD5, RFC 2104 2

void demand(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot compute MD5, which RADIUS is made of");
}

}  // namespace

void OpensslDigests::FreeDigest::operator()(evp_md_st* digest) const noexcept {
  EVP_MD_free(digest);
}
void OpensslDigests::FreeContext::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

OpensslDigests::OpensslDigests()
    : digest_(EVP_MD_fetch(nullptr, "MD5", nullptr)), context_(EVP_MD_CTX_new()) {
  demand(digest_ != nullptr && context_ != nullptr);
}

OpensslDigests::~OpensslDigests() = default;

void OpensslDigests::begin() {
  demand(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1);
}

void OpensslDigests::add(OctetView octets) {
  demand(EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1);
}

radius::Md5 OpensslDigests::end() {
  radius::Md5 out{};
  demand(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
  return out;
}

radius::Md5 OpensslDigests::md5(std::initializer_list<OctetView> parts) {
  begin();
  for (const OctetView part : parts) add(part);
  return end();
}

// RFC 2104 2: H(key ^ opad, H(key ^ ipad, text)).
radius::Md5 OpensslDigests::hmac_md5(OctetView key, std::initializer_list<OctetView> parts) {
  std::array<std::uint8_t, kHashBlock> inner{};
  if (key.size() > inner.size()) {
    const radius::Md5 shorter = md5({key});
    std::copy(shorter.begin(), shorter.end(), inner.begin());
  } else {
    std::copy(key.begin(), key.end(), inner.begin());
  }
  std::array<std::uint8_t, kHashBlock> outer = inner;
  for (std::uint8_t& octet : inner) octet ^= 0x36;
  for (std::uint8_t& octet : outer) octet ^= 0x5c;
  begin();
  add(inner);
  for (const OctetView part : parts) add(part);
  const radius::Md5 middle = end();
  const radius::Md5 mac = md5({outer, middle});
  OPENSSL_cleanse(inner.data(), inner.size());
  OPENSSL_cleanse(outer.data(), outer.size());
  return mac;
}

}  // namespace postern::outpost
