#include "http/api/setup_stages.h"

#include <cstdio>
#include <cstdlib>

#include "core/flow/stages/mail_text.h"
#include "http/api/key_models.h"
#include "http/api/named_resource.h"
#include "http/api/objects_in_one.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

#define POSTERN_STAGE_FIELDS                                              \
  {.name = "pk", .use = Use::read}, {.name = "name", .required = true}, { \
    .name = "flow_set", .use = Use::read, .show = &show_flow_set          \
  }
#define POSTERN_SETUP_FIELDS \
  POSTERN_STAGE_FIELDS, {.name = "configure_flow"}, { .name = "friendly_name" }

// What authentik calls server settings of a stage: those of the configuration are used.
#define POSTERN_GLOBAL_MAIL \
  { .name = "use_global_settings", .use = Use::fixed, .constant = "true" }

Value show_score(const Object& stage, std::string_view field) {
  return std::strtod(std::string(stage.at(field).as_string()).c_str(), nullptr);
}
Value show_least_score(Showing&, const Object& stage) {
  return show_score(stage, "score_min_threshold");
}
Value show_most_score(Showing&, const Object& stage) {
  return show_score(stage, "score_max_threshold");
}

Value show_restrictions(Showing&, const Object& stage) {
  return show_key_models(stage.at("device_type_restrictions"));
}

constexpr ApiField kTotp[] = {POSTERN_SETUP_FIELDS, {.name = "digits", .required = true}};
constexpr ApiField kStatic[] = {
    POSTERN_SETUP_FIELDS, {.name = "token_count"}, {.name = "token_length"}};
constexpr ApiField kWebAuthn[] = {
    POSTERN_SETUP_FIELDS,
    {.name = "user_verification"},
    {.name = "authenticator_attachment"},
    {.name = "resident_key_requirement"},
    {.name = "hints"},
    {.name = "device_type_restrictions"},
    {.name = "device_type_restrictions_obj", .use = Use::read, .show = &show_restrictions},
    {.name = "max_attempts"},
};
constexpr ApiField kEmailDevice[] = {
    POSTERN_SETUP_FIELDS,
    POSTERN_GLOBAL_MAIL,
    {.name = "from_address"},
    {.name = "subject"},
    {.name = "token_expiry"},
    {.name = "template", .use = Use::fixed, .constant = "\"email/email_otp.html\""},
};
constexpr ApiField kSms[] = {
    POSTERN_SETUP_FIELDS,
    {.name = "provider", .required = true},
    {.name = "from_number", .required = true},
    {.name = "account_sid", .required = true},
    {.name = "auth", .use = Use::write},
    {.name = "auth_password", .use = Use::write},
    {.name = "auth_type"},
    {.name = "verify_only", .use = Use::fixed, .constant = "false"},
    {.name = "mapping", .use = Use::fixed, .constant = "null"},
};
constexpr ApiField kDuo[] = {
    POSTERN_SETUP_FIELDS,
    {.name = "client_id", .required = true},
    {.name = "client_secret", .use = Use::write},
    {.name = "api_hostname", .required = true},
};
constexpr ApiField kEmail[] = {
    POSTERN_STAGE_FIELDS,
    POSTERN_GLOBAL_MAIL,
    {.name = "from_address"},
    {.name = "token_expiry"},
    {.name = "subject"},
    {.name = "template"},
    {.name = "activate_user_on_success"},
    {.name = "recovery_max_attempts"},
    {.name = "recovery_cache_timeout"},
};
constexpr ApiField kInvitationStage[] = {POSTERN_STAGE_FIELDS,
                                         {.name = "continue_flow_without_invitation"}};
constexpr ApiField kConsent[] = {
    POSTERN_STAGE_FIELDS, {.name = "mode"}, {.name = "consent_expire_in"}};
constexpr ApiField kCaptcha[] = {
    POSTERN_STAGE_FIELDS,
    {.name = "public_key", .required = true},
    {.name = "private_key", .use = Use::write},
    {.name = "js_url"},
    {.name = "api_url"},
    {.name = "request_content_type"},
    {.name = "interactive"},
    {.name = "score_min_threshold", .show = &show_least_score},
    {.name = "score_max_threshold", .show = &show_most_score},
    {.name = "error_on_invalid_score"},
};
constexpr ApiField kRedirect[] = {
    POSTERN_STAGE_FIELDS,      {.name = "keep_context"}, {.name = "mode", .required = true},
    {.name = "target_static"}, {.name = "target_flow"},
};
constexpr ApiField kNameOnly[] = {POSTERN_STAGE_FIELDS};
#undef POSTERN_GLOBAL_MAIL
#undef POSTERN_SETUP_FIELDS
#undef POSTERN_STAGE_FIELDS

// Scores are numbers to the API and text to the store.
std::optional<Response> check_captcha(Context&, Object& attrs, const Object*) {
  for (const std::string_view name : {"score_min_threshold", "score_max_threshold"}) {
    Value* score = attrs.if_contains(name);
    if (score == nullptr) continue;
    if (!score->is_number()) return field_error(name, "A valid number is required.");
    char text[32];
    std::snprintf(text, sizeof text, "%g", score->to_number<double>());
    *score = text;
  }
  return std::nullopt;
}

constexpr Resource with_check(Resource resource,
                              std::optional<Response> (*check)(Context&, Object&, const Object*)) {
  resource.check = check;
  return resource;
}

