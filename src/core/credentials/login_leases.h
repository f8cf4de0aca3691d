#pragma once
// LoginLeases: for applications that bind again and again with the same `password;code`. Where a
// provider allows it, a login whose code was right leaves a lease: the same user may come again
// with the same code from the same address to the same service, as long as it keeps coming (idle)
// and not for ever (most). The password is verified each time. A lease dies with the user's
// credential generation, by revocation and with this object; it never stands in for a code where
// none was right. Codes are kept as an HMAC-SHA256 under a key of this object.
//
// Bounded: kMostOfUser leases of one user, the least recently used makes room; kMost in all, then
// no new one is made. Thread-safe. Source: reference, user-pain 3.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/credentials/digest.h"
#include "core/credentials/lease_terms.h"
#include "core/ids.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"

namespace postern::core {

struct LoginLease {
  std::int64_t id = 0;
  UserId user = 0;
  ProviderId service = 0;
  std::uint64_t generation = 0;
  std::string client;
  WallMs made = 0, used = 0, expires = 0;  // expires: if it is not used before
};

class LoginLeases {
 public:
  static constexpr std::size_t kMost = 20'000;
  static constexpr std::size_t kMostOfUser = 16;

  struct Claim {
    UserId user = 0;
    ProviderId service = 0;
    std::uint64_t generation = 0;
    std::string_view client, code;
  };

  LoginLeases(const Clock& clock, Random& random);

  bool holds(const Claim& claim) const;
  // True: there is one, and its idle time begins anew.
  bool renew(const Claim& claim);
  void grant(const Claim& claim, const LeaseTerms& terms);

  std::vector<LoginLease> of(UserId user) const;  // the newest first
  // False: the user has no such lease.
  bool end(UserId user, std::int64_t id);

 private:
  struct Row {
    LoginLease shown;
    Sha256 digest{};
    std::chrono::milliseconds idle{0};
    Instant used{}, over{};
  };
  using Rows = std::vector<Row>;

  Sha256 digest_of(const Claim& claim) const;
  static bool live(const Row& row, Instant now) noexcept;
  Row* find(const Claim& claim) const;
  void make_room(Rows& rows, Instant now);
  void sweep(Instant now);

  const Clock& clock_;
  mutable std::mutex mutex_;
  mutable KeyedHmac hmac_;
  mutable std::unordered_map<UserId, Rows> rows_;
  std::size_t count_ = 0;
  std::int64_t last_id_ = 0;
};

}  // namespace postern::core
