// stages/*: each type with its own fields, the family, prompts, and which of them people may set
// up for themselves.

#include "http/api/family.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;
using Op = ApiFilter::Op;

#define POSTERN_STAGE_FIELDS                                              \
  {.name = "pk", .use = Use::read}, {.name = "name", .required = true}, { \
    .name = "flow_set", .use = Use::read, .show = &show_flow_set          \
  }

constexpr ApiField kStageFields[] = {POSTERN_STAGE_FIELDS};
constexpr ApiField kIdentification[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "user_fields"},
    {.name = "password_stage"},
    {.name = "captcha_stage", .use = Use::fixed, .constant = "null"},
    {.name = "case_insensitive_matching"},
    {.name = "show_matched_user"},
    {.name = "enrollment_flow"},
    {.name = "recovery_flow"},
    {.name = "passwordless_flow"},
    {.name = "sources", .use = Use::fixed, .constant = "[]"},
    {.name = "show_source_labels", .use = Use::fixed, .constant = "false"},
    {.name = "pretend_user_exists"},
    {.name = "enable_remember_me", .use = Use::fixed, .constant = "false"},
    {.name = "webauthn_stage", .use = Use::fixed, .constant = "null"},
};
constexpr ApiField kPassword[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "backends", .required = true},
    {.name = "configure_flow"},
    {.name = "failed_attempts_before_cancel"},
    {.name = "allow_show_password"},
};
constexpr ApiField kValidate[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "not_configured_action"},
    {.name = "device_classes"},
    {.name = "configuration_stages"},
    {.name = "last_auth_threshold"},
    {.name = "webauthn_user_verification"},
    {.name = "webauthn_hints", .use = Use::fixed, .constant = "[]"},
    {.name = "webauthn_allowed_device_types", .use = Use::fixed, .constant = "[]"},
    {.name = "webauthn_allowed_device_types_obj", .use = Use::read, .show = &show_empty_list},
    {.name = "email_otp_throttling_factor", .use = Use::fixed, .constant = "1"},
    {.name = "sms_otp_throttling_factor", .use = Use::fixed, .constant = "1"},
    {.name = "totp_otp_throttling_factor", .use = Use::fixed, .constant = "1"},
    {.name = "static_otp_throttling_factor", .use = Use::fixed, .constant = "1"},
};
constexpr ApiField kUserLogin[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "session_duration"},
    {.name = "terminate_other_sessions"},
    {.name = "remember_me_offset"},
    {.name = "network_binding", .use = Use::fixed, .constant = "\"no_binding\""},
    {.name = "geoip_binding", .use = Use::fixed, .constant = "\"no_binding\""},
    {.name = "remember_device", .use = Use::fixed, .constant = "\"days=30\""},
};
constexpr ApiField kUserWrite[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "user_creation_mode"},
    {.name = "create_users_as_inactive"},
    {.name = "create_users_group"},
    {.name = "user_type"},
    {.name = "user_path_template"},
};
constexpr ApiField kPromptStage[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "fields", .required = true},
    {.name = "validation_policies"},
};
constexpr ApiField kDeny[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "deny_message"},
};
#undef POSTERN_STAGE_FIELDS

constexpr ApiField kPrompt[] = {
    {.name = "pk", .use = Use::read},
    {.name = "name", .required = true},
    {.name = "field_key", .required = true},
    {.name = "label", .required = true},
    {.name = "type", .required = true},
    {.name = "required"},
    {.name = "placeholder"},
    {.name = "initial_value"},
    {.name = "order"},
    {.name = "prompt_stages_obj", .use = Use::read, .show = &show_empty_list},
    {.name = "sub_text"},
    {.name = "placeholder_expression", .use = Use::fixed, .constant = "false"},
    {.name = "initial_value_expression", .use = Use::fixed, .constant = "false"},
};
constexpr ApiFilter kByName[] = {{"name", "name"}};
constexpr ApiFilter kPromptFilters[] = {{"name", "name"}, {"field_key", "field_key"}};
constexpr std::string_view kSearch[] = {"name"};

