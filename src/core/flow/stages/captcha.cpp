#include "core/flow/stages/captcha.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>

#include "core/access/stored_fields.h"
#include "core/flow/stages/form.h"
#include "core/log.h"
#include "core/objects/sealed_fields.h"

namespace postern::core {
namespace {

constexpr std::string_view kComponent = "ak-stage-captcha";

double threshold(const Stage& stage, std::string_view name, double fallback) {
  const std::string text = setting(stage, name);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return text.empty() || end == nullptr || *end != '\0' ? fallback : value;
}

HttpRequest request_for(const StageContext& context, const Stage& stage, const Secret& secret,
                        std::string_view token) {
  HttpRequest request;
  request.method = "POST";
  request.url = setting(stage, "api_url");
  const std::string client(context.attempt.web->client);
  if (setting(stage, "request_content_type") == "application/json") {
    request.headers = {{"Content-Type", "application/json"}};
    request.body = boost::json::serialize(
        Object{{"secret", secret.reveal()}, {"response", token}, {"remoteip", client}});
  } else {
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = form_text({{"secret", std::string(secret.reveal())},
                              {"response", std::string(token)},
                              {"remoteip", client}});
  }
  return request;
}

bool confirms(const Stage& stage, const HttpAnswer& answer) {
  boost::system::error_code error;
  const Value parsed = boost::json::parse(answer.body, error);
  if (!answer.ok() || error || !parsed.is_object()) return false;
  const Object& body = parsed.get_object();
  if (!flag_of(body, "success", false)) return false;
  const auto* score = member(body, "score");
  if (score == nullptr || !score->is_number() ||
      !setting_flag(stage, "error_on_invalid_score", true)) {
    return true;
  }
  const double value = score->to_number<double>();
  return value >= threshold(stage, "score_min_threshold", 0.5) &&
         value <= threshold(stage, "score_max_threshold", 1.0);
}

Challenge show(const StageContext& context) {
  return page(kComponent, captcha_fields(context.stage));
}

StageResult enter(const StageContext& context) {
  if (context.attempt.web == nullptr || context.attempt.web->tools.http == nullptr) {
    return Denied{Reason::stage_unsupported};
  }
  return show(context);
}

StageResult answer(const StageContext& context, const Answer& given) {
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  if (const auto later = call_out_elsewhere(context)) return *later;
  if (captcha_passes(context, context.stage, answered(given, "token"))) return Passed{};
  return complaint(context, show(context), "token",
                   "Invalid captcha response. Retrying may solve this issue.");
}

}  // namespace

boost::json::object captcha_fields(const Stage& stage) {
  return {{"site_key", setting(stage, "public_key")},
          {"js_url", setting(stage, "js_url")},
          {"interactive", setting_flag(stage, "interactive", false)}};
}

bool captcha_passes(const StageContext& context, const Stage& stage, std::string_view token) {
  HttpClient* http = context.attempt.web->tools.http;
  const auto secret =
      open_secret(context.attempt.web->tools.objects.sealer, *stage.row, "private_key");
  if (token.empty() || token.size() > 8192 || http == nullptr || !secret) return false;
  const HttpAnswer answer = http->ask(request_for(context, stage, *secret, token));
  if (confirms(stage, answer)) return true;
  log::info(
      "captcha.refused",
      {{"stage", stage.name}, {"status", std::int64_t{answer.status}}, {"why", answer.error}});
  return false;
}

const StageFunctions kCaptchaStage{&enter, &answer};

}  // namespace postern::core
