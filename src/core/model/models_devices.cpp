// authentik_stages_authenticator_*: the code devices of users.
// Field names are those of authentik's v3 API.

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

constexpr std::array<const Model*, 3> kModels{&kTotp, &kStaticDevice, &kStaticToken};

}  // namespace

std::span<const Model* const> models_of_devices() noexcept { return kModels; }

}  // namespace postern::core
