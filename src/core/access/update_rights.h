#pragma once
// UpdateRights: what somebody may change, as the Store has it at this moment, inside the
// transaction that makes the change. The superuser may everything; who holds a model permission may
// change objects of that model, but nothing by which it would gain more than it has: accounts and
// groups with power over the service are the superuser's. Thread: the transaction's.

#include <string>
#include <string_view>
#include <vector>

#include "core/ports/store.h"

namespace postern::core {

struct UpdateRights {
  UserId actor = 0;
  bool superuser = false;
  std::vector<std::string> permissions;

  bool may(std::string_view permission) const noexcept;
};

UpdateRights update_rights(Transaction& transaction, UserId actor);

// Whether membership makes a superuser, by the group itself or by one above it.
bool makes_superuser(Transaction& transaction, const Object& group);
// Whether the user is one, or holds a permission: only a superuser may touch the account.
bool is_powerful(Transaction& transaction, const Object& user);

}  // namespace postern::core
