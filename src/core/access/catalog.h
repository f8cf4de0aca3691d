#pragma once
// Catalog: the whole configuration (flows, stages, bindings, applications, providers, grants),
// compiled from stored objects into one immutable snapshot. Built off the loop by
// compile_catalog(); readers hold a shared_ptr for one operation.
//
// A broken reference never opens a door: a binding whose policy, group or user is missing does not
// pass; a flow whose stage is missing denies. `problems` names each, for the log and `postern
// check`.

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/access/eap_settings.h"
#include "core/access/network.h"
#include "core/access/radsec_settings.h"
#include "core/access/reply_rules.h"
#include "core/access/search_rules.h"
#include "core/credentials/lease_terms.h"
#include "core/ids.h"
#include "core/model/projection.h"
#include "core/policy/policy.h"
#include "core/time.h"

namespace postern::core {

enum class EngineMode : std::uint8_t { any, all };

struct Binding {  // PolicyBinding
  enum class Subject : std::uint8_t { user, group, policy, broken } subject = Subject::broken;
  UserId user = 0;
  GroupNumber group = 0;
  std::string policy;                  // pk
  std::shared_ptr<const Policy> rule;  // subject policy
  int order = 0;
  bool enabled = true;
  bool negate = false;
  bool failure_result = false;
  std::chrono::milliseconds timeout{30'000};  // of a dynamic policy
};

struct Bindings {
  EngineMode mode = EngineMode::any;
  std::vector<Binding> list;  // by order
  bool all_static = true;     // may run on a loop
};

enum class StageKind : std::uint8_t {
  identification,
  password,
  authenticator_validate,
  user_login,
  user_logout,
  deny,
  prompt,
  user_write,
  authenticator_totp,
  authenticator_static,
  authenticator_webauthn,
  authenticator_email,
  authenticator_sms,
  authenticator_duo,
  email,
  invitation,
  consent,
  captcha,
  redirect,
  user_delete,
  unsupported,
};

constexpr bool sets_up_device(StageKind kind) noexcept {
  return kind >= StageKind::authenticator_totp && kind <= StageKind::authenticator_duo;
}

struct PromptField {
  std::string key, type;  // "password", "text", ...
  bool required = true;
  std::int64_t order = 0;
  std::string label, placeholder, initial_value, sub_text;  // for whoever shows the form
  std::vector<std::string> choices;  // of a dropdown or radio buttons; empty = anything
};

struct Stage {
  std::string pk, name;
  StageKind kind = StageKind::unsupported;
  // identification
  bool by_username = true, by_email = false, by_upn = false;
  bool pretend_user_exists = true;
  std::string password_stage;                      // pk of the embedded password stage, "" = none
  std::shared_ptr<const Stage> embedded_password;  // the stage itself; null when there is none
  // password
  bool inbuilt_backend = true, token_backend = true;
  int failed_attempts_before_cancel = 5;
  std::string configure_flow;  // pk of the flow that changes passwords, "" = the default one
  // authenticator_validate
  bool accepts_static = false, accepts_totp = false;
  std::uint8_t accepts_others = 0;                          // bits of DeviceClass
  std::vector<std::string> configuration_stages;            // pks
  std::vector<std::shared_ptr<const Stage>> configuration;  // those stages
  enum class NotConfigured : std::uint8_t {
    skip,
    deny,
    configure
  } not_configured = NotConfigured::skip;
  std::int64_t last_auth_threshold_ms = 0;  // so long a browser is not asked again; 0 = always
  // deny
  std::string deny_message;
  // user_login
  std::int64_t session_duration_ms = 0;
  // prompt
  std::vector<PromptField> prompts;  // by order
  std::vector<std::shared_ptr<const Policy>> validation;
  // What else the stage says of itself, as stored: read when it is due, by stages of people's
  // flows.
  std::shared_ptr<const boost::json::object> row;
  std::string model;
  std::shared_ptr<const Stage> embedded_captcha;
};

struct FlowStep {
  std::shared_ptr<const Stage> stage;
  int order = 0;
  Bindings bindings;
  bool evaluate_on_plan = false;
  bool re_evaluate_policies = true;
};

struct Flow {
  std::string pk, slug, title, designation, authentication;
  std::string denied_action, layout, background;
  Bindings bindings;
  std::vector<FlowStep> steps;  // by order
  bool broken = false;          // a stage is missing: denies
  bool all_static = true;
  PasswordAge password_age;  // of logins through this flow
};

struct Application {
  std::string pk, slug, name;
  Bindings bindings;
};

enum class InlineCode : std::uint8_t { off, optional, required };
// What may be changed over LDAP: nothing, one's own password and attributes, or all that rights
// allow.
enum class LdapWrites : std::uint8_t { off, self, on };

// How the DNs of a provider's users look, which its profile says: <user_rdn>=NAME,<users>,<base
// DN>.
struct DnShape {
  std::string user_rdn = "cn";
  bool uid_too = true;             // a bind may also say uid=NAME
  std::string users = "ou=users";  // RDN of their container, in normal form
  bool plain_names = false;        // a bind may also say NAME@domain or DOMAIN\NAME
  bool operator==(const DnShape&) const = default;
};

// What a login needs to know of the provider that it came through.
struct Provider {
  ProviderId pk = 0;
  std::string name;
  std::shared_ptr<const Flow> authentication_flow;  // authorization_flow of the API = login flow
  bool flow_missing = false;                        // named but not there: every login is denied
  std::shared_ptr<const Application> application;   // null = nobody gets in
  InlineCode inline_code = InlineCode::optional;
  std::string separator = ";";
  LeaseTerms lease;  // attributes.postern.login_lease; none = each code is good once
};

// Short names that a bind may come with beside the DN.
struct BindNames {
  bool username = false, email = false, upn = false, uuid = false;
  bool any_short() const noexcept { return username || email || upn || uuid; }
};

struct LdapProvider : Provider {
  std::string base_dn;
  std::int64_t uid_start = 2000, gid_start = 4000;
  // attributes.postern.member_of: direct | nested; nothing = as the profile says
  std::optional<bool> member_of_nested;
  std::string profile = "generic";
  std::optional<DnShape> names =
      DnShape{};  // nothing = there is no such profile: no tree, no binds
  std::string tls_server_name;
  std::string certificate;          // pk of its certificate and key; "" = the server's own
  BindNames bind_names;             // attributes.postern.bind_names
  std::vector<UserId> search_full;  // object-level grants and those of roles, ascending
  std::vector<GroupNumber> search_full_groups;  // whose members a role grants it, ascending
  SearchRules search;                           // who sees what, for all others
  // attributes.postern of updates and password changes
  LdapWrites writes = LdapWrites::self;
  std::vector<std::string> self_write;  // attributes that everybody may change of itself
  bool password_without_old = false;    // a bound user need not repeat the old password
  bool must_change_after_reset = false;
  bool reveal_lock = false;       // say accountLocked where the policy control asks
  bool netscape_controls = true;  // password expired / expiring, unasked
};

// How a user who owns a code device gives the code over RADIUS.
enum class OtpMode : std::uint8_t {
  append,     // behind the password: `password;code`
  challenge,  // when asked by an Access-Challenge
  automatic,  // either
};

struct RadiusProvider : Provider, EapSettings {
  std::string certificate;           // pk of the one that EAP shows; "" = the server's own
  std::vector<Network> networks;     // who may ask
  std::vector<std::string> secrets;  // sealed blobs, the current one first
  OtpMode otp = OtpMode::automatic;
  bool message_authenticator_required = false;
  std::vector<std::string> nas_identifiers;  // empty = any
  RadsecSettings radsec;                     // who may come over TLS
  ReplyRules replies;
  bool session_class = true;      // an Access-Accept carries a Class that ties the session to it
  int simultaneous_use = 0;       // live sessions of one user; 0 = any number
  bool disconnect = true;         // sessions may be ended and changed by us (RFC 5176)
  std::uint16_t coa_port = 3799;  // where their NAS listens for that
  std::string coa_secret;         // sealed blob; "" = the shared secret
};

struct Catalog {
  std::uint64_t version = 0;
  std::vector<std::shared_ptr<const LdapProvider>> ldap_providers;                   // by pk
  std::vector<std::shared_ptr<const RadiusProvider>> radius_providers;               // by pk
  std::unordered_map<std::string, std::shared_ptr<const Flow>> flows;                // by slug
  std::unordered_map<std::string, std::shared_ptr<const Application>> applications;  // by slug
  bool default_app_access = true;  // an application without bindings admits every active user
  std::vector<std::string> problems;

  const LdapProvider* ldap_provider(ProviderId pk) const noexcept;
  const RadiusProvider* radius_provider(ProviderId pk) const noexcept;
  // Of any kind: they share their keys.
  const Provider* provider(ProviderId pk) const noexcept;
};

// Groups are resolved to their numbers through `group_number`: by uuid, and those of search rules
// also by name (0 = no such group); profiles to the shape of their DNs through `shape_of` (without
// it every profile is as the default one).
std::shared_ptr<const Catalog> compile_catalog(
    const StoredConfig& config, std::uint64_t version,
    const std::function<GroupNumber(std::string_view uuid_or_name)>& group_number,
    const std::function<std::optional<DnShape>(std::string_view profile)>& shape_of = {});

}  // namespace postern::core
