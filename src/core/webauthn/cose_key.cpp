#include "core/webauthn/cose_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <string>

namespace postern::core {
namespace {

constexpr std::int64_t kType = 1, kAlgorithm = 3;
constexpr std::int64_t kOkp = 1, kEc2 = 2, kRsa = 3;
constexpr std::size_t kCoordinate = 32;

struct FreeContext {
  void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  void operator()(OSSL_PARAM_BLD* builder) const noexcept { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* params) const noexcept { OSSL_PARAM_free(params); }
  void operator()(BIGNUM* number) const noexcept { BN_free(number); }
};
template <typename T>
using Owned = std::unique_ptr<T, FreeContext>;

const unsigned char* octets(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_number(const Cbor& map, std::int64_t label, std::int64_t value) noexcept {
  const Cbor* found = map.find(label);
  return found != nullptr && found->kind == Cbor::Kind::integer && found->number == value;
}

std::string_view bytes(const Cbor& map, std::int64_t label) noexcept {
  const Cbor* found = map.find(label);
  return found != nullptr && found->kind == Cbor::Kind::bytes ? found->octets : std::string_view();
}

PkeyPtr from_params(const char* type, OSSL_PARAM* params) {
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) <= 0) {
    return nullptr;
  }
  PkeyPtr owned(key);
  const Owned<EVP_PKEY_CTX> check(EVP_PKEY_CTX_new_from_pkey(nullptr, owned.get(), nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
  return owned;
}

PkeyPtr p256(const Cbor& map) {
  const std::string_view x = bytes(map, -2), y = bytes(map, -3);
  if (!is_number(map, -1, 1) || x.size() != kCoordinate || y.size() != kCoordinate) return nullptr;
  std::string point = "\x04" + std::string(x) + std::string(y);
  std::string group = "prime256v1";
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return from_params("EC", params);
}

PkeyPtr ed25519(const Cbor& map) {
  const std::string_view x = bytes(map, -2);
  if (!is_number(map, -1, 6) || x.size() != kCoordinate) return nullptr;
  return PkeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()));
}

PkeyPtr rsa(const Cbor& map) {
  const std::string_view modulus = bytes(map, -1), exponent = bytes(map, -2);
  if (modulus.size() < 256 || modulus.size() > 512 || exponent.empty() || exponent.size() > 8) {
    return nullptr;
  }
  const Owned<BIGNUM> n(BN_bin2bn(octets(modulus), static_cast<int>(modulus.size()), nullptr));
  const Owned<BIGNUM> e(BN_bin2bn(octets(exponent), static_cast<int>(exponent.size()), nullptr));
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || BN_num_bits(n.get()) < 2048 || !BN_is_odd(e.get()) ||
      BN_is_one(e.get()) ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  const Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(builder.get()));
  return params ? from_params("RSA", params.get()) : nullptr;
}

}  // namespace

void FreePkey::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

std::optional<CoseKey> read_cose_key(const Cbor& map) {
  CoseKey out;
  if (is_number(map, kType, kEc2) && is_number(map, kAlgorithm, kEs256)) {
    out = {kEs256, p256(map)};
  } else if (is_number(map, kType, kOkp) && is_number(map, kAlgorithm, kEdDsa)) {
    out = {kEdDsa, ed25519(map)};
  } else if (is_number(map, kType, kRsa) && is_number(map, kAlgorithm, kRs256)) {
    out = {kRs256, rsa(map)};
  }
  ERR_clear_error();
  if (out.key == nullptr) return std::nullopt;
  return out;
}

bool verify_signature(int algorithm, evp_pkey_st& key, std::string_view data,
                      std::string_view signature) {
  const int wanted = algorithm == kEs256   ? EVP_PKEY_EC
                     : algorithm == kRs256 ? EVP_PKEY_RSA
                                           : EVP_PKEY_ED25519;
  if (EVP_PKEY_get_base_id(&key) != wanted) return false;
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const EVP_MD* digest = algorithm == kEdDsa ? nullptr : EVP_sha256();
  const bool right = context &&
                     EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, &key) == 1 &&
                     EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                                      octets(data), data.size()) == 1;
  ERR_clear_error();
  return right;
}

}  // namespace postern::core
