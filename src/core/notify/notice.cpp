#include "core/notify/notice.h"

#include <boost/json/serialize.hpp>

#include "core/access/stored_fields.h"
#include "core/html_text.h"
#include "core/login_effects.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

constexpr std::size_t kMostBody = 400, kMostField = 300, kMostFields = 20;

// Fields of a context that say best what it was about, the best first.
constexpr std::string_view kTelling[] = {"message", "reason", "name", "policy", "flow"};

std::string told(const Value& value) {
  if (value.is_string()) return printable(value.get_string(), kMostField);
  return printable(boost::json::serialize(value), kMostField);
}

Object slack_field(std::string_view title, std::string_view value, bool brief) {
  return {{"title", title}, {"value", value}, {"short", brief}};
}

}  // namespace

std::string action_title(std::string_view action) {
  std::string out(action);
  bool start = true;
  for (char& c : out) {
    if (c == '_') c = ' ';
    if (start && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    start = c == ' ';
  }
  return out;
}

Object event_facts(const Event& event) {
  return {{"action", event.action},
          {"app", event.app},
          {"client_ip", event.client_ip},
          {"user", Object{{"pk", event.user}, {"username", event.username}}},
          {"context", event.context},
          {"created", time_text(event.created)}};
}

std::string event_summary(const Event& event) {
  std::string out = action_title(event.action);
  if (!event.username.empty()) out += ": " + printable(event.username);
  if (!event.client_ip.empty()) out += " from " + printable(event.client_ip, 64);
  const std::string model = text_of(event.context, "model");
  if (!model.empty()) out += ", " + printable(model);
  for (const std::string_view name : kTelling) {
    const std::string text = text_of(event.context, name);
    if (!text.empty()) out += ", " + printable(text);
  }
  return printable(out, kMostBody);
}

Object webhook_body(const Notice& notice) {
  Object out{{"body", notice.body},
             {"severity", notice.severity},
             {"user_email", notice.email},
             {"user_username", notice.username}};
  if (!notice.event_username.empty()) out["event_user_username"] = notice.event_username;
  return out;
}

Object slack_body(const Notice& notice) {
  boost::json::array fields{slack_field("Severity", notice.severity, true),
                            slack_field("Dispatched for user", notice.username, true)};
  if (!notice.event_username.empty()) {
    fields.push_back(slack_field("Event user", notice.event_username, true));
  }
  const Value* context = notice.event.if_contains("context");
  if (context != nullptr && context->is_object()) {
    for (const auto& item : context->get_object()) {
      if (fields.size() >= kMostFields) break;
      const std::string value = told(item.value());
      fields.push_back(
          slack_field(printable({item.key().data(), item.key().size()}), value, value.size() < 60));
    }
  }
  const std::string action = text_of(notice.event, "action");
  Object card{
      {"author_name", "postern"},    {"title", notice.body},
      {"fallback", notice.body},     {"color", notice.severity == "notice" ? "#3e8635" : "#fd4b2d"},
      {"fields", std::move(fields)}, {"footer", "postern"}};
  if (!action.empty()) card["author_name"] = "postern: " + action_title(action);
  return {{"username", "postern"}, {"text", ""}, {"attachments", boost::json::array{card}}};
}

Mail notice_mail(const Notice& notice, std::string_view subject_prefix) {
  const std::string action = text_of(notice.event, "action");
  Mail mail;
  mail.subject =
      std::string(subject_prefix) + (action.empty() ? "Notification" : action_title(action));
  std::string rows;
  mail.text = "Hello " + notice.username + ",\n\n" + notice.body + "\n";
  const Value* context = notice.event.if_contains("context");
  if (context != nullptr && context->is_object()) {
    mail.text += "\n";
    for (const auto& item : context->get_object()) {
      const std::string key = printable({item.key().data(), item.key().size()});
      const std::string value = told(item.value());
      mail.text += key + ": " + value + "\n";
      rows += "<tr><th align=\"left\">" + html_escape(key) + "</th><td>" + html_escape(value) +
              "</td></tr>";
    }
  }
  mail.text += "\nSeverity: " + notice.severity + "\n";
  mail.html =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"></head>"
      "<body style=\"font-family:sans-serif\"><p>Hello " +
      html_escape(notice.username) + ",</p><p>" + html_escape(notice.body) + "</p><table>" + rows +
      "</table><p>Severity: " + html_escape(notice.severity) + "</p></body></html>\n";
  return mail;
}

Object to_object(const Notice& notice) {
  return {{"severity", notice.severity}, {"body", notice.body},
          {"user", notice.user},         {"username", notice.username},
          {"email", notice.email},       {"event_username", notice.event_username},
          {"event", notice.event}};
}

Notice notice_from(const Object& object) {
  Notice out{text_of(object, "severity"),
             text_of(object, "body"),
             integer_of(object, "user", 0),
             text_of(object, "username"),
             text_of(object, "email"),
             text_of(object, "event_username"),
             {}};
  if (const Value* event = object.if_contains("event"); event != nullptr && event->is_object()) {
    out.event = event->get_object();
  }
  return out;
}

}  // namespace postern::core
