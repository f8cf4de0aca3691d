#include "core/flow/stages/sms.h"

#include <boost/json/serialize.hpp>

#include "core/access/stored_fields.h"
#include "core/flow/stages/form.h"
#include "core/log.h"
#include "core/objects/sealed_fields.h"

namespace postern::core {
namespace {

std::string secret(const Sealer& sealer, const Object& stage, std::string_view name) {
  const auto opened = open_secret(sealer, stage, name);
  return opened ? std::string(opened->reveal()) : std::string();
}

HttpRequest twilio(const Sealer& sealer, const Object& stage, std::string_view number,
                   const std::string& text) {
  const std::string account = text_of(stage, "account_sid");
  const bool address = account.starts_with("https://") || account.starts_with("http://");
  const std::string base =
      address ? account : "https://api.twilio.com/2010-04-01/Accounts/" + account;
  HttpRequest request;
  request.method = "POST";
  request.url = base + "/Messages.json";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Authorization", basic_credentials(base.substr(base.rfind('/') + 1),
                                                         secret(sealer, stage, "auth"))}};
  request.body = form_text(
      {{"From", text_of(stage, "from_number")}, {"To", std::string(number)}, {"Body", text}});
  return request;
}

HttpRequest generic(const Sealer& sealer, const Object& stage, std::string_view number,
                    const std::string& text) {
  HttpRequest request;
  request.method = "POST";
  request.url = text_of(stage, "account_sid");
  request.headers = {{"Content-Type", "application/json"}};
  const std::string auth = secret(sealer, stage, "auth");
  if (text_of(stage, "auth_type") == "bearer") {
    request.headers.emplace_back("Authorization", "Bearer " + auth);
  } else if (!auth.empty()) {
    request.headers.emplace_back("Authorization",
                                 basic_credentials(auth, secret(sealer, stage, "auth_password")));
  }
  request.body = boost::json::serialize(Object{
      {"From", text_of(stage, "from_number")}, {"To", number}, {"Body", text}, {"Message", text}});
  return request;
}

}  // namespace

bool send_sms(HttpClient& http, const Sealer& sealer, const Object& stage, std::string_view number,
              const Secret& code) {
  const std::string text = "Use this code to sign in: " + std::string(code.reveal());
  const bool by_twilio = text_of(stage, "provider") == "twilio";
  const HttpAnswer answer = http.ask(by_twilio ? twilio(sealer, stage, number, text)
                                               : generic(sealer, stage, number, text));
  if (answer.ok()) return true;
  log::warning("sms.not_sent", {{"stage", text_of(stage, "name")},
                                {"status", std::int64_t{answer.status}},
                                {"why", answer.error}});
  return false;
}

}  // namespace postern::core