const Resource kStages[] = {
    named_resource("stages/authenticator/totp",
                   "authentik_stages_authenticator_totp.authenticatortotpstage", kTotp,
                   "ak-stage-authenticator-totp-form", "TOTP Authenticator Setup Stage",
                   "TOTP Authenticator Setup Stages"),
    named_resource("stages/authenticator/static",
                   "authentik_stages_authenticator_static.authenticatorstaticstage", kStatic,
                   "ak-stage-authenticator-static-form", "Static Authenticator Setup Stage",
                   "Static Authenticator Setup Stages"),
    named_resource("stages/authenticator/webauthn",
                   "authentik_stages_authenticator_webauthn.authenticatorwebauthnstage", kWebAuthn,
                   "ak-stage-authenticator-webauthn-form", "WebAuthn Authenticator Setup Stage",
                   "WebAuthn Authenticator Setup Stages"),
    named_resource("stages/authenticator/email",
                   "authentik_stages_authenticator_email.authenticatoremailstage", kEmailDevice,
                   "ak-stage-authenticator-email-form", "Email Authenticator Setup Stage",
                   "Email Authenticator Setup Stages"),
    named_resource("stages/authenticator/sms",
                   "authentik_stages_authenticator_sms.authenticatorsmsstage", kSms,
                   "ak-stage-authenticator-sms-form", "SMS Authenticator Setup Stage",
                   "SMS Authenticator Setup Stages"),
    named_resource("stages/authenticator/duo",
                   "authentik_stages_authenticator_duo.authenticatorduostage", kDuo,
                   "ak-stage-authenticator-duo-form", "Duo Authenticator Setup Stage",
                   "Duo Authenticator Setup Stages"),
    named_resource("stages/email", "authentik_stages_email.emailstage", kEmail,
                   "ak-stage-email-form", "Email Stage", "Email Stages"),
    named_resource("stages/invitation/stages", "authentik_stages_invitation.invitationstage",
                   kInvitationStage, "ak-stage-invitation-form", "Invitation Stage",
                   "Invitation Stages"),
    named_resource("stages/consent", "authentik_stages_consent.consentstage", kConsent,
                   "ak-stage-consent-form", "Consent Stage", "Consent Stages"),
    with_check(named_resource("stages/captcha", "authentik_stages_captcha.captchastage", kCaptcha,
                              "ak-stage-captcha-form", "Captcha Stage", "Captcha Stages"),
               &check_captcha),
    named_resource("stages/redirect", "authentik_stages_redirect.redirectstage", kRedirect,
                   "ak-stage-redirect-form", "Redirect Stage", "Redirect Stages"),
    named_resource("stages/user_delete", "authentik_stages_user_delete.userdeletestage", kNameOnly,
                   "ak-stage-user-delete-form", "User Delete Stage", "User Delete Stages"),
};
constexpr std::string_view kDescriptions[] = {
    "Enroll a user's device into TOTP authenticator.",
    "Generate static tokens for the user as a backup.",
    "Setup WebAuthn-based authentication for the user.",
    "Use Email-based authentication instead of authenticator-based.",
    "Use SMS-based TOTP instead of authenticator-based.",
    "Setup Duo authentication for the user.",
    "Send an Email to the user with a token to confirm their Email address.",
    "Simplify enrollment; allow users to use a single link to create their user with "
    "pre-defined parameters.",
    "Prompt the user for confirmation.",
    "Verify the user is human.",
    "Redirect the user to another flow, potentially with all gathered context.",
    "Deletes the currently pending user without confirmation. Use with caution.",
};
static_assert(std::size(kStages) == std::size(kDescriptions));

// --- invitations ---

Value show_creator(Showing& showing, const Object& invitation) {
  return show_partial_user(showing, {{"user", invitation.at("created_by")}});
}
Value show_invited_to(Showing& showing, const Object& invitation) {
  return show_flow(showing, invitation.at("flow"));
}

constexpr ApiField kInvitation[] = {
    {.name = "pk", .use = Use::read},
    {.name = "name", .required = true},
    {.name = "expires"},
    {.name = "fixed_data"},
    {.name = "created_by", .use = Use::read, .show = &show_creator},
    {.name = "single_use"},
    {.name = "flow"},
    {.name = "flow_obj", .use = Use::read, .show = &show_invited_to},
};
constexpr ApiFilter kInvitationFilters[] = {{"name", "name"}, {"flow", "flow"}};

std::optional<Response> check_invitation(Context& context, Object& attrs, const Object* stored) {
  if (stored == nullptr) attrs["created_by"] = context.who.user();
  return std::nullopt;
}

const Resource kInvitations{
    .path = "stages/invitation/invitations",
    .model = "authentik_stages_invitation.invitation",
    .fields = kInvitation,
    .filters = kInvitationFilters,
    .search = kSearchedByName,
    .order = "name",
    .check = &check_invitation,
};

Response list_templates(Context&) {
  boost::json::array out;
  for (const core::MailTemplate& one : core::mail_templates()) {
    out.push_back(Object{
        {"name", one.name}, {"description", one.title}, {"component", ""}, {"model_name", ""}});
  }
  return json_response(200, out);
}

}  // namespace

std::vector<FamilyMember> setup_stage_members() {
  std::vector<FamilyMember> out;
  for (std::size_t i = 0; i < std::size(kStages); ++i) {
    out.push_back({&kStages[i], kDescriptions[i]});
  }
  return out;
}

void add_setup_stages(Router& router) {
  router.add("GET", "/api/v3/stages/email/templates/", Door::superuser, &list_templates);
  for (const Resource& resource : kStages) add_resource(router, resource);
  add_resource(router, kInvitations);
}

}  // namespace postern::http
