#include "core/policy/dynamic_policies.h"

#include "core/access/stored_fields.h"
#include "core/policy/travel.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxScores = 10'000;

PolicyAnswer answer_of(bool passed, std::string_view message = {}) {
  PolicyAnswer out;
  out.result = passed ? PolicyAnswer::Result::pass : PolicyAnswer::Result::fail;
  if (!passed && !message.empty()) out.messages.emplace_back(message);
  return out;
}

PolicyAnswer judge_reputation(const Policy& policy, const PolicyCase& facts, Store& store) {
  const std::string_view name = facts.record != nullptr && facts.record->pk != 0
                                    ? std::string_view(facts.record->username)
                                    : facts.identifier;
  const std::int64_t score =
      reputation_score(store, policy.check_username ? name : std::string_view(),
                       policy.check_ip ? facts.client : std::string_view());
  return answer_of(score <= policy.threshold);
}

// Null: it is about a login.
const boost::json::object* event_of(const PolicyCase& facts) {
  if (facts.protocol != kEventProtocol || facts.context == nullptr) return nullptr;
  const auto* event = facts.context->if_contains("event");
  return event == nullptr ? nullptr : event->if_object();
}

// Every given condition holds.
PolicyAnswer judge_event(const Policy& policy, const boost::json::object* event) {
  if (event == nullptr) return answer_of(false);
  const auto fits = [](const std::string& wanted, std::string_view value) {
    return wanted.empty() || wanted == value;
  };
  const auto* context = event->if_contains("context");
  const std::string model = context == nullptr || !context->is_object()
                                ? std::string()
                                : text_of(context->get_object(), "model");
  return answer_of(fits(policy.action, text_of(*event, "action")) &&
                   fits(policy.client_ip, text_of(*event, "client_ip")) &&
                   fits(policy.app, text_of(*event, "app")) && fits(policy.model, model));
}

std::string_view text_of(PolicyAnswer::Result result) noexcept {
  switch (result) {
    case PolicyAnswer::Result::pass:
      return "pass";
    case PolicyAnswer::Result::fail:
      return "fail";
    case PolicyAnswer::Result::error:
      break;
  }
  return "error";
}

}  // namespace

std::int64_t reputation_score(Store& store, std::string_view identifier, std::string_view ip) {
  if (identifier.empty() && ip.empty()) return 0;
  ListQuery query;
  if (!identifier.empty()) query.equals["identifier"] = identifier;
  if (!ip.empty()) query.equals["ip"] = ip;
  query.limit = kMaxScores;
  std::int64_t sum = 0;
  for (const Object& row :
       store.list(*find_model("authentik_policies_reputation.reputation"), query)) {
    sum += row.at("score").to_number<std::int64_t>();
  }
  return sum;
}

PolicyAnswer DynamicPolicies::decide(const Policy& policy, const PolicyCase& facts,
                                     std::chrono::milliseconds timeout) const {
  switch (policy.kind) {
    case Policy::Kind::expression:
      return run_expression(policy.expression, facts,
                            {parts_.store, parts_.directory, parts_.geo, parts_.clock.wall()},
                            timeout);
    case Policy::Kind::reputation:
      return judge_reputation(policy, facts, parts_.store);
    case Policy::Kind::geoip:
      return judge_travel(policy, facts, parts_.store, parts_.geo, parts_.clock.wall());
    case Policy::Kind::event_matcher:
      return judge_event(policy, event_of(facts));
    default:
      return answer_of(false);
  }
}

PolicyAnswer DynamicPolicies::judge(const Policy& policy, const PolicyCase& facts,
                                    std::chrono::milliseconds timeout) const noexcept {
  PolicyAnswer answer;
  try {
    if (timeout.count() <= 0) {
      answer.error = "out of time";
    } else {
      answer = decide(policy, facts, timeout);
    }
    if (answer.result == PolicyAnswer::Result::error || policy.execution_logging) {
      tell(policy, facts, answer);
    }
  } catch (const std::exception& error) {
    answer = PolicyAnswer();
    answer.error = error.what();
  }
  return answer;
}

void DynamicPolicies::tell(const Policy& policy, const PolicyCase& facts,
                           const PolicyAnswer& answer) const {
  Event event;
  const bool broken = answer.result == PolicyAnswer::Result::error;
  event.action = broken ? "policy_exception" : "policy_execution";
  event.app = facts.protocol == kEventProtocol ? kJudgedEvent : "postern.core.policy";
  event.client_ip = facts.client;
  event.created = parts_.clock.wall();
  if (facts.record != nullptr && facts.record->pk != 0) {
    event.user = facts.record->pk;
    event.username = facts.record->username;
  }
  event.context = {{"policy", policy.name},
                   {"policy_uuid", policy.pk},
                   {"result", text_of(answer.result)},
                   {"protocol", facts.protocol}};
  if (broken) event.context["message"] = answer.error;
  parts_.events.record(std::move(event));
}

}  // namespace postern::core
