#pragma once
// The parts of the API, each adding its routes. Called once, before the router is used.

#include "http/api/resource.h"
#include "http/router.h"

namespace postern::http {

// List, create, read, update, delete and used_by, as the resource says.
void add_resource(Router& router, const Resource& resource);

// What refers to the object that the path names, or to that one.
Response list_users_of(Context& context, const Resource& resource);
Response used_by(const Context& context, const core::Model& target, const core::Value& pk);

// All of /api/v3 but the executor.
void add_api(Router& router);

void add_users(Router& router);
void add_recovery(Router& router);
void add_groups(Router& router);
void add_tokens(Router& router);
void add_applications(Router& router);
void add_providers(Router& router);
void add_flows(Router& router);
void add_stages(Router& router);
void add_key_models(Router& router);
void add_policies(Router& router);
void add_policy_tests(Router& router);
void add_sessions(Router& router);
void add_devices(Router& router);
void add_events(Router& router);
void add_notifications(Router& router);
void add_mappings(Router& router);
void add_system(Router& router);
void add_own(Router& router);
void add_own_logins(Router& router);
void add_roles(Router& router);
void add_certificates(Router& router);
void add_outposts(Router& router);
void add_impersonation(Router& router);
void add_explain(Router& router);
void add_transactional(Router& router);
void add_blueprints(Router& router);
void add_schema(Router& router);  // of all that is there when it is asked

}  // namespace postern::http
