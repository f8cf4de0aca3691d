// The models of this version. Field names are those of authentik's v3 API; what is our own sits
// under attributes (`postern:`), see design.md 7.

#include <array>

#include "core/model/model.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByUsername{"username"};
constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 1> kBySlug{"slug"};
constexpr std::array<string_view, 1> kByIdentifier{"identifier"};
constexpr std::array<string_view, 2> kByTargetOrder{"target", "order"};
constexpr std::array<string_view, 3> kByTargetStageOrder{"target", "stage", "order"};
constexpr std::array<string_view, 2> kByUserName{"user", "name"};

constexpr std::array<string_view, 4> kUserTypes{"internal", "external", "service_account",
                                                "internal_service_account"};
constexpr std::array<string_view, 4> kIntents{"verification", "api", "recovery", "app_password"};
constexpr std::array<string_view, 2> kEngineModes{"any", "all"};
constexpr std::array<string_view, 7> kDesignations{
    "authentication", "authorization", "invalidation",       "enrollment",
    "unenrollment",   "recovery",      "stage_configuration"};
constexpr std::array<string_view, 7> kFlowAuthentication{"none",
                                                         "require_authenticated",
                                                         "require_unauthenticated",
                                                         "require_superuser",
                                                         "require_outpost",
                                                         "require_redirect",
                                                         "require_token"};
constexpr std::array<string_view, 3> kDeniedActions{"message_continue", "message", "continue"};
constexpr std::array<string_view, 5> kLayouts{"stacked", "content_left", "content_right",
                                              "sidebar_left", "sidebar_right"};
constexpr std::array<string_view, 3> kInvalidResponse{"retry", "restart", "restart_with_context"};
constexpr std::array<string_view, 3> kUserFields{"email", "username", "upn"};
constexpr std::array<string_view, 2> kBackends{"authentik.core.auth.InbuiltBackend",
                                               "authentik.core.auth.TokenBackend"};
constexpr std::array<string_view, 6> kDeviceClasses{"static", "totp", "webauthn",
                                                    "duo",    "sms",  "email"};
constexpr std::array<string_view, 3> kNotConfigured{"skip", "deny", "configure"};
constexpr std::array<string_view, 2> kAccessModes{"direct", "cached"};

