// authentik_events: rules that tell people of events, and the ways in which they do. Notifications
// themselves are made by the server alone.

#include <array>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

using std::string_view;

constexpr std::array<string_view, 1> kByName{"name"};
constexpr std::array<string_view, 4> kModes{"local", "webhook", "webhook_slack", "email"};
constexpr std::array<string_view, 3> kSeverities{"notice", "warning", "alert"};
constexpr std::array<string_view, 1> kTemplates{"email/event_notification.html"};
constexpr string_view kWebhookMapping = "authentik_events.notificationwebhookmapping";

constexpr Field kTransportFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "mode",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("local")",
     .choices = kModes},
    // The address of a webhook is often its key: it is sealed like one.
    {.name = "sealed_webhook_url",
     .home = Home::settings,
     .flags = kReadOnly | kSecret,
     .fallback = R"("")"},
    {.name = "webhook_url", .home = Home::virtual_},
    {.name = "webhook_ca",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = "authentik_crypto.certificatekeypair"},
    {.name = "webhook_mapping_body",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = kWebhookMapping},
    {.name = "webhook_mapping_headers",
     .type = Type::reference,
     .home = Home::settings,
     .flags = kNullable,
     .target = kWebhookMapping},
    {.name = "email_subject_prefix", .home = Home::settings, .fallback = R"("postern: ")"},
    {.name = "email_template",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("email/event_notification.html")",
     .choices = kTemplates},
    {.name = "send_once", .type = Type::boolean, .home = Home::settings, .fallback = "false"},
};
constexpr Field kRuleFields[] = {
    {.name = "name", .flags = kRequired | kUnique},
    {.name = "severity",
     .type = Type::choice,
     .home = Home::settings,
     .fallback = R"("notice")",
     .choices = kSeverities},
    {.name = "destination_group",
     .type = Type::reference,
     .flags = kNullable,
     .target = "authentik_core.group"},
    {.name = "destination_event_user",
     .type = Type::boolean,
     .home = Home::settings,
     .fallback = "false"},
    {.name = "transports",
     .type = Type::references,
     .home = Home::link,
     .fallback = "[]",
     .target = "authentik_events.notificationtransport",
     .link = {"notification_rule_transports", "rule_pk", "transport_pk"}},
};
constexpr Field kNotificationFields[] = {
    {.name = "user",
     .type = Type::reference,
     .flags = kRequired | kReadOnly,
     .target = "authentik_core.user"},
    {.name = "severity", .flags = kRequired | kReadOnly},
    {.name = "body", .flags = kRequired | kReadOnly},
    {.name = "event", .type = Type::integer, .flags = kRequired | kReadOnly},
    {.name = "created", .type = Type::time, .flags = kRequired | kReadOnly},
    {.name = "seen", .type = Type::boolean, .fallback = "false"},
};

constexpr Model kTransport{"authentik_events.notificationtransport",
                           "",
                           "notification_transports",
                           Key::uuid,
                           "pk",
                           Feed::none,
                           "",
                           kTransportFields,
                           kByName};
constexpr Model kRule{"authentik_events.notificationrule",
                      "",
                      "notification_rules",
                      Key::uuid,
                      "pk",
                      Feed::config,
                      "",
                      kRuleFields,
                      kByName};
constexpr Model kNotification{"authentik_events.notification",
                              "",
                              "notifications",
                              Key::uuid,
                              "pk",
                              Feed::none,
                              "",
                              kNotificationFields,
                              {}};

constexpr std::array<const Model*, 3> kModels{&kTransport, &kRule, &kNotification};

}  // namespace

std::span<const Model* const> models_of_events() noexcept { return kModels; }

}  // namespace postern::core
