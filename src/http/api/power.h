#pragma once
// Power: what somebody with permissions, but no superuser, may not touch all the same, since it
// would lend more than it has: superusers and holders of permissions or roles, groups that make
// them, and the fields by which one becomes one. Thread: one request's.

#include "http/context.h"

namespace postern::http {

bool has_power(const Context& context, const core::Object& user);
// Whether this caller may set or recover the user's password: not that of somebody with more power.
bool may_reset(const Context& context, const core::Object& user);
// Whether membership lends something: superuser by itself or a parent, or a role.
bool lends_power(const Context& context, const core::Value& group);

std::optional<Response> guard_user(const Context& context, const core::Object* attrs,
                                   const core::Object* stored);
std::optional<Response> guard_group(const Context& context, const core::Object* attrs,
                                    const core::Object* stored);

// Roles that a user ("users") or a group ("groups") has of its own.
std::vector<core::Object> roles_with(const Context& context, std::string_view side,
                                     const core::Value& pk);
// Takes `roles` out of attrs, to be written along; a Response when it is no list of roles.
std::optional<Response> take_roles(Context& context, core::Object& attrs);
void write_taken_roles(const Context& context, core::Transaction& transaction,
                       std::string_view side, const core::Value& pk);
// What the API shows of them.
core::Value role_keys(const std::vector<core::Object>& roles);
core::Value role_objects(const std::vector<core::Object>& roles);

}  // namespace postern::http
