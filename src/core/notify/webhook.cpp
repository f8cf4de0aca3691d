#include "core/notify/webhook.h"

#include <boost/json/serialize.hpp>

#include "core/access/stored_fields.h"
#include "core/objects/sealed_fields.h"

namespace postern::core {
namespace {

constexpr std::chrono::milliseconds kMappingTime{1000};
constexpr std::size_t kMostBody = 256 * 1024, kMostHeaders = 30;

std::optional<Object> find_by_pk(Store& store, std::string_view model, std::string_view pk) {
  if (pk.empty()) return std::nullopt;
  ListQuery query;
  query.equals["pk"] = pk;
  query.limit = 1;
  auto rows = store.list(*find_model(model), query);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

// What the mapping that the transport names in `field` makes of the notice; null: there is none.
std::optional<MappingAnswer> map(const Object& transport, std::string_view field,
                                 const Notice& notice, const ExpressionTools& tools) {
  const auto mapping = find_by_pk(tools.store, "authentik_events.notificationwebhookmapping",
                                  text_of(transport, field));
  if (!mapping) return std::nullopt;
  LoginRecord record;
  PolicyCase facts;
  if (tools.directory.read_user(notice.user, record) == Lookup::found) facts.record = &record;
  const Object globals{
      {"notification",
       Object{{"body", notice.body}, {"severity", notice.severity}, {"event", notice.event}}}};
  return run_mapping(text_of(*mapping, "expression"), facts, globals, tools, kMappingTime);
}

Delivery failed_mapping(const MappingAnswer& answer) {
  return {Delivery::Kind::refused, "a mapping failed: " + answer.error, true};
}

// Replaces header fields of the same name.
void set_header(HttpRequest& request, std::string name, std::string value) {
  std::erase_if(request.headers, [&](const auto& one) { return one.first == name; });
  if (request.headers.size() < kMostHeaders) {
    request.headers.emplace_back(std::move(name), std::move(value));
  }
}

Delivery meaning(const HttpAnswer& answer) {
  using Kind = Delivery::Kind;
  if (answer.ok()) return {Kind::done, {}, false};
  if (answer.status == 0) return {Kind::later, answer.error, false};
  const bool passing = answer.status == 408 || answer.status == 429 || answer.status >= 500;
  return {passing ? Kind::later : Kind::refused,
          "the webhook answered " + std::to_string(answer.status), false};
}

}  // namespace

std::optional<Object> find_transport(Store& store, std::string_view pk) {
  return find_by_pk(store, "authentik_events.notificationtransport", pk);
}

Delivery send_webhook(const Object& transport, const Notice& notice, const WebhookTools& tools) {
  const auto url = open_secret(tools.sealer, transport, "webhook_url");
  if (!url) return {Delivery::Kind::refused, "the transport has no address", false};
  OutboundRequest request;
  request.method = "POST";
  request.url = url->reveal();
  request.cancelled = tools.cancelled;
  request.deadline = tools.deadline;
  request.headers.emplace_back("Content-Type", "application/json");
  Value body =
      text_of(transport, "mode") == "webhook_slack" ? slack_body(notice) : webhook_body(notice);
  if (auto mapped = map(transport, "webhook_mapping_body", notice, tools.expressions)) {
    if (!mapped->error.empty()) return failed_mapping(*mapped);
    body = std::move(mapped->value);
  }
  if (const auto mapped = map(transport, "webhook_mapping_headers", notice, tools.expressions)) {
    if (!mapped->error.empty()) return failed_mapping(*mapped);
    if (!mapped->value.is_object()) {
      return failed_mapping({nullptr, "header fields have to be a table of names and texts"});
    }
    for (const auto& item : mapped->value.get_object()) {
      if (!item.value().is_string()) continue;
      set_header(request, std::string(item.key()), std::string(item.value().get_string()));
    }
  }
  request.body = boost::json::serialize(body);
  if (request.body.size() > kMostBody) return failed_mapping({nullptr, "the body is too large"});
  const auto authorities =
      find_by_pk(tools.expressions.store, "authentik_crypto.certificatekeypair",
                 text_of(transport, "webhook_ca"));
  if (authorities) request.authorities = text_of(*authorities, "certificate_data");
  return meaning(tools.http.send(request));
}

}  // namespace postern::core
