#include "core/access/compile_stage.h"

#include <algorithm>
#include <array>

#include "core/access/stored_fields.h"
#include "core/model/login_record.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

namespace json = boost::json;

void read_identification(const json::object& row, Stage& stage) {
  stage.by_username = holds(row, "user_fields", "username");
  stage.by_email = holds(row, "user_fields", "email");
  stage.by_upn = holds(row, "user_fields", "upn");
  stage.pretend_user_exists = flag_of(row, "pretend_user_exists", true);
  stage.password_stage = key_text(member(row, "password_stage"));
}

void read_password(const json::object& row, Stage& stage) {
  stage.inbuilt_backend = holds(row, "backends", "authentik.core.auth.InbuiltBackend");
  stage.token_backend = holds(row, "backends", "authentik.core.auth.TokenBackend");
  stage.configure_flow = key_text(member(row, "configure_flow"));
  stage.failed_attempts_before_cancel = static_cast<int>(
      std::clamp<std::int64_t>(integer_of(row, "failed_attempts_before_cancel", 5), 0, 1000));
}

void read_validate(const json::object& row, Stage& stage) {
  stage.accepts_static = holds(row, "device_classes", "static");
  stage.accepts_totp = holds(row, "device_classes", "totp");
  const std::pair<std::string_view, DeviceClass> others[] = {{"webauthn", kWebAuthnDevice},
                                                             {"email", kEmailDevice},
                                                             {"sms", kSmsDevice},
                                                             {"duo", kDuoDevice}};
  for (const auto& [name, bit] : others) {
    if (holds(row, "device_classes", name)) {
      stage.accepts_others = static_cast<std::uint8_t>(stage.accepts_others | bit);
    }
  }
  if (const json::value* list = member(row, "configuration_stages");
      list != nullptr && list->is_array()) {
    for (const json::value& pk : list->get_array()) {
      stage.configuration_stages.push_back(key_text(&pk));
    }
  }
  stage.last_auth_threshold_ms = parse_duration(text_of(row, "last_auth_threshold")).value_or(0);
  const std::string action = text_of(row, "not_configured_action");
  // An unknown word is the strict one.
  stage.not_configured = action == "skip"        ? Stage::NotConfigured::skip
                         : action == "configure" ? Stage::NotConfigured::configure
                                                 : Stage::NotConfigured::deny;
}

void read_login(const json::object& row, Stage& stage) {
  stage.session_duration_ms = parse_duration(text_of(row, "session_duration")).value_or(0);
}

void read_deny(const json::object& row, Stage& stage) {
  stage.deny_message = text_of(row, "deny_message");
}

void read_nothing(const json::object&, Stage&) {}

struct StageModel {
  std::string_view model;
  StageKind kind;
  void (*read)(const json::object&, Stage&);
};

constexpr std::array<StageModel, 20> kStageModels{
    {{"authentik_stages_identification.identificationstage", StageKind::identification,
      &read_identification},
     {"authentik_stages_password.passwordstage", StageKind::password, &read_password},
     {"authentik_stages_authenticator_validate.authenticatorvalidatestage",
      StageKind::authenticator_validate, &read_validate},
     {"authentik_stages_user_login.userloginstage", StageKind::user_login, &read_login},
     {"authentik_stages_user_logout.userlogoutstage", StageKind::user_logout, &read_nothing},
     {"authentik_stages_deny.denystage", StageKind::deny, &read_deny},
     {"authentik_stages_prompt.promptstage", StageKind::prompt, &read_nothing},
     {"authentik_stages_user_write.userwritestage", StageKind::user_write, &read_nothing},
     {"authentik_stages_authenticator_totp.authenticatortotpstage", StageKind::authenticator_totp,
      &read_nothing},
     {"authentik_stages_authenticator_static.authenticatorstaticstage",
      StageKind::authenticator_static, &read_nothing},
     {"authentik_stages_authenticator_webauthn.authenticatorwebauthnstage",
      StageKind::authenticator_webauthn, &read_nothing},
     {"authentik_stages_authenticator_email.authenticatoremailstage",
      StageKind::authenticator_email, &read_nothing},
     {"authentik_stages_authenticator_sms.authenticatorsmsstage", StageKind::authenticator_sms,
      &read_nothing},
     {"authentik_stages_authenticator_duo.authenticatorduostage", StageKind::authenticator_duo,
      &read_nothing},
     {"authentik_stages_email.emailstage", StageKind::email, &read_nothing},
     {"authentik_stages_invitation.invitationstage", StageKind::invitation, &read_nothing},
     {"authentik_stages_consent.consentstage", StageKind::consent, &read_nothing},
     {"authentik_stages_captcha.captchastage", StageKind::captcha, &read_nothing},
     {"authentik_stages_redirect.redirectstage", StageKind::redirect, &read_nothing},
     {"authentik_stages_user_delete.userdeletestage", StageKind::user_delete, &read_nothing}}};

}  // namespace

bool read_stage(std::string_view model, const json::object& row, Stage& stage) {
  const auto* const known =
      std::find_if(kStageModels.begin(), kStageModels.end(),
                   [model](const StageModel& one) { return one.model == model; });
  if (known == kStageModels.end()) return false;
  stage.kind = known->kind;
  stage.model = model;
  stage.row = std::make_shared<const json::object>(row);
  known->read(row, stage);
  return true;
}

}  // namespace postern::core
