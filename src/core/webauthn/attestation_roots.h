#pragma once
// Certificates of authorities that vouch for models of keys (WebAuthn Level 3, 7.1 steps 23 and
// 24): whether the certificate that a key shows at its registration leads to one of them. A
// certificate of an intermediate authority, or of a model itself, may be given as well as a root.
//
// Immutable, thread-safe. Errors: from_pem names what is wrong in one sentence.

#include <memory>
#include <string_view>
#include <vector>

#include "core/outcome.h"

namespace postern::core {

class AttestationRoots {
 public:
  static constexpr std::size_t kLongestChain = 8;

  // One or more certificates; text between them is skipped.
  static Outcome<AttestationRoots> from_pem(std::string_view pem);
  AttestationRoots(AttestationRoots&&) noexcept;
  AttestationRoots& operator=(AttestationRoots&&) noexcept;
  ~AttestationRoots();

  std::size_t size() const noexcept;
  // `chain`: DER, that of the key first. False also for what is no certificate or not valid now.
  bool trace(const std::vector<std::string_view>& chain) const;

 private:
  struct Impl;
  explicit AttestationRoots(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace postern::core
