// stages/*: each type with its own fields, the family, prompts, and which of them people may set
// up for themselves.

#include "http/api/family.h"
#include "http/api/key_models.h"
#include "http/api/named_resource.h"
#include "http/api/routes.h"
#include "http/api/setup_stages.h"
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

Value show_allowed_models(Showing&, const Object& stage) {
  return show_key_models(stage.at("webauthn_allowed_device_types"));
}

constexpr ApiField kStageFields[] = {POSTERN_STAGE_FIELDS};
constexpr ApiField kIdentification[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "user_fields"},
    {.name = "password_stage"},
    {.name = "captcha_stage"},
    {.name = "case_insensitive_matching"},
    {.name = "show_matched_user"},
    {.name = "enrollment_flow"},
    {.name = "recovery_flow"},
    {.name = "passwordless_flow"},
    {.name = "sources", .use = Use::fixed, .constant = "[]"},
    {.name = "show_source_labels", .use = Use::fixed, .constant = "false"},
    {.name = "pretend_user_exists"},
    {.name = "enable_remember_me"},
    {.name = "webauthn_stage"},
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
    {.name = "webauthn_hints"},
    {.name = "webauthn_allowed_device_types"},
    {.name = "webauthn_allowed_device_types_obj", .use = Use::read, .show = &show_allowed_models},
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
    {.name = "network_binding"},
    {.name = "geoip_binding"},
    {.name = "remember_device"},
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
constexpr ApiFilter kPromptFilters[] = {{"name", "name"}, {"field_key", "field_key"}};

const Resource kIdentificationResource = named_resource(
    "stages/identification", "authentik_stages_identification.identificationstage", kIdentification,
    "ak-stage-identification-form", "Identification Stage", "Identification Stages");
const Resource kPasswordResource =
    named_resource("stages/password", "authentik_stages_password.passwordstage", kPassword,
                   "ak-stage-password-form", "Password Stage", "Password Stages");
const Resource kValidateResource =
    named_resource("stages/authenticator/validate",
                   "authentik_stages_authenticator_validate.authenticatorvalidatestage", kValidate,
                   "ak-stage-authenticator-validate-form", "Authenticator Validation Stage",
                   "Authenticator Validation Stages");
const Resource kUserLoginResource =
    named_resource("stages/user_login", "authentik_stages_user_login.userloginstage", kUserLogin,
                   "ak-stage-user-login-form", "User Login Stage", "User Login Stages");
const Resource kUserLogoutResource = named_resource(
    "stages/user_logout", "authentik_stages_user_logout.userlogoutstage", kStageFields,
    "ak-stage-user-logout-form", "User Logout Stage", "User Logout Stages");
const Resource kUserWriteResource =
    named_resource("stages/user_write", "authentik_stages_user_write.userwritestage", kUserWrite,
                   "ak-stage-user-write-form", "User Write Stage", "User Write Stages");
const Resource kPromptStageResource =
    named_resource("stages/prompt/stages", "authentik_stages_prompt.promptstage", kPromptStage,
                   "ak-stage-prompt-form", "Prompt Stage", "Prompt Stages");
const Resource kDenyResource =
    named_resource("stages/deny", "authentik_stages_deny.denystage", kDeny, "ak-stage-deny-form",
                   "Deny Stage", "Deny Stages");
const Resource kPromptResource{
    .path = "stages/prompt/prompts",
    .model = "authentik_stages_prompt.prompt",
    .fields = kPrompt,
    .filters = kPromptFilters,
    .search = kSearchedByName,
    .order = "name",
};

const FamilyMember kLoginMembers[] = {
    {&kIdentificationResource, "Allows the user to identify themselves for authentication."},
    {&kPasswordResource, "Prompts the user for their password, and validates it."},
    {&kValidateResource, "Validate user's configured authenticator."},
    {&kUserLoginResource, "Attaches the currently pending user to the current session."},
    {&kUserLogoutResource, "Resets the users current session."},
    {&kUserWriteResource, "Writes currently pending data into the pending user."},
    {&kPromptStageResource, "Define arbitrary prompts for the user."},
    {&kDenyResource, "Cancels the current flow and denies access."},
};
std::vector<FamilyMember> all_members() {
  std::vector<FamilyMember> all(std::begin(kLoginMembers), std::end(kLoginMembers));
  const auto more = setup_stage_members();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

struct SettingsCard {
  std::string_view model, component, title;
};
constexpr SettingsCard kCards[] = {
    {"authentik_stages_password.passwordstage", "ak-user-settings-password", "Change Password"},
    {"authentik_stages_authenticator_totp.authenticatortotpstage",
     "ak-user-settings-authenticator-totp", "TOTP Device"},
    {"authentik_stages_authenticator_static.authenticatorstaticstage",
     "ak-user-settings-authenticator-static", "Static tokens"},
    {"authentik_stages_authenticator_webauthn.authenticatorwebauthnstage",
     "ak-user-settings-authenticator-webauthn", "WebAuthn device"},
    {"authentik_stages_authenticator_email.authenticatoremailstage",
     "ak-user-settings-authenticator-email", "Email Device"},
    {"authentik_stages_authenticator_sms.authenticatorsmsstage",
     "ak-user-settings-authenticator-sms", "SMS Device"},
    {"authentik_stages_authenticator_duo.authenticatorduostage",
     "ak-user-settings-authenticator-duo", "Duo Device"},
};

// What people may set up for themselves: the stages that name a flow for it.
Response user_settings(Context& context) {
  Showing showing(context);
  boost::json::array out;
  for (const SettingsCard& card : kCards) {
    for (const Object& stage : showing.all(card.model)) {
      if (stage.at("configure_flow").is_null()) continue;
      const std::string pk(stage.at("pk").as_string());
      const Value* friendly = stage.if_contains("friendly_name");
      const bool named = friendly != nullptr && *friendly != "";
      out.push_back(Object{{"object_uid", pk},
                           {"component", card.component},
                           {"title", named ? *friendly : Value(card.title)},
                           {"configure_url", "/flows/-/configure/" + pk + "/"}});
    }
  }
  return json_response(200, out);
}

}  // namespace

const Family& stage_family() noexcept {
  static const std::vector<FamilyMember> members = all_members();
  static const Family family{"stages/all", Resource::Address::uuid, kStageFields, members};
  return family;
}

void add_stages(Router& router) {
  router.add("GET", "/api/v3/stages/all/user_settings/", Door::user, &user_settings);
  add_family(router, stage_family());
  for (const FamilyMember& member : kLoginMembers) add_resource(router, *member.resource);
  add_setup_stages(router);
  add_resource(router, kPromptResource);
}

}  // namespace postern::http
