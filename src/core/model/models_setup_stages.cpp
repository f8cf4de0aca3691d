// authentik_stages_*: the stages by which people set up their devices, and those of enrolment and
// recovery. They share the table of all stages. Field names are those of authentik's v3 API.
// Secrets of providers are sealed; the writable name is virtual (core/objects/sealed_fields.h).

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 3> kVerification{"required", "preferred", "discouraged"};
constexpr std::array<string_view, 2> kAttachment{"platform", "cross-platform"};
constexpr std::array<string_view, 3> kHints{"security-key", "client-device", "hybrid"};
constexpr std::array<string_view, 2> kDigits{"6", "8"};
constexpr std::array<string_view, 2> kSmsProviders{"twilio", "generic"};
constexpr std::array<string_view, 2> kSmsAuth{"basic", "bearer"};
constexpr std::array<string_view, 3> kConsentModes{"always_require", "permanent", "expiring"};
constexpr std::array<string_view, 2> kRedirectModes{"static", "flow"};
constexpr std::array<string_view, 2> kContentTypes{"application/x-www-form-urlencoded",
                                                   "application/json"};

constexpr Field kName{.name = "name", .flags = kRequired | kUnique};
constexpr Field kConfigureFlow{.name = "configure_flow",
                               .type = Type::reference,
                               .home = Home::settings,
                               .flags = kNullable,
                               .target = "authentik_flows.flow"};
constexpr Field kFriendlyName{.name = "friendly_name", .home = Home::settings, .fallback = R"("")"};

constexpr Field text(string_view name, string_view fallback = R"("")") {
  return {.name = name, .home = Home::settings, .fallback = fallback};
}
constexpr Field flag(string_view name, string_view fallback) {
  return {.name = name, .type = Type::boolean, .home = Home::settings, .fallback = fallback};
}
constexpr Field number(string_view name, string_view fallback) {
  return {.name = name, .type = Type::integer, .home = Home::settings, .fallback = fallback};
}
constexpr Field lasting(string_view name, string_view fallback) {
  return {.name = name, .type = Type::duration, .home = Home::settings, .fallback = fallback};
}
constexpr Field choice(string_view name, string_view fallback,
                       std::span<const string_view> choices) {
  return {.name = name,
          .type = Type::choice,
          .home = Home::settings,
          .fallback = fallback,
          .choices = choices};
}
constexpr Field given(string_view name) {
  return {.name = name, .home = Home::settings, .flags = kRequired};
}
constexpr Field sealed(string_view name) {
  return {.name = name, .home = Home::settings, .flags = kReadOnly | kSecret, .fallback = R"("")"};
}
constexpr Field typed(string_view name) { return {.name = name, .home = Home::virtual_}; }

constexpr Field kTotpFields[] = {kName, kConfigureFlow, kFriendlyName,
                                 choice("digits", R"("6")", kDigits)};
constexpr Field kStaticFields[] = {kName, kConfigureFlow, kFriendlyName, number("token_count", "6"),
                                   number("token_length", "12")};
constexpr Field kWebAuthnFields[] = {
    kName,
    kConfigureFlow,
    kFriendlyName,
    choice("user_verification", R"("preferred")", kVerification),
    {.name = "authenticator_attachment",
     .type = Type::choice,
     .home = Home::settings,
     .flags = kNullable,
     .choices = kAttachment},
    choice("resident_key_requirement", R"("preferred")", kVerification),
    {.name = "hints",
     .type = Type::choices,
     .home = Home::settings,
     .fallback = "[]",
     .choices = kHints},
    {.name = "device_type_restrictions",
     .type = Type::texts,
     .home = Home::settings,
     .fallback = "[]"},
    number("max_attempts", "0"),
};
constexpr Field kEmailDeviceFields[] = {
    kName,
    kConfigureFlow,
    kFriendlyName,
    text("from_address"),
    text("subject", R"("Sign-in code")"),
    lasting("token_expiry", R"("minutes=30")"),
};
constexpr Field kSmsFields[] = {
    kName,
    kConfigureFlow,
    kFriendlyName,
    choice("provider", R"("generic")", kSmsProviders),
    given("from_number"),
    given("account_sid"),
    choice("auth_type", R"("basic")", kSmsAuth),
    typed("auth"),
    sealed("sealed_auth"),
    typed("auth_password"),
    sealed("sealed_auth_password"),
};
constexpr Field kDuoFields[] = {
    kName,
    kConfigureFlow,
    kFriendlyName,
    given("client_id"),
    given("api_hostname"),
    typed("client_secret"),
    sealed("sealed_client_secret"),
};
constexpr Field kEmailFields[] = {
    kName,
    text("from_address"),
    lasting("token_expiry", R"("minutes=30")"),
    text("subject", R"("Reset your password")"),
    text("template", R"("email/password_reset.html")"),
    flag("activate_user_on_success", "false"),
    number("recovery_max_attempts", "5"),
    lasting("recovery_cache_timeout", R"("minutes=5")"),
};
constexpr Field kInvitationStageFields[] = {kName,
                                            flag("continue_flow_without_invitation", "false")};
