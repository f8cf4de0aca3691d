#include "core/webauthn/attestation_roots.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <utility>

namespace postern::core {
namespace {

struct Free {
  void operator()(X509* one) const noexcept { X509_free(one); }
  void operator()(X509_STORE* one) const noexcept { X509_STORE_free(one); }
  void operator()(X509_STORE_CTX* one) const noexcept { X509_STORE_CTX_free(one); }
  void operator()(STACK_OF(X509) * all) const noexcept { sk_X509_pop_free(all, X509_free); }
  void operator()(BIO* one) const noexcept { BIO_free(one); }
};
template <typename T>
using Held = std::unique_ptr<T, Free>;

Held<X509> read_der(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  Held<X509> out(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  const bool whole = at == reinterpret_cast<const unsigned char*>(der.data()) + der.size();
  return whole ? std::move(out) : nullptr;
}

bool leads_to(X509_STORE& roots, X509& leaf, STACK_OF(X509) & between) {
  const Held<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), &roots, &leaf, &between) != 1) return false;
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN);
  return X509_verify_cert(context.get()) == 1;
}

}  // namespace

struct AttestationRoots::Impl {
  Held<X509_STORE> store;
  std::size_t size = 0;
};

AttestationRoots::AttestationRoots(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AttestationRoots::AttestationRoots(AttestationRoots&&) noexcept = default;
AttestationRoots& AttestationRoots::operator=(AttestationRoots&&) noexcept = default;
AttestationRoots::~AttestationRoots() = default;

std::size_t AttestationRoots::size() const noexcept { return impl_->size; }

Outcome<AttestationRoots> AttestationRoots::from_pem(std::string_view pem) {
  auto impl = std::make_unique<Impl>();
  impl->store.reset(X509_STORE_new());
  const Held<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  bool kept = impl->store && bio;
  while (kept) {
    const Held<X509> root(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!root) break;
    kept = X509_STORE_add_cert(impl->store.get(), root.get()) == 1;
    ++impl->size;
  }
  const bool at_the_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!kept || !at_the_end) {
    return invalid_field("", "certificate " + std::to_string(impl->size + (kept ? 1 : 0)) +
                                 " cannot be read; allowed: certificates in PEM");
  }
  if (impl->size == 0)
    return invalid_field("", "no certificate in it; allowed: certificates in PEM");
  return AttestationRoots(std::move(impl));
}

bool AttestationRoots::trace(const std::vector<std::string_view>& chain) const {
  if (chain.empty() || chain.size() > kLongestChain) return false;
  const Held<STACK_OF(X509)> between(sk_X509_new_null());
  const Held<X509> leaf = read_der(chain.front());
  bool read = leaf && between;
  for (std::size_t i = 1; read && i < chain.size(); ++i) {
    Held<X509> one = read_der(chain[i]);
    read = one && sk_X509_push(between.get(), one.get()) > 0;
    if (read) static_cast<void>(one.release());
  }
  const bool found = read && leads_to(*impl_->store, *leaf, *between);
  ERR_clear_error();
  return found;
}

}  // namespace postern::core
