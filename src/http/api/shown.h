#pragma once
// Values that several resources show: users and groups as parts of others, avatars, uids.
// Thread: one answer's.

#include "core/access/access_check.h"
#include "http/api/resource.h"

namespace postern::http {

core::Value show_nothing(Showing&, const core::Object&);
core::Value show_empty_list(Showing&, const core::Object&);

std::string uid_of(const Showing& showing, core::UserId user);
std::string avatar_of(std::string_view name);  // initials, as a data: URL

// The user that the object's `user` names; null when it is gone.
core::Value show_user(Showing& showing, const core::Object& object);
core::Value show_partial_user(Showing& showing, const core::Object& object);
core::Value show_partial_group(Showing& showing, const core::Value& pk);
core::Object partial_user(Showing& showing, const core::Object& user);

// The flows that a stage is bound to.
// The flow of that key, whole; null when there is none.
core::Value show_flow(Showing& showing, const core::Value& pk);
core::Value show_flow_set(Showing& showing, const core::Object& stage);

// The event of that number, whole; null when it is gone.
core::Value show_event(Showing& showing, const core::Value& number);

// Whether somebody may use an application now: with all its policies, over this very request.
core::Reason access_of(const Context& context, const core::LoginRecord& record,
                       const core::Application* application,
                       std::vector<std::string>* messages = nullptr);

// The resources by name, for those that show others.
extern const Resource kUserResource;
extern const Resource kGroupResource;
extern const Resource kTokenResource;
extern const Resource kApplicationResource;
extern const Resource kFlowResource;
extern const Resource kBindingResource;
extern const Resource kLdapProviderResource;
extern const Resource kRadiusProviderResource;

}  // namespace postern::http
