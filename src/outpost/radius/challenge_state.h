#pragma once
// ChallengeState: what State carries between an Access-Challenge and the request that answers it:
// an open login, sealed (AES-GCM), good for kLifetime, for one client and one User-Name. No node
// keeps anything: any node with the same sealing key opens it. It is not single use by itself; the
// code that it asks for is. Source: RFC 2865 5.24, design.md 7 (RADIUS). Thread-safe.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/access/network.h"
#include "core/credentials/sealer.h"
#include "core/login.h"

namespace postern::outpost {

class ChallengeStates {
 public:
  static constexpr std::chrono::seconds kLifetime{120};

  // `sealer` has a key of its own (derived), so that no other sealed text passes for a State.
  explicit ChallengeStates(const core::Sealer& sealer) : sealer_(sealer) {}

  struct Bound {
    core::AddressOctets client{};
    std::string_view username;
  };

  std::string seal(const core::OpenLogin& open, const Bound& bound, core::WallMs now) const;
  // Nothing for what is foreign, altered, too old, or of another client or name.
  std::optional<core::OpenLogin> open(std::string_view state, const Bound& bound,
                                      core::WallMs now) const;

 private:
  const core::Sealer& sealer_;
};

}  // namespace postern::outpost
