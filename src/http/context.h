#pragma once
// Context: one request on its way through the handlers: who asks, what the path named, what the
// answer has to say besides. Thread: one lane's, for one request.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/login_record.h"
#include "http/request.h"
#include "http/response.h"
#include "http/services.h"
#include "http/text.h"
#include "http/web_sessions.h"

namespace postern::http {

struct Permissions;

struct Identity {
  enum class By : std::uint8_t { nobody, session, token } by = By::nobody;
  core::LoginRecord record;  // pk 0 = nobody
  core::UserId user() const noexcept { return record.pk; }
  bool superuser() const noexcept { return record.pk != 0 && record.is_superuser; }
};

struct Context {
  const Services& services;
  const WebSessions& sessions;
  const Request& request;
  Query query;
  Identity who;
  std::optional<WebSession> session;                       // of the cookie, also before a login
  std::map<std::string, std::string, std::less<>> params;  // of the path
  std::vector<Header> extra;                               // header fields that any answer carries
  core::Object aside;  // what of a body is not the object's own, until its write is made
  mutable std::shared_ptr<const Permissions> permissions{};  // once asked for: permissions.h

  std::string_view param(std::string_view name) const {
    const auto found = params.find(name);
    return found == params.end() ? std::string_view() : std::string_view(found->second);
  }
};

// A body that has to be a JSON object: nothing = `refusal` says what is wrong.
std::optional<core::Object> json_body(const Context& context, Response& refusal);

// 400 {field: [text]}, 403, 404 or 503 as the Error says.
Response error_response(const core::Error& error);
Response field_error(std::string_view field, std::string_view text);

// An event of this request, by who asks.
void record_event(const Context& context, std::string_view action, core::Object details);

}  // namespace postern::http