constexpr Field kUserFieldsList[] = {
    {.name = "username", .flags = kRequired | kUnique},
    {.name = "name", .fallback = R"("")"},
    {.name = "email", .fallback = R"("")"},
    {.name = "is_active", .type = Type::boolean, .fallback = "true"},
    {.name = "type", .type = Type::choice, .fallback = R"("internal")", .choices = kUserTypes},
    {.name = "path", .fallback = R"("users")"},
    {.name = "uuid", .type = Type::uuid, .flags = kReadOnly | kUnique},
    {.name = "attributes", .type = Type::json, .fallback = "{}"},
    {.name = "date_joined", .type = Type::time, .flags = kReadOnly},
    {.name = "last_updated", .type = Type::time, .flags = kReadOnly | kSilent},
    {.name = "last_login", .type = Type::time, .flags = kReadOnly | kNullable | kSilent},
    {.name = "password_change_date", .type = Type::time, .flags = kReadOnly | kNullable},
    {.name = "not_before", .type = Type::time, .flags = kNullable},
    {.name = "not_after", .type = Type::time, .flags = kNullable},
    {.name = "uid_number", .type = Type::integer, .flags = kReadOnly | kUnique},
    {.name = "gid_number", .type = Type::integer, .flags = kReadOnly},
    {.name = "password_hash", .flags = kReadOnly | kSecret, .fallback = R"("")"},
    {.name = "generation", .type = Type::integer, .flags = kReadOnly, .fallback = "1"},
    {.name = "permissions", .type = Type::texts, .fallback = "[]"},
    {.name = "groups",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.group",
     .link = {"group_users", "user_pk", "group_pk"}},
    {.name = "password", .home = Home::virtual_},
};
constexpr Field kGroupFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "num_pk", .type = Type::integer, .flags = kReadOnly | kUnique},
    {.name = "is_superuser", .type = Type::boolean, .fallback = "false"},
    {.name = "attributes", .type = Type::json, .fallback = "{}"},
    {.name = "date_created", .type = Type::time, .flags = kReadOnly},
    {.name = "last_updated", .type = Type::time, .flags = kReadOnly | kSilent},
    {.name = "gid_number", .type = Type::integer, .flags = kReadOnly | kUnique},
    {.name = "parents",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.group",
     .link = {"group_parents", "child_pk", "parent_pk"}},
    {.name = "users",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_core.user",
     .link = {"group_users", "group_pk", "user_pk"}},
};
constexpr Field kTokenFields[] = {
    {.name = "identifier", .type = Type::slug, .flags = kRequired | kUnique},
    {.name = "intent", .type = Type::choice, .fallback = R"("api")", .choices = kIntents},
    {.name = "user", .type = Type::reference, .flags = kRequired, .target = "authentik_core.user"},
    {.name = "description", .fallback = R"("")"},
    {.name = "expiring", .type = Type::boolean, .fallback = "false"},
    {.name = "expires", .type = Type::time, .flags = kNullable},
    {.name = "key_id", .flags = kReadOnly | kNullable | kUnique},
    {.name = "verifier", .flags = kReadOnly | kSecret | kUnique},  // SHA-256 of the whole key, hex
    {.name = "sealed_key",
     .flags = kReadOnly | kNullable | kSecret},  // hex; only for API-made tokens
    {.name = "last_used", .type = Type::time, .flags = kReadOnly | kNullable | kSilent},
    {.name = "created", .type = Type::time, .flags = kReadOnly},
    {.name = "managed", .flags = kNullable},
    {.name = "key", .home = Home::virtual_},
};
constexpr Field kApplicationFields[] = {
    {.name = "slug", .type = Type::slug, .flags = kRequired | kUnique},
    {.name = "name", .flags = kRequired},
    {.name = "group", .fallback = R"("")"},
    {.name = "provider",
     .type = Type::reference,
     .flags = kNullable | kUnique,
     .target = "provider"},
    {.name = "backchannel_providers",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "provider",
     .link = {"application_backchannels", "application_pk", "provider_pk"}},
    {.name = "policy_engine_mode",
     .type = Type::choice,
     .fallback = R"("any")",
     .choices = kEngineModes},
    {.name = "open_in_new_tab", .type = Type::boolean, .home = Home::settings, .fallback = "false"},
    {.name = "meta_launch_url", .home = Home::settings, .fallback = R"("")"},
    {.name = "meta_icon", .home = Home::settings, .fallback = R"("")"},
    {.name = "meta_description", .home = Home::settings, .fallback = R"("")"},
    {.name = "meta_publisher", .home = Home::settings, .fallback = R"("")"},
};
constexpr Field kLdapProviderFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "authorization_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "invalidation_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "base_dn", .home = Home::settings, .fallback = R"("dc=ldap,dc=goauthentik,dc=io")"},
    {.name = "certificate", .home = Home::settings, .flags = kNullable},
    {.name = "tls_server_name", .home = Home::settings, .fallback = R"("")"},
    {.name = "uid_start_number", .type = Type::integer, .home = Home::settings, .fallback = "2000"},
    {.name = "gid_start_number", .type = Type::integer, .home = Home::settings, .fallback = "4000"},
    {.name = "search_mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("direct")",
     .choices = kAccessModes},
    {.name = "bind_mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("direct")",
     .choices = kAccessModes},
    {.name = "mfa_support", .type = Type::boolean, .home = Home::settings, .fallback = "true"},
    {.name = "attributes", .type = Type::json, .home = Home::settings, .fallback = "{}"},
};
constexpr Field kPolicyBindingFields[] = {
    {.name = "target", .type = Type::reference, .flags = kRequired, .target = "policybindingmodel"},
    {.name = "policy", .type = Type::reference, .flags = kNullable, .target = "policy"},
    {.name = "group",
     .type = Type::reference,
     .flags = kNullable,
     .target = "authentik_core.group"},
    {.name = "user", .type = Type::reference, .flags = kNullable, .target = "authentik_core.user"},
    {.name = "order", .type = Type::integer, .flags = kRequired},
    {.name = "enabled", .type = Type::boolean, .fallback = "true"},
    {.name = "negate", .type = Type::boolean, .fallback = "false"},
    {.name = "timeout", .type = Type::integer, .fallback = "30"},
    {.name = "failure_result", .type = Type::boolean, .fallback = "false"},
};
constexpr Field kFlowFields[] = {
    {.name = "slug", .type = Type::slug, .flags = kRequired | kUnique},
    {.name = "name", .flags = kRequired},
    {.name = "title", .flags = kRequired},
    {.name = "designation", .type = Type::choice, .flags = kRequired, .choices = kDesignations},
    {.name = "authentication",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("none")",
     .choices = kFlowAuthentication},
    {.name = "policy_engine_mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("any")",
     .choices = kEngineModes},
    {.name = "denied_action",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("message_continue")",
     .choices = kDeniedActions},
    {.name = "compatibility_mode",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "layout",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("stacked")",
     .choices = kLayouts},
    {.name = "background", .home = Home::settings, .fallback = R"("")"},
};
constexpr Field kFlowStageBindingFields[] = {
    {.name = "target",
     .type = Type::reference,
     .flags = kRequired,
     .target = "authentik_flows.flow"},
    {.name = "stage", .type = Type::reference, .flags = kRequired, .target = "stage"},
    {.name = "order", .type = Type::integer, .flags = kRequired},
    {.name = "evaluate_on_plan", .type = Type::boolean, .fallback = "false"},
    {.name = "re_evaluate_policies", .type = Type::boolean, .fallback = "true"},
    {.name = "policy_engine_mode",
     .type = Type::choice,
     .fallback = R"("any")",
     .choices = kEngineModes},
    {.name = "invalid_response_action",
     .type = Type::choice,
     .fallback = R"("retry")",
     .choices = kInvalidResponse},
};
constexpr Field kIdentificationFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "user_fields",
     .type = Type::choices,
     .home = Home::settings,
     .fallback = R"(["email","username"])",
     .choices = kUserFields},
    {.name = "password_stage",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "stage"},
    {.name = "case_insensitive_matching",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "true"},
    {.name = "show_matched_user",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "true"},
    {.name = "pretend_user_exists",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "true"},
    {.name = "enrollment_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "recovery_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "passwordless_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
};
constexpr Field kPasswordFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "backends",
     .type = Type::choices,
     .home = Home::settings,
     .flags = kRequired,
     .choices = kBackends},
    {.name = "configure_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    {.name = "failed_attempts_before_cancel",
     .type = Type::integer,
     .home = Home::settings,
     .fallback = "5"},
    {.name = "allow_show_password",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
};
constexpr Field kValidateFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "device_classes",
     .type = Type::choices,
     .home = Home::settings,
     .fallback = R"(["static","totp","webauthn"])",
     .choices = kDeviceClasses},
    {.name = "not_configured_action",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("skip")",
     .choices = kNotConfigured},
    {.name = "configuration_stages", .type = Type::texts, .home = Home::settings, .fallback = "[]"},
    {.name = "last_auth_threshold",
     .type = Type::duration,
     .home = Home::settings,
     .fallback = R"("seconds=0")"},
    {.name = "webauthn_user_verification", .home = Home::settings, .fallback = R"("preferred")"},
};
constexpr Field kUserLoginFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "session_duration",
     .type = Type::duration,
     .home = Home::settings,
     .fallback = R"("seconds=0")"},
    {.name = "remember_me_offset",
     .type = Type::duration,
     .home = Home::settings,
     .fallback = R"("seconds=0")"},
    {.name = "terminate_other_sessions",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
};
constexpr Field kNameOnly[] = {{.name = "name", .flags = kRequired | kUnique}};
constexpr Field kDenyFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "deny_message", .home = Home::settings, .fallback = R"("")"},
};
constexpr Field kTotpFields[] = {
    {.name = "user", .type = Type::reference, .flags = kRequired, .target = "authentik_core.user"},
    {.name = "name", .flags = kRequired},
    {.name = "confirmed", .type = Type::boolean, .fallback = "true"},
    {.name = "digits", .type = Type::integer, .fallback = "6"},  // 6 or 8
    {.name = "step", .type = Type::integer, .fallback = "30"},   // seconds
    {.name = "sealed_key", .flags = kReadOnly | kSecret},        // hex
    {.name = "last_step", .type = Type::integer, .flags = kReadOnly | kSilent, .fallback = "-1"},
    {.name = "created", .type = Type::time, .flags = kReadOnly},
    {.name = "last_used", .type = Type::time, .flags = kReadOnly | kNullable | kSilent},
    {.name = "key", .home = Home::virtual_},  // hex, or base32:...
};
constexpr Field kStaticDeviceFields[] = {
    {.name = "user", .type = Type::reference, .flags = kRequired, .target = "authentik_core.user"},
    {.name = "name", .flags = kRequired},
    {.name = "confirmed", .type = Type::boolean, .fallback = "true"},
    {.name = "created", .type = Type::time, .flags = kReadOnly},
    {.name = "last_used", .type = Type::time, .flags = kReadOnly | kNullable | kSilent},
};
constexpr Field kStaticTokenFields[] = {
    {.name = "device",
     .type = Type::reference,
     .flags = kRequired,
     .target = "authentik_stages_authenticator_static.staticdevice"},
    {.name = "verifier", .flags = kReadOnly | kSecret},  // keyed hash of the code, hex
    {.name = "length", .type = Type::integer, .flags = kReadOnly},
    {.name = "used", .type = Type::time, .flags = kReadOnly | kNullable | kSilent},
    {.name = "token", .home = Home::virtual_},
};