constexpr Resource stage(std::string_view path, std::string_view model,
                         std::span<const ApiField> fields, std::string_view component,
                         std::string_view name, std::string_view plural) {
  return {.path = path,
          .model = model,
          .fields = fields,
          .filters = kByName,
          .search = kSearch,
          .order = "name",
          .component = component,
          .verbose_name = name,
          .verbose_name_plural = plural};
}

const Resource kIdentificationResource = stage(
    "stages/identification", "authentik_stages_identification.identificationstage", kIdentification,
    "ak-stage-identification-form", "Identification Stage", "Identification Stages");
const Resource kPasswordResource =
    stage("stages/password", "authentik_stages_password.passwordstage", kPassword,
          "ak-stage-password-form", "Password Stage", "Password Stages");
const Resource kValidateResource =
    stage("stages/authenticator/validate",
          "authentik_stages_authenticator_validate.authenticatorvalidatestage", kValidate,
          "ak-stage-authenticator-validate-form", "Authenticator Validation Stage",
          "Authenticator Validation Stages");
const Resource kUserLoginResource =
    stage("stages/user_login", "authentik_stages_user_login.userloginstage", kUserLogin,
          "ak-stage-user-login-form", "User Login Stage", "User Login Stages");
const Resource kUserLogoutResource =
    stage("stages/user_logout", "authentik_stages_user_logout.userlogoutstage", kStageFields,
          "ak-stage-user-logout-form", "User Logout Stage", "User Logout Stages");
const Resource kUserWriteResource =
    stage("stages/user_write", "authentik_stages_user_write.userwritestage", kUserWrite,
          "ak-stage-user-write-form", "User Write Stage", "User Write Stages");
const Resource kPromptStageResource =
    stage("stages/prompt/stages", "authentik_stages_prompt.promptstage", kPromptStage,
          "ak-stage-prompt-form", "Prompt Stage", "Prompt Stages");
const Resource kDenyResource = stage("stages/deny", "authentik_stages_deny.denystage", kDeny,
                                     "ak-stage-deny-form", "Deny Stage", "Deny Stages");
const Resource kPromptResource{
    .path = "stages/prompt/prompts",
    .model = "authentik_stages_prompt.prompt",
    .fields = kPrompt,
    .filters = kPromptFilters,
    .search = kSearch,
    .order = "name",
};

const FamilyMember kMembers[] = {
    {&kIdentificationResource, "Allows the user to identify themselves for authentication."},
    {&kPasswordResource, "Prompts the user for their password, and validates it."},
    {&kValidateResource, "Validate user's configured authenticator."},
    {&kUserLoginResource, "Attaches the currently pending user to the current session."},
    {&kUserLogoutResource, "Resets the users current session."},
    {&kUserWriteResource, "Writes currently pending data into the pending user."},
    {&kPromptStageResource, "Define arbitrary prompts for the user."},
    {&kDenyResource, "Cancels the current flow and denies access."},
};
const Family kStages{"stages/all", Resource::Address::uuid, kStageFields, kMembers};

// The password card of the settings page, from the stage that says where passwords are changed.
Response user_settings(Context& context) {
  Showing showing(context);
  boost::json::array out;
  for (const Object& password : showing.all("authentik_stages_password.passwordstage")) {
    if (password.at("configure_flow").is_null()) continue;
    const std::string pk(password.at("pk").as_string());
    out.push_back(Object{{"object_uid", pk},
                         {"component", "ak-user-settings-password"},
                         {"title", "Change Password"},
                         {"configure_url", "/flows/-/configure/" + pk + "/"}});
  }
  return json_response(200, out);
}

}  // namespace

const Family& stage_family() noexcept { return kStages; }

void add_stages(Router& router) {
  router.add("GET", "/api/v3/stages/all/user_settings/", Door::user, &user_settings);
  add_family(router, kStages);
  for (const FamilyMember& member : kMembers) add_resource(router, *member.resource);
  add_resource(router, kPromptResource);
}

}  // namespace postern::http
