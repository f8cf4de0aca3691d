#include "core/flow/stages/page.h"

#include <utility>

#include "core/access/stored_fields.h"
#include "core/model/time_text.h"

namespace postern::core {

std::string setting(const Stage& stage, std::string_view name) {
  return stage.row == nullptr ? std::string() : text_of(*stage.row, name);
}

std::int64_t setting(const Stage& stage, std::string_view name, std::int64_t fallback) {
  return stage.row == nullptr ? fallback : integer_of(*stage.row, name, fallback);
}

bool setting_flag(const Stage& stage, std::string_view name, bool fallback) {
  return stage.row == nullptr ? fallback : flag_of(*stage.row, name, fallback);
}

std::int64_t setting_duration(const Stage& stage, std::string_view name, std::int64_t fallback_ms) {
  const auto given = parse_duration(setting(stage, name));
  return given && *given > 0 ? *given : fallback_ms;
}

std::string answered(const Answer& answer, std::string_view name) {
  if (const auto* code = std::get_if<CodeAnswer>(&answer); code != nullptr && name == "code") {
    return std::string(code->code);
  }
  const auto* given = std::get_if<PageAnswer>(&answer);
  const auto* value =
      given == nullptr || given->body == nullptr ? nullptr : given->body->if_contains(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  return value->is_int64() ? std::to_string(value->get_int64()) : std::string();
}

const boost::json::object* answered_object(const Answer& answer, std::string_view name) {
  const auto* given = std::get_if<PageAnswer>(&answer);
  const auto* value =
      given == nullptr || given->body == nullptr ? nullptr : given->body->if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

Challenge page(std::string_view component, boost::json::object fields, bool of_user) {
  return Challenge{PageChallenge{component, std::move(fields), of_user}, {}};
}

Challenge complaint(const StageContext& context, Challenge again, std::string_view field,
                    std::string text, Reason reason) {
  context.plan.prompt_error = std::move(text);
  again.error = {field, context.plan.prompt_error, reason, {}};
  return again;
}

bool proven(const Plan& plan) noexcept {
  return plan.vouched || plan.auth_method == AuthMethod::password ||
         plan.auth_method == AuthMethod::webauthn;
}

std::optional<StageResult> refuse_setup(const StageContext& context) {
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  if (context.plan.pending_user == 0) {
    return Denied{context.plan.pretend_user ? Reason::unknown_user : Reason::flow_denied};
  }
  if (!proven(context.plan)) return Denied{Reason::flow_denied};
  if (context.attempt.blocking == Blocking::no) return WouldBlock{LoginLane::store};
  return std::nullopt;
}

std::optional<WouldBlock> call_out_elsewhere(const StageContext& context) {
  if (context.attempt.web == nullptr || context.attempt.web->may_call_out) return std::nullopt;
  return WouldBlock{LoginLane::outbound};
}

StageResult reread(const StageContext& context) {
  Plan& plan = context.plan;
  const Lookup found = context.tools.directory.read_user(plan.pending_user, context.attempt.record);
  if (found != Lookup::found) return Unavailable{Reason::directory_stale};
  plan.generation = context.attempt.record.generation;
  return Passed{};
}

void note(const StageContext& context, std::string_view action, boost::json::object details) {
  Event event;
  event.action = action;
  event.app = "postern.http";
  event.user = context.plan.pending_user;
  event.username = context.attempt.record.username;
  event.client_ip = context.attempt.web->client;
  event.context = std::move(details);
  event.created = context.tools.clock.wall();
  context.attempt.web->tools.events.record(std::move(event));
}

}  // namespace postern::core
