// authentik_crypto_*: certificates and their keys.
// Field names are those of authentik's v3 API.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr Field kCertificateFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "certificate_data", .home = Home::settings, .flags = kRequired},  // PEM, leaf first
    {.name = "sealed_key", .home = Home::settings, .flags = kReadOnly | kSecret},  // hex; "" = none
    {.name = "key_data", .home = Home::virtual_},                                  // PEM
};

constexpr Model kCertificate{"authentik_crypto.certificatekeypair",
                             "",
                             "certificates",
                             Key::uuid,
                             "pk",
                             Feed::config,
                             "",
                             kCertificateFields,
                             kByName};

constexpr std::array<const Model*, 1> kModels{&kCertificate};

}  // namespace

std::span<const Model* const> models_of_crypto() noexcept { return kModels; }

}  // namespace postern::core
