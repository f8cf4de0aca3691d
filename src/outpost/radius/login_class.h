#pragma once
// LoginClass: the Class of our Access-Accepts: which login opened the session that a NAS then
// reports, sealed (AES-GCM), so that an anonymous or altered User-Name in accounting still leads to
// the user, and no NAS can claim another's login. Good on every node with the same sealing key.
// Source: RFC 2865 5.25. Thread-safe.

#include <optional>
#include <string>
#include <string_view>

#include "core/credentials/sealer.h"
#include "core/network/session.h"

namespace postern::outpost {

class LoginClass {
 public:
  // `sealer` has a key of its own (derived).
  explicit LoginClass(const core::Sealer& sealer) : sealer_(sealer) {}

  std::string seal(const core::LoginTie& login) const;
  // Nothing for a Class that is not ours.
  std::optional<core::LoginTie> open(std::string_view value) const;

 private:
  const core::Sealer& sealer_;
};

}  // namespace postern::outpost
