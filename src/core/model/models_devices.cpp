// authentik_stages_authenticator_*: the devices of users. Those that give codes have tables of
// their own; keys, addresses and telephones share one. Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 2> kByUserName{"user", "name"};
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

constexpr Field kUser{
    .name = "user", .type = Type::reference, .flags = kRequired, .target = "authentik_core.user"};
constexpr Field kName{.name = "name", .flags = kRequired};
constexpr Field kConfirmed{.name = "confirmed", .type = Type::boolean, .fallback = "true"};
constexpr Field kCreated{.name = "created", .type = Type::time, .flags = kReadOnly};
constexpr Field kLastUsed{
    .name = "last_used", .type = Type::time, .flags = kReadOnly | kNullable | kSilent};

constexpr Field kWebAuthnFields[] = {
    kUser,
    kName,
    kConfirmed,
    {.name = "credential", .flags = kReadOnly | kUnique | kNullable},  // id, base64url
    {.name = "sign_count", .type = Type::integer, .flags = kReadOnly | kSilent, .fallback = "0"},
    {.name = "public_key",
     .home = Home::settings,
     .flags = kReadOnly | kSecret},  // COSE, base64url
    {.name = "aaguid", .home = Home::settings, .flags = kReadOnly, .fallback = R"("")"},
    {.name = "rp_id", .home = Home::settings, .flags = kReadOnly, .fallback = R"("")"},
    {.name = "attestation", .home = Home::settings, .flags = kReadOnly, .fallback = R"("none")"},
    {.name = "transports", .type = Type::texts, .home = Home::settings, .fallback = "[]"},
    {.name = "backup_eligible",
     .type = Type::boolean,
     .home = Home::settings,
     .flags = kReadOnly,
     .fallback = "false"},
    {.name = "backed_up",
     .type = Type::boolean,
     .home = Home::settings,
     .flags = kReadOnly | kSilent,
     .fallback = "false"},
    kCreated,
    kLastUsed,
};
// `stage` is the one that set the device up: it says how codes are sent.
constexpr Field kStage{.name = "stage",
                       .type = Type::reference,
                       .home = Home::settings,
                       .flags = kNullable,
                       .target = "stage"};
constexpr Field kEmailFields[] = {
    kUser,
    kName,
    kConfirmed,
    kStage,
    {.name = "email", .home = Home::settings, .flags = kRequired},
    kCreated,
    kLastUsed,
};
constexpr Field kSmsFields[] = {
    kUser,
    kName,
    kConfirmed,
    kStage,
    {.name = "phone_number", .home = Home::settings, .flags = kRequired},
    kCreated,
    kLastUsed,
};
constexpr Field kDuoFields[] = {
    kUser,
    kName,
    kConfirmed,
    kStage,
    {.name = "duo_user_id", .home = Home::settings, .flags = kRequired},
    kCreated,
    kLastUsed,
};

constexpr Model device(string_view name, std::span<const Field> fields) {
  return {name, "device", "mfa_devices", Key::uuid, "pk", Feed::owner, "user", fields, kByUserName};
}
constexpr Model kWebAuthn =
    device("authentik_stages_authenticator_webauthn.webauthndevice", kWebAuthnFields);
constexpr Model kEmail = device("authentik_stages_authenticator_email.emaildevice", kEmailFields);
constexpr Model kSms = device("authentik_stages_authenticator_sms.smsdevice", kSmsFields);
constexpr Model kDuo = device("authentik_stages_authenticator_duo.duodevice", kDuoFields);

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

constexpr std::array<const Model*, 7> kModels{&kTotp,  &kStaticDevice, &kStaticToken, &kWebAuthn,
                                              &kEmail, &kSms,          &kDuo};

}  // namespace

std::span<const Model* const> models_of_devices() noexcept { return kModels; }

}  // namespace postern::core
