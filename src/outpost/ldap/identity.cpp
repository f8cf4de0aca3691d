#include "outpost/ldap/identity.h"

#include <utility>

namespace postern::outpost {

void Identity::assume(core::Grant grant, std::uint64_t epoch) {
  grant_ = std::move(grant);
  epoch_ = epoch;
  bound_ = grant_.user > 0;
}

void Identity::drop() noexcept {
  bound_ = false;
  grant_ = core::Grant{};
}

const core::Grant* Identity::current(const core::Login& login, const core::Clock& clock) {
  if (!bound_) return nullptr;
  const std::uint64_t epoch = login.security_epoch();
  if (epoch != epoch_) {
    if (!login.still_holds(grant_)) {
      drop();
      return nullptr;
    }
    epoch_ = epoch;
  }
  if (grant_.expires != 0 && clock.wall() >= grant_.expires) {
    drop();
    return nullptr;
  }
  return &grant_;
}

}  // namespace postern::outpost
