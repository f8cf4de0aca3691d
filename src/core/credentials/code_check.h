#pragma once
// CodeCheck: one-time codes of the pending user. peek() only looks: constant time over all of the
// user's devices, nothing is burnt or counted. check() reserves a guess in the Store, burns the
// code by compare-and-set, and refunds the guess; it comes after the password was right. A code
// that two attempts carry at the same moment is right for one of them.
//
// Thread-safe. check() with Blocking::no answers would_block: store when the code looks right, hash
// when a refusal (which costs a slow hash) is ahead. Errors: StoreError becomes unavailable.
// Source: design.md 2 idea 4, 7; reference rules 5.4 (6, 8), 5.5; RFC 6238 5.2, RFC 4226 7.3.

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/credentials/attempt.h"
#include "core/credentials/sealer.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"

namespace postern::core {

class LoginLeases;

struct CodeClasses {
  bool totp = true;
  bool static_codes = true;
};

struct CodeLimits {
  int per_window = 5;
  WallMs window_ms = 300'000;
  int per_day = 20;
};

// Whether the user owns a code device of these classes, also one with all codes used.
bool owns_code_device(const LoginRecord& record, CodeClasses classes) noexcept;

class CodeCheck {
 public:
  // `leases`: of attempts that may use one; without, each code is good once.
  CodeCheck(Store& store, const Sealer& sealer, const Clock& clock, CodeLimits limits = {},
            LoginLeases* leases = nullptr)
      : store_(store), sealer_(sealer), clock_(clock), limits_(limits), leases_(leases) {}

  bool peek(const LoginRecord& record, std::string_view code, CodeClasses classes) const;
  Check check(Attempt& attempt, std::string_view code, CodeClasses classes) const;
  // Whether a lease would stand for this code; nothing is renewed.
  bool leased(const Attempt& attempt, std::string_view code) const;
  // The attempt was granted by this code, which was right.
  void lease(const Attempt& attempt, std::string_view code) const;

 private:
  struct Match {
    const LoginRecord::Totp* totp = nullptr;
    std::int64_t step = 0;
    const LoginRecord::StaticCode* static_code = nullptr;
    bool any() const noexcept { return totp != nullptr || static_code != nullptr; }
  };

  Match match(const LoginRecord& record, std::string_view code, CodeClasses classes) const;
  bool reserve(const Uuid& device) const;
  bool reserve_all(const LoginRecord& record, CodeClasses classes) const;
  Check spend(const LoginRecord& record, const Match& found, CodeClasses classes) const;
  std::optional<std::int64_t> how_far_off(const LoginRecord& record, std::string_view code) const;

  Store& store_;
  const Sealer& sealer_;
  const Clock& clock_;
  const CodeLimits limits_;
  LoginLeases* leases_;
};

}  // namespace postern::core
