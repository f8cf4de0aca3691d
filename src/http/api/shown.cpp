#include "http/api/shown.h"

#include "core/credentials/digest.h"
#include "core/hex.h"
#include "core/html_text.h"
#include "core/model/time_text.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

Value time_or_null(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return nullptr;
  return Value(core::time_text(value->get_int64()));
}

// The first character of a word, whole also beyond ASCII; nothing of what is no letter.
std::string initial(std::string_view word) {
  std::size_t size = 1;
  while (size < word.size() && (static_cast<unsigned char>(word[size]) & 0xc0) == 0x80) ++size;
  return std::string(word.substr(0, size));
}

std::string initials(std::string_view name) {
  const std::size_t space = name.rfind(' ');
  std::string out = name.empty() ? std::string() : initial(name);
  if (space != std::string_view::npos && space + 1 < name.size()) {
    out += initial(name.substr(space + 1));
  }
  return out;
}

}  // namespace

Value show_nothing(Showing&, const Object&) { return nullptr; }
Value show_empty_list(Showing&, const Object&) { return boost::json::array(); }

core::Reason access_of(const Context& context, const core::LoginRecord& record,
                       const core::Application* application, std::vector<std::string>* messages) {
  const core::Reason user = core::check_user(record, context.services.tools.clock.wall());
  if (user != core::Reason::none) return user;
  if (application == nullptr) return core::Reason::application_missing;
  const Request& request = context.request;
  const core::HttpFacts http{request.method, request.path, request.host,
                             request.header("user-agent"), request.secure};
  core::Subject subject = core::subject_of(record);
  subject.judge = &context.services.judge;
  subject.messages = messages;
  subject.facts.record = &record;
  subject.facts.identifier = record.username;
  subject.facts.client = request.client;
  subject.facts.protocol = "http";
  subject.facts.application = application->pk;
  subject.facts.request_id = request.id;
  subject.facts.http = &http;
  const auto catalog = context.services.directory.catalog();
  return core::check_application(*catalog, application, subject);
}

std::string uid_of(const Showing& showing, core::UserId user) {
  const auto key = showing.context.services.tools.sealer.derive("user uid");
  return core::to_hex(
      core::hmac(core::DigestKind::sha256, core::as_text(key), std::to_string(user)));
}

std::string avatar_of(std::string_view name) {
  const std::string svg =
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">)"
      R"(<rect width="64" height="64" fill="#3a5a78"/><text x="50%" y="50%" dy=".35em" )"
      R"(text-anchor="middle" font-family="sans-serif" font-size="28" fill="#fff">)" +
      core::html_escape(initials(name)) + "</text></svg>";
  return "data:image/svg+xml," + percent_encode(svg);
}

Object partial_user(Showing& showing, const Object& user) {
  return {{"pk", user.at("pk")},
          {"username", user.at("username")},
          {"name", user.at("name")},
          {"is_active", user.at("is_active")},
          {"last_login", time_or_null(user, "last_login")},
          {"email", user.at("email")},
          {"attributes", user.at("attributes")},
          {"uid", uid_of(showing, user.at("pk").as_int64())}};
}

Value show_user(Showing& showing, const Object& object) {
  const Object* user = showing.related("authentik_core.user", object.at("user"));
  if (user == nullptr) return nullptr;
  const Object copy = *user;  // showing it reads further objects
  return show(kUserResource, showing, copy);
}

Value show_partial_user(Showing& showing, const Object& object) {
  const Object* user = showing.related("authentik_core.user", object.at("user"));
  if (user == nullptr) return nullptr;
  return partial_user(showing, *user);
}

Value show_partial_group(Showing& showing, const Value& pk) {
  const Object* group = showing.related_alone("authentik_core.group", pk);
  if (group == nullptr) return nullptr;
  return Object{{"pk", group->at("pk")},
                {"num_pk", group->at("num_pk")},
                {"name", group->at("name")},
                {"is_superuser", group->at("is_superuser")},
                {"attributes", group->at("attributes")}};
}

}  // namespace postern::http
