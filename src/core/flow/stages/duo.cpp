#include "core/flow/stages/duo.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <ctime>

#include "core/access/stored_fields.h"
#include "core/ascii.h"
#include "core/credentials/digest.h"
#include "core/flow/stages/form.h"
#include "core/hex.h"
#include "core/log.h"
#include "core/objects/sealed_fields.h"

namespace postern::core {
namespace {

// RFC 5322, 3.3.
std::string mail_date(WallMs now) {
  const std::time_t seconds = now / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[48];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S -0000", &utc);
  return {text, size};
}

// The object "response" of an answer that says OK.
std::optional<Object> response_of(const HttpAnswer& answer) {
  boost::system::error_code error;
  const Value parsed = boost::json::parse(answer.body, error);
  if (!answer.ok() || error || !parsed.is_object()) return std::nullopt;
  const Object& body = parsed.get_object();
  const auto* response = member(body, "response");
  if (text_of(body, "stat") != "OK" || response == nullptr) return std::nullopt;
  // enroll_status answers with a bare word.
  if (response->is_string()) return Object{{"result", *response}};
  if (!response->is_object()) return std::nullopt;
  return response->get_object();
}

std::optional<std::string> named(const std::optional<Object>& answer, std::string_view name) {
  if (!answer) return std::nullopt;
  std::string text = text_of(*answer, name);
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

std::optional<Object> Duo::call(std::string_view method, std::string_view path,
                                Parameters parameters) {
  const std::string host = ascii_lowered(text_of(stage_, "api_hostname"));
  const std::string client = text_of(stage_, "client_id");
  const auto secret = open_secret(sealer_, stage_, "client_secret");
  if (!secret) return std::nullopt;
  std::sort(parameters.begin(), parameters.end());
  const std::string form = form_text(parameters), date = mail_date(clock_.wall());
  const std::string canonical =
      date + "\n" + std::string(method) + "\n" + host + "\n" + std::string(path) + "\n" + form;
  const std::string signature = to_hex(hmac(DigestKind::sha1, secret->reveal(), canonical));
  HttpRequest request;
  request.method = method;
  request.url = "https://" + host + std::string(path);
  request.headers = {{"Date", date}, {"Authorization", basic_credentials(client, signature)}};
  if (method == "POST") {
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = form;
  } else {
    request.url += "?" + form;
  }
  const HttpAnswer answer = http_.ask(request);
  auto response = response_of(answer);
  if (!response) {
    log::warning("duo.no_answer",
                 {{"path", path}, {"status", std::int64_t{answer.status}}, {"why", answer.error}});
  }
  return response;
}

std::optional<Duo::Enrolment> Duo::enroll(std::string_view username) {
  const auto answer = call("POST", "/auth/v2/enroll", {{"username", std::string(username)}});
  if (!answer) return std::nullopt;
  Enrolment out{text_of(*answer, "user_id"), text_of(*answer, "activation_code"),
                text_of(*answer, "activation_barcode")};
  if (out.user_id.empty() || out.activation_code.empty()) return std::nullopt;
  return out;
}

std::optional<std::string> Duo::enroll_status(std::string_view user_id,
                                              std::string_view activation) {
  return named(
      call("POST", "/auth/v2/enroll_status",
           {{"user_id", std::string(user_id)}, {"activation_code", std::string(activation)}}),
      "result");
}

std::optional<std::string> Duo::push(std::string_view user_id, std::string_view address) {
  Parameters parameters{
      {"user_id", std::string(user_id)}, {"factor", "push"}, {"device", "auto"}, {"async", "1"}};
  if (!address.empty()) parameters.emplace_back("ipaddr", address);
  return named(call("POST", "/auth/v2/auth", std::move(parameters)), "txid");
}

std::optional<std::string> Duo::outcome(std::string_view transaction) {
  return named(call("GET", "/auth/v2/auth_status", {{"txid", std::string(transaction)}}), "result");
}

}  // namespace postern::core