constexpr Field kConsentFields[] = {
    kName,
    choice("mode", R"("always_require")", kConsentModes),
    lasting("consent_expire_in", R"("weeks=4")"),
};
constexpr Field kCaptchaFields[] = {
    kName,
    given("public_key"),
    typed("private_key"),
    sealed("sealed_private_key"),
    text("js_url", R"("https://www.recaptcha.net/recaptcha/api.js")"),
    text("api_url", R"("https://www.recaptcha.net/recaptcha/api/siteverify")"),
    choice("request_content_type", R"("application/x-www-form-urlencoded")", kContentTypes),
    flag("interactive", "false"),
    {.name = "score_min_threshold", .home = Home::settings, .fallback = R"("0.5")"},
    {.name = "score_max_threshold", .home = Home::settings, .fallback = R"("1.0")"},
    flag("error_on_invalid_score", "true"),
};
constexpr Field kRedirectFields[] = {
    kName,
    choice("mode", R"("static")", kRedirectModes),
    text("target_static"),
    {.name = "target_flow",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_flows.flow"},
    flag("keep_context", "true"),
};
constexpr Field kNameOnly[] = {kName};
constexpr Field kInvitationFields[] = {
    {.name = "name", .type = Type::slug, .flags = kRequired | kUnique},
    {.name = "expires", .type = Type::time, .flags = kNullable},
    {.name = "fixed_data", .type = Type::json, .home = Home::settings, .fallback = "{}"},
    {.name = "single_use", .type = Type::boolean, .fallback = "true"},
    {.name = "flow", .type = Type::reference, .flags = kNullable, .target = "authentik_flows.flow"},
    {.name = "created_by",
     .type = Type::reference,
     .flags = kNullable,
     .target = "authentik_core.user"},
};

constexpr Model stage(string_view name, std::span<const Field> fields) {
  return {name, "stage", "stages", Key::uuid, "pk", Feed::config, "", fields, kByName};
}

constexpr Model kTotp =
    stage("authentik_stages_authenticator_totp.authenticatortotpstage", kTotpFields);
constexpr Model kStatic =
    stage("authentik_stages_authenticator_static.authenticatorstaticstage", kStaticFields);
constexpr Model kWebAuthn =
    stage("authentik_stages_authenticator_webauthn.authenticatorwebauthnstage", kWebAuthnFields);
constexpr Model kEmailDevice =
    stage("authentik_stages_authenticator_email.authenticatoremailstage", kEmailDeviceFields);
constexpr Model kSms =
    stage("authentik_stages_authenticator_sms.authenticatorsmsstage", kSmsFields);
constexpr Model kDuo =
    stage("authentik_stages_authenticator_duo.authenticatorduostage", kDuoFields);
constexpr Model kEmail = stage("authentik_stages_email.emailstage", kEmailFields);
constexpr Model kInvitationStage =
    stage("authentik_stages_invitation.invitationstage", kInvitationStageFields);
constexpr Model kConsent = stage("authentik_stages_consent.consentstage", kConsentFields);
constexpr Model kCaptcha = stage("authentik_stages_captcha.captchastage", kCaptchaFields);
constexpr Model kRedirect = stage("authentik_stages_redirect.redirectstage", kRedirectFields);
constexpr Model kUserDelete = stage("authentik_stages_user_delete.userdeletestage", kNameOnly);
constexpr Model kInvitation{"authentik_stages_invitation.invitation",
                            "",
                            "invitations",
                            Key::uuid,
                            "pk",
                            Feed::none,
                            "",
                            kInvitationFields,
                            kByName};

constexpr std::array<const Model*, 13> kModels{
    &kTotp,       &kStatic,     &kWebAuthn,       &kEmailDevice, &kSms,
    &kDuo,        &kEmail,      &kConsent,        &kCaptcha,     &kRedirect,
    &kUserDelete, &kInvitation, &kInvitationStage};

}  // namespace

std::span<const Model* const> models_of_setup_stages() noexcept { return kModels; }

}  // namespace postern::core
