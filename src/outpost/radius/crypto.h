#pragma once
// OpensslDigests: the Digests of the RADIUS codec over OpenSSL, with contexts that are made once,
// since RADIUS digests a few hundred octets at a time. One thread at a time. Errors:
// std::runtime_error when OpenSSL offers no MD5 (a FIPS-only installation) or runs out of memory.

#include <memory>

#include "protocols/radius/digests.h"

struct evp_md_st;
struct evp_md_ctx_st;

namespace postern::outpost {

class OpensslDigests final : public radius::Digests {
 public:
  OpensslDigests();
  ~OpensslDigests() override;

  radius::Md5 md5(std::initializer_list<OctetView> parts) override;
  radius::Md5 hmac_md5(OctetView key, std::initializer_list<OctetView> parts) override;

 private:
  void begin();
  void add(OctetView octets);
  radius::Md5 end();

  struct FreeDigest {
    void operator()(evp_md_st* digest) const noexcept;
  };
  struct FreeContext {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_st, FreeDigest> digest_;
  std::unique_ptr<evp_md_ctx_st, FreeContext> context_;
};

}  // namespace postern::outpost