constexpr Model kUser{
    "authentik_core.user", "",         "users", Key::integer, "pk", Feed::user, "pk",
    kUserFieldsList,       kByUsername};
constexpr Model kGroup{"authentik_core.group", "",     "groups", Key::uuid, "pk", Feed::group, "",
                       kGroupFields,           kByName};
constexpr Model kToken{
    "authentik_core.token", "",           "tokens", Key::uuid, "pk", Feed::owner, "user",
    kTokenFields,           kByIdentifier};
constexpr Model kApplication{
    "authentik_core.application", "",     "applications", Key::uuid, "pk", Feed::config, "",
    kApplicationFields,           kBySlug};
constexpr Model kLdapProvider{"authentik_providers_ldap.ldapprovider",
                              "provider",
                              "providers",
                              Key::integer,
                              "pk",
                              Feed::config,
                              "",
                              kLdapProviderFields,
                              kByName};
constexpr Model kPolicyBinding{"authentik_policies.policybinding",
                               "",
                               "policy_bindings",
                               Key::uuid,
                               "pk",
                               Feed::config,
                               "",
                               kPolicyBindingFields,
                               kByTargetOrder};
constexpr Model kFlow{"authentik_flows.flow", "", "flows",     Key::uuid, "pk",
                      Feed::config,           "", kFlowFields, kBySlug};
