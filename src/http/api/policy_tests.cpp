// policies/all/{uuid}/test/: what a policy says of a user, and of a password or a flow's context;
// and the codes of countries. Nothing is changed by a test.

#include "core/flow/stages/stage.h"
#include "core/model/time_text.h"
#include "core/policy/compile_policy.h"
#include "http/api/family.h"
#include "http/api/routes.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::chrono::seconds kTestTime{5};
// ISO 3166, two letters each.
constexpr std::string_view kCountries =
    "AFAXALDZASADAOAIAQAGARAMAWAUATAZBSBHBDBBBYBEBZBJBMBTBOBQBABWBVBRIOBNBGBFBICVKHCM"
    "CAKYCFTDCLCNCXCCCOKMCGCKCRCIHRCUCWCYCZCDDKDJDMDOECEGSVGQEREESZETFKFOFJFIFRGFPFTF"
    "GAGMGEDEGHGIGRGLGDGPGUGTGGGNGWGYHTHMHNHKHUISINIDIRIQIEIMILITJMJPJEJOKZKEKIKWKGLA"
    "LVLBLSLRLYLILTLUMOMGMWMYMVMLMTMHMQMRMUYTMXFMMDMCMNMEMSMAMZMMNANRNPNLNCNZNINENGNU"
    "NFKPMKMPNOOMPKPWPSPAPGPYPEPHPNPLPTPRQARERORURWBLSHKNLCMFPMVCWSSMSTSASNRSSCSLSGSX"
    "SKSISBSOZAGSKRSSESLKSDSRSJSECHSYTWTJTZTHTLTGTKTOTTTNTRTMTCTVUGUAAEGBUMUSUYUZVUVA"
    "VEVNVGVIWFEHYEZMZW";

Object log_line(const Context& context, std::string_view text) {
  return {{"timestamp", core::time_text(context.services.tools.clock.wall())},
          {"log_level", "warning"},
          {"logger", "postern.core.policy"},
          {"event", text},
          {"attributes", Object()}};
}

Response result(bool passing, boost::json::array messages, boost::json::array lines) {
  return json_response(200, Object{{"passing", passing},
                                   {"messages", std::move(messages)},
                                   {"log_messages", std::move(lines)}});
}

// The password that a policy on passwords is asked about: where a prompt would have put it.
std::string_view password_in(const Object& given, const core::Policy& policy) {
  const Value* data = given.if_contains("prompt_data");
  const Object* fields = data == nullptr ? &given : data->if_object();
  const Value* text = fields == nullptr ? nullptr : fields->if_contains(policy.password_field);
  if (text == nullptr || !text->is_string()) return {};
  return text->get_string();
}

Response test_password(const Context& context, const core::Policy& policy, const Object& given,
                       const core::StoredUser& user) {
  core::PasswordCandidate candidate;
  candidate.password = password_in(given, policy);
  candidate.username = user.username;
  candidate.email = user.email;
  candidate.name = user.name;
  candidate.changed = user.password_changed;
  candidate.now = context.services.tools.clock.wall();
  const core::PolicyVerdict verdict = core::judge(policy, candidate);
  boost::json::array messages;
  if (!verdict.passed()) messages.emplace_back(verdict.message);
  return result(verdict.passed(), std::move(messages), {});
}

Response test_dynamic(const Context& context, const core::Policy& policy, const Object& given,
                      const core::LoginRecord& record) {
  core::PolicyCase facts;
  facts.record = &record;
  facts.identifier = record.username;
  facts.client = context.request.client;
  facts.protocol = "http";
  facts.request_id = context.request.id;
  facts.context = &given;
  const core::HttpFacts http{context.request.method, context.request.path, context.request.host,
                             context.request.header("user-agent"), context.request.secure};
  facts.http = &http;
  const core::PolicyAnswer answer = context.services.judge.judge(policy, facts, kTestTime);
  boost::json::array messages, lines;
  for (const std::string& message : answer.messages) messages.emplace_back(message);
  if (!answer.error.empty()) lines.push_back(log_line(context, answer.error));
  return result(answer.result == core::PolicyAnswer::Result::pass, std::move(messages),
                std::move(lines));
}

Response test_policy(Context& context) {
  const auto found = find_member(policy_family(), context, Value(context.param("key")));
  if (!found) return detail(404, "Not found.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* user = body->if_contains("user");
  if (user == nullptr) return field_error("user", "This field is required.");
  if (!user->is_int64()) return field_error("user", "A valid integer is required.");
  const Value* wanted = body->if_contains("context");
  if (wanted != nullptr && !wanted->is_object()) {
    return field_error("context", "Value must be a dictionary.");
  }
  const Object given = wanted == nullptr ? Object() : wanted->get_object();
  core::LoginRecord record;
  const auto stored = context.services.store.load_user(user->get_int64());
  if (!stored || context.services.directory.read_user(stored->pk, record) != core::Lookup::found) {
    return field_error("user", "Invalid pk - object does not exist.");
  }
  std::vector<std::string> problems;
  const auto policy = core::compile_policy(found->member->resource->model, found->stored, problems);
  return policy->is_dynamic() ? test_dynamic(context, *policy, given, record)
                              : test_password(context, *policy, given, *stored);
}

Response countries(Context&) {
  boost::json::array out;
  for (std::size_t at = 0; at + 1 < kCountries.size(); at += 2) {
    out.push_back(Object{{"code", kCountries.substr(at, 2)}, {"name", kCountries.substr(at, 2)}});
  }
  return json_response(200, out);
}

}  // namespace

void add_policy_tests(Router& router) {
  router.add("POST", "/api/v3/policies/all/{key:uuid}/test/", Door::superuser, &test_policy);
  router.add("GET", "/api/v3/policies/geoip_iso3166/", Door::user, &countries);
}

}  // namespace postern::http
