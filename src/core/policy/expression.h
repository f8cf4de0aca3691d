#pragma once
// Expressions: Lua chunks that decide a policy. What they see follows authentik's names:
//
//   request.user            pk, username, name, email, type, path, uuid, is_active, is_superuser,
//                           attributes, groups (list of {name, pk, num_pk}); nil: nobody is known
//   request.http_request    method, path, host, user_agent, is_secure; nil over LDAP and RADIUS
//   request.context         what the flow has gathered, and auth_method, application (slug),
//                           protocol, pending_user_identifier, flow (slug)
//   request.context.event   of rules on events: action, app, client_ip, context, user
//   request.radius          also context.radius: nas_identifier, nas_ip_address, nas_port_type,
//                           nas_port_id, called_station_id, calling_station_id, ssid; nil
//                           elsewhere
//   request.time            unix, and year, month, day, hour, minute, second, weekday (1 = Monday)
//                           where the server is; nil where nobody waits for a login
//   request.geoip, request.asn   of the address, or nil; with a database alone
//   context, ak_client_ip, ak_protocol
//   ak_message(text)                        told to the person
//   ak_is_group_member(user, name)          also through nested groups; name, or {name = ...}
//   ak_user_has_authenticator(user [, type])   type: totp, static
//   ak_user_by{username|email|pk = ...}     the same fields as request.user, or nil
//   ak_ip_in(address, network [, ...])      CIDR
//   regex_match(text, pattern), regex_replace(text, pattern, with)   RE2
//
// The chunk passes when it returns something true. Everything is a copy: nothing can be changed.
// Thread-safe; blocks on the Store. Errors: PolicyAnswer::error.

#include <optional>
#include <string>
#include <string_view>

#include "core/policy/policy_case.h"
#include "core/ports/directory.h"
#include "core/ports/geo_ip.h"
#include "core/ports/store.h"
#include "core/time.h"

namespace postern::core {

struct ExpressionTools {
  Store& store;
  const Directory& directory;
  const GeoIp* geo = nullptr;  // null: no database
  WallMs now = 0;
};

PolicyAnswer run_expression(std::string_view code, const PolicyCase& facts,
                            const ExpressionTools& tools, std::chrono::milliseconds timeout);

// A property mapping: what it returns, as JSON. Beside the names above it has `user` and `globals`.
struct MappingAnswer {
  boost::json::value value;
  std::string error;  // "" = it went well
};
MappingAnswer run_mapping(std::string_view code, const PolicyCase& facts,
                          const boost::json::object& globals, const ExpressionTools& tools,
                          std::chrono::milliseconds timeout);

// Why the text is no expression, with its line; nothing when it is one.
std::optional<std::string> check_expression(std::string_view code);

}  // namespace postern::core
