#pragma once
// Permissions: what somebody who is no superuser may do: those of the user, and of the roles that
// the user has or a group that it is in, nested ones included; on all objects of a model or on
// single ones. Read at the first question of a request. Superusers may everything.
//
// Thread: one request's. Errors: StoreError.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "http/context.h"

namespace postern::http {

struct Permissions {
  struct Grant {
    std::string permission, model, object;
  };
  std::set<std::string, std::less<>> general;
  std::vector<Grant> grants;
};

const Permissions& permissions_of(const Context& context);

// On all objects of its model.
bool may(const Context& context, std::string_view permission);
// On this one; `object` is its pk as text.
bool may(const Context& context, std::string_view permission, std::string_view model,
         std::string_view object);
// Objects of the model on which there is a grant of its own.
std::vector<std::string> granted_objects(const Context& context, std::string_view permission,
                                         std::string_view model);

std::string pk_text(const core::Value& pk);
Response not_permitted();

}  // namespace postern::http
