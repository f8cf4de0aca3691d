#pragma once
// Identity: who a connection is. Anonymous until a bind is granted, again from the moment a Bind is
// received, and as soon as the grant no longer holds.
//
// A grant lives with its user: holds() compares one atomic epoch per operation, and asks the core
// only when it has moved. Thread: the session's loop. Sources: RFC 4513 section 4; design.md 7
// (Grants).

#include <cstdint>

#include "core/login.h"
#include "core/ports/clock.h"

namespace postern::outpost {

class Identity {
 public:
  // `epoch` is the security epoch from before the login, so that a change during it is noticed.
  void assume(core::Grant grant, std::uint64_t epoch);
  void drop() noexcept;

  // The grant if it holds now; nullptr = anonymous.
  const core::Grant* current(const core::Login& login, const core::Clock& clock);
  // As of the last look; for limits, not for access.
  bool bound() const noexcept { return bound_; }
  bool held() const noexcept { return bound_ && grant_.password.must_change; }

 private:
  core::Grant grant_;
  std::uint64_t epoch_ = 0;
  bool bound_ = false;
};

}  // namespace postern::outpost
