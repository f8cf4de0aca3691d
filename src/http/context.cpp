#include "http/context.h"

#include <boost/json/parse.hpp>

namespace postern::http {

std::optional<core::Object> json_body(const Context& context, Response& refusal) {
  const std::string_view type = context.request.header("content-type");
  if (!type.starts_with("application/json")) {
    if (context.request.body.empty()) return core::Object{};
    refusal = detail(
        415, "Unsupported media type \"" + std::string(type.substr(0, 80)) + "\" in request.");
    return std::nullopt;
  }
  if (context.request.body.empty()) return core::Object{};
  boost::system::error_code error;
  core::Value value = boost::json::parse(context.request.body, error);
  if (error || !value.is_object()) {
    refusal = detail(400, error ? "JSON parse error - " + error.message()
                                : "Invalid data. Expected a dictionary.");
    return std::nullopt;
  }
  return std::move(value.get_object());
}

Response field_error(std::string_view field, std::string_view text) {
  return json_response(400, core::Object{{field.empty() ? "non_field_errors" : field,
                                          boost::json::array{core::Value(text)}}});
}

Response error_response(const core::Error& error) {
  switch (error.kind) {
    case core::Error::Kind::invalid:
    case core::Error::Kind::conflict:
      return field_error(error.field, error.message);
    case core::Error::Kind::not_found:
      return detail(404, "Not found.");
    case core::Error::Kind::forbidden:
      return detail(403, error.message);
    case core::Error::Kind::unavailable:
      break;
  }
  return detail(503, error.message);
}

void record_event(const Context& context, std::string_view action, core::Object details) {
  core::Event event;
  event.action = action;
  event.app = "postern.http";
  event.user = context.who.user();
  event.username = context.who.record.username;
  event.client_ip = context.request.client;
  event.context = std::move(details);
  if (context.session && context.session->impersonator != 0) {
    event.context["impersonated_by"] = context.session->impersonator;
  }
  event.created = context.services.tools.clock.wall();
  context.services.events.record(std::move(event));
}

}  // namespace postern::http