constexpr Model kFlowStageBinding{"authentik_flows.flowstagebinding",
                                  "",
                                  "flow_stage_bindings",
                                  Key::uuid,
                                  "pk",
                                  Feed::config,
                                  "",
                                  kFlowStageBindingFields,
                                  kByTargetStageOrder};
constexpr Model stage(string_view name, std::span<const Field> fields) {
  return {name, "stage", "stages", Key::uuid, "pk", Feed::config, "", fields, kByName};
}
constexpr Model kIdentification =
    stage("authentik_stages_identification.identificationstage", kIdentificationFields);
constexpr Model kPassword = stage("authentik_stages_password.passwordstage", kPasswordFields);
constexpr Model kValidate =
    stage("authentik_stages_authenticator_validate.authenticatorvalidatestage", kValidateFields);
constexpr Model kUserLogin = stage("authentik_stages_user_login.userloginstage", kUserLoginFields);
constexpr Model kUserLogout = stage("authentik_stages_user_logout.userlogoutstage", kNameOnly);
constexpr Model kDeny = stage("authentik_stages_deny.denystage", kDenyFields);
constexpr Model kTotp{"authentik_stages_authenticator_totp.totpdevice",
                      "",
                      "totp_devices",
                      Key::uuid,
                      "pk",
                      Feed::owner,
                      "user",
                      kTotpFields,
                      kByUserName};
constexpr Model kStaticDevice{"authentik_stages_authenticator_static.staticdevice",
                              "",
                              "static_devices",
                              Key::uuid,
                              "pk",
                              Feed::owner,
                              "user",
                              kStaticDeviceFields,
                              kByUserName};
// The owner of a static token is the owner of its device: the object writer follows `device`.
constexpr Model kStaticToken{"authentik_stages_authenticator_static.statictoken",
                             "",
                             "static_tokens",
                             Key::uuid,
                             "pk",
                             Feed::owner,
                             "device",
                             kStaticTokenFields,
                             {}};

constexpr std::array<const Model*, 17> kAll{
    &kUser,           &kGroup,         &kToken,    &kApplication,
    &kLdapProvider,   &kPolicyBinding, &kFlow,     &kFlowStageBinding,
    &kIdentification, &kPassword,      &kValidate, &kUserLogin,
    &kUserLogout,     &kDeny,          &kTotp,     &kStaticDevice,
    &kStaticToken};

}  // namespace

std::span<const Model* const> models() noexcept { return kAll; }

const Model* find_model(string_view name) noexcept {
  for (const Model* model : kAll) {
    if (model->name == name) return model;
  }
  return nullptr;
}

const Field* Model::field(string_view field_name) const noexcept {
  for (const Field& candidate : fields) {
    if (candidate.name == field_name) return &candidate;
  }
  return nullptr;
}

}  // namespace postern::core
