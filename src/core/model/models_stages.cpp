// authentik_stages_*: the stages of flows. One table; what a stage says is in its settings.
// Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 3> kUserFields{"email", "username", "upn"};
constexpr std::array<string_view, 2> kBackends{"authentik.core.auth.InbuiltBackend",
                                               "authentik.core.auth.TokenBackend"};
constexpr std::array<string_view, 6> kDeviceClasses{"static", "totp", "webauthn",
                                                    "duo",    "sms",  "email"};
constexpr std::array<string_view, 18> kPromptTypes{"text",           "text_area",
                                                   "text_read_only", "text_area_read_only",
                                                   "username",       "email",
                                                   "password",       "number",
                                                   "checkbox",       "radio-button-group",
                                                   "dropdown",       "date",
                                                   "date-time",      "file",
                                                   "separator",      "hidden",
                                                   "static",         "ak-locale"};
constexpr std::array<string_view, 3> kCreationModes{"never_create", "create_when_required",
                                                    "always_create"};
constexpr std::array<string_view, 3> kVerification{"required", "preferred", "discouraged"};
constexpr std::array<string_view, 3> kHints{"security-key", "client-device", "hybrid"};
constexpr std::array<string_view, 4> kNetworkBindings{"no_binding", "bind_asn", "bind_asn_network",
                                                      "bind_asn_network_ip"};
constexpr std::array<string_view, 4> kGeoBindings{
    "no_binding", "bind_continent", "bind_continent_country", "bind_continent_country_city"};
constexpr std::array<string_view, 3> kNotConfigured{"skip", "deny", "configure"};
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
    {.name = "captcha_stage",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "stage"},
    {.name = "webauthn_stage",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "stage"},
    {.name = "enable_remember_me",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
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
    {.name = "webauthn_user_verification",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("preferred")",
     .choices = kVerification},
    {.name = "webauthn_hints",
     .type = Type::choices,
     .home = Home::settings,
     .fallback = "[]",
     .choices = kHints},
    {.name = "webauthn_allowed_device_types",
     .type = Type::texts,
     .home = Home::settings,
     .fallback = "[]"},
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
    {.name = "network_binding",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("no_binding")",
     .choices = kNetworkBindings},
    {.name = "geoip_binding",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("no_binding")",
     .choices = kGeoBindings},
    {.name = "remember_device",
     .type = Type::duration,
     .home = Home::settings,
     .fallback = R"("days=30")"},
};
constexpr Field kNameOnly[] = {{.name = "name", .flags = kRequired | kUnique}};
constexpr Field kPromptFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "field_key", .flags = kRequired},
    {.name = "label", .home = Home::settings, .fallback = R"("")"},
    {.name = "type",
     .type = Type::choice,
     .home = Home::settings,
     .flags = kRequired,
     .choices = kPromptTypes},
    {.name = "required", .type = Type::boolean, .home = Home::settings, .fallback = "true"},
    {.name = "placeholder", .home = Home::settings, .fallback = R"("")"},
    {.name = "initial_value", .home = Home::settings, .fallback = R"("")"},
    {.name = "order", .type = Type::integer, .home = Home::settings, .fallback = "0"},
    {.name = "sub_text", .home = Home::settings, .fallback = R"("")"},
};
constexpr Field kPromptStageFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "fields",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_stages_prompt.prompt",
     .link = {"stage_prompts", "stage_pk", "prompt_pk"}},
    {.name = "validation_policies",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "policy",
     .link = {"stage_validation_policies", "stage_pk", "policy_pk"}},
};
constexpr Field kUserWriteFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "user_creation_mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("create_when_required")",
     .choices = kCreationModes},
    {.name = "create_users_as_inactive",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "true"},
    {.name = "create_users_group",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_core.group"},
    {.name = "user_type", .home = Home::settings, .fallback = R"("external")"},
    {.name = "user_path_template", .home = Home::settings, .fallback = R"("")"},
};
constexpr Field kDenyFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "deny_message", .home = Home::settings, .fallback = R"("")"},
};

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

constexpr Model kPromptStage = stage("authentik_stages_prompt.promptstage", kPromptStageFields);
constexpr Model kUserWrite = stage("authentik_stages_user_write.userwritestage", kUserWriteFields);
constexpr Model kPrompt{"authentik_stages_prompt.prompt",
                        "",
                        "prompts",
                        Key::uuid,
                        "pk",
                        Feed::config,
                        "",
                        kPromptFields,
                        kByName};

constexpr std::array<const Model*, 9> kModels{&kPromptStage,    &kUserWrite,  &kPrompt,
                                              &kIdentification, &kPassword,   &kValidate,
                                              &kUserLogin,      &kUserLogout, &kDeny};

}  // namespace

std::span<const Model* const> models_of_stages() noexcept { return kModels; }

}  // namespace postern::core
