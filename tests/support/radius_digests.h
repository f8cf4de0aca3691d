#pragma once
// Digests of OpenSSL, one call each: what tests of the codec use.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "protocols/radius/digests.h"

namespace postern::test {

class PlainDigests final : public radius::Digests {
 public:
  radius::Md5 md5(std::initializer_list<OctetView> parts) override {
    const Octets all = joined(parts);
    radius::Md5 out{};
    unsigned size = 0;
    if (EVP_Digest(all.data(), all.size(), out.data(), &size, EVP_md5(), nullptr) != 1) {
      throw std::runtime_error("MD5");
    }
    return out;
  }
  radius::Md5 hmac_md5(OctetView key, std::initializer_list<OctetView> parts) override {
    const Octets all = joined(parts);
    radius::Md5 out{};
    unsigned size = 0;
    if (HMAC(EVP_md5(), key.data(), static_cast<int>(key.size()), all.data(), all.size(),
             out.data(), &size) == nullptr) {
      throw std::runtime_error("HMAC-MD5");
    }
    return out;
  }

 private:
  static Octets joined(std::initializer_list<OctetView> parts) {
    Octets all;
    for (const OctetView part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  }
};

}  // namespace postern::test
