// events/rules, events/transports and events/notifications: who is told of which events, and how;
// and what somebody has been told. Everybody sees and marks their own notifications alone.

#include "core/notify/webhook.h"
#include "core/objects/sealed_fields.h"
#include "core/uuid.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

constexpr std::chrono::seconds kTestDeadline{5};
constexpr std::size_t kMostMarked = 10'000;

Value show_mode(Showing&, const Object& transport) {
  const std::string_view mode = transport.at("mode").as_string();
  if (mode == "webhook") return "Generic Webhook";
  if (mode == "webhook_slack") return "Slack Webhook (Slack/Discord)";
  if (mode == "email") return "Email";
  return "authentik inbuilt notifications";
}

Value show_url(Showing& showing, const Object& transport) {
  const auto url =
      core::open_secret(showing.context.services.tools.sealer, transport, "webhook_url");
  return Value(url ? url->reveal() : std::string_view());
}

constexpr ApiField kTransportFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "name", .required = true},
    {.name = "mode"},
    {.name = "mode_verbose", .use = Use::read, .show = &show_mode},
    {.name = "webhook_url", .show = &show_url},
    {.name = "webhook_ca"},
    {.name = "webhook_mapping_body"},
    {.name = "webhook_mapping_headers"},
    {.name = "email_subject_prefix"},
    {.name = "email_template"},
    {.name = "send_once"},
};
constexpr ApiFilter kTransportFilters[] = {
    {"name", "name"}, {"mode", "mode"}, {"send_once", "send_once"}};
constexpr std::string_view kByName[] = {"name"};
const Resource kTransport{
    .path = "events/transports",
    .model = "authentik_events.notificationtransport",
    .fields = kTransportFields,
    .filters = kTransportFilters,
    .search = kByName,
    .order = "name",
};

Value show_destination(Showing& showing, const Object& rule) {
  const Object* group = showing.related("authentik_core.group", rule.at("destination_group"));
  return group == nullptr ? Value(nullptr) : Value(show(kGroupResource, showing, *group));
}

constexpr ApiField kRuleFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "name", .required = true},
    {.name = "transports"},
    {.name = "severity"},
    {.name = "destination_group"},
    {.name = "destination_group_obj", .use = Use::read, .show = &show_destination},
    {.name = "destination_event_user"},
};
constexpr ApiFilter kRuleFilters[] = {{"name", "name"}, {"severity", "severity"}};
const Resource kRule{
    .path = "events/rules",
    .model = "authentik_events.notificationrule",
    .fields = kRuleFields,
    .filters = kRuleFilters,
    .search = kByName,
    .order = "name",
};

Value show_event_of(Showing& showing, const Object& notification) {
  return show_event(showing, notification.at("event"));
}

constexpr ApiField kNotificationFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "severity", .use = Use::read},
    {.name = "body", .use = Use::read},
    {.name = "hyperlink", .use = Use::read, .show = &show_nothing},
    {.name = "hyperlink_label", .use = Use::read, .show = &show_nothing},
    {.name = "created", .use = Use::read},
    {.name = "event", .use = Use::read, .show = &show_event_of, .may_lack = true},
    {.name = "seen"},
};
constexpr ApiFilter kNotificationFilters[] = {
    {"severity", "severity"}, {"body", "body"}, {"seen", "seen"}, {"user", "user"}};
constexpr std::string_view kInBody[] = {"body"};

// Others' are nobody's business, a superuser's neither.
std::optional<Response> own_alone(const Context& context, core::ListQuery& query) {
  query.where.push_back({"user", core::Where::Is::in, {Value(context.who.user())}});
  return std::nullopt;
}

const Resource kNotification{
    .path = "events/notifications",
    .model = "authentik_events.notification",
    .fields = kNotificationFields,
    .filters = kNotificationFilters,
    .search = kInBody,
    .order = "-created",
    .methods = Resource::kList | Resource::kRead | Resource::kUpdate | Resource::kDelete,
    .rights = Resource::Rights::owner,
    .narrow = &own_alone,
    .silent = true,
};

Response mark_all_seen(Context& context) {
  const core::Model& model = model_of(kNotification);
  core::ListQuery unseen;
  unseen.equals["user"] = context.who.user();
  unseen.equals["seen"] = false;
  unseen.limit = kMostMarked;
  const auto rows = context.services.store.list(model, unseen);
  const auto transaction = context.services.store.begin();
  for (const Object& row : rows) {
    // Deleted meanwhile, perhaps.
    if (!transaction->get(model, row.at("pk"))) continue;
    transaction->update(model, row.at("pk"), {{"seen", true}});
  }
  transaction->commit();
  return no_content();
}

core::Notice test_notice(const Context& context) {
  core::Notice notice;
  notice.severity = "notice";
  notice.body = "Test Notification from transport";
  notice.user = context.who.user();
  notice.username = context.who.record.username;
  if (const auto user = context.services.store.load_user(notice.user)) notice.email = user->email;
  return notice;
}

Response tested(std::string_view what) {
  return json_response(200, Object{{"messages", boost::json::array{Value(what)}}});
}

Response test_local(const Context& context) {
  const core::Notice notice = test_notice(context);
  const auto transaction = context.services.store.begin();
  transaction->insert(model_of(kNotification),
                      {{"pk", core::make_uuid(context.services.tools.random)},
                       {"user", notice.user},
                       {"severity", notice.severity},
                       {"body", notice.body},
                       {"event", 0},  // of none
                       {"created", context.services.tools.clock.wall()},
                       {"seen", false}});
  transaction->commit();
  return tested("shown in the web interface");
}

Response test_mail(const Context& context, const Object& transport) {
  const core::Notice notice = test_notice(context);
  core::Mail mail =
      core::notice_mail(notice, std::string_view(transport.at("email_subject_prefix").as_string()));
  mail.to = notice.email;
  if (context.services.mail.send(std::move(mail))) return tested("on its way to " + notice.email);
  return detail(503, notice.email.empty()
                         ? "your user has no e-mail address"
                         : "no mail can be sent: see `email` of the configuration");
}

// At once, so that whoever set it up sees what comes back.
Response test_webhook(const Context& context, const Object& transport) {
  const Services& services = context.services;
  if (services.outbound == nullptr) return detail(503, "there is no way out");
  if (!context.request.may_call_out) return call_out();
  const core::Delivery delivery = core::send_webhook(transport, test_notice(context),
                                                     {{services.store, services.directory},
                                                      services.tools.sealer,
                                                      *services.outbound,
                                                      nullptr,
                                                      kTestDeadline});
  if (delivery.kind == core::Delivery::Kind::done) return tested("the webhook has taken it");
  return detail(503, delivery.why);
}

Response test_transport(Context& context) {
  if (shut_out(context, kTransport, "change")) return not_permitted();
  const auto transport = find_addressed(context, kTransport);
  if (!transport) return detail(404, "Not found.");
  if (!may_act(context, kTransport, "change", transport->at("pk"))) return not_permitted();
  const std::string_view mode = transport->at("mode").as_string();
  if (mode == "local") return test_local(context);
  if (mode == "email") return test_mail(context, *transport);
  return test_webhook(context, *transport);
}

}  // namespace

void add_notifications(Router& router) {
  router.add("POST", "/api/v3/events/notifications/mark_all_seen/", Door::user, &mark_all_seen);
  router.add("POST", "/api/v3/events/transports/{key:uuid}/test/", Door::user, &test_transport);
  add_resource(router, kTransport);
  add_resource(router, kRule);
  add_resource(router, kNotification);
}

}  // namespace postern::http
