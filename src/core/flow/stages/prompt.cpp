// prompt and user_write: a form whose answers are judged by policies, and the stage that writes
// them to the pending user. What was typed lies in the plan's context under `prompt_data`.

#include <boost/json/object.hpp>

#include "core/flow/stages/stage.h"
#include "core/flow/user_writer.h"

namespace postern::core {
namespace {

constexpr std::string_view kPromptData = "prompt_data";

Challenge ask(const StageContext& context) {
  return Challenge{PromptChallenge{&context.stage.prompts}, {}};
}

StageResult ask_again(const StageContext& context, std::string_view field, std::string text) {
  context.plan.prompt_error = std::move(text);
  Challenge again = ask(context);
  again.error = {field, context.plan.prompt_error, Reason::flow_denied, {}};
  return again;
}

const PromptAnswer::Field* find(const PromptAnswer& answer, std::string_view key) {
  for (const PromptAnswer::Field& field : answer.fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

bool shown_only(std::string_view type) {
  return type == "separator" || type == "static" || type.ends_with("_read_only");
}

// Passed = nothing is missing, and all password fields hold the same.
StageResult gather(const StageContext& context, const PromptAnswer& answer,
                   boost::json::object& data) {
  std::string_view password;
  for (const PromptField& field : context.stage.prompts) {
    if (shown_only(field.type)) continue;
    const PromptAnswer::Field* given = find(answer, field.key);
    if (given == nullptr || given->value.empty()) {
      if (field.required) return ask_again(context, field.key, "This field is required.");
      continue;
    }
    if (field.type == "password") {
      if (!password.empty() && password != given->value) {
        return ask_again(context, field.key, "Passwords don't match.");
      }
      password = given->value;
    }
    data[field.key] = given->value;
  }
  return Passed{};
}

// The first policy that the answers do not satisfy.
StageResult validate(const StageContext& context, const boost::json::object& data) {
  PasswordCandidate* candidate = context.attempt.candidate;
  for (const auto& policy : context.stage.validation) {
    const auto* typed = data.if_contains(policy->password_field);
    if (typed == nullptr || candidate == nullptr) {
      return ask_again(context, policy->password_field, "Password not set in context");
    }
    candidate->password = typed->get_string();
    context.plan.refusal = judge(*policy, *candidate);
    if (!context.plan.refusal.passed()) {
      return ask_again(context, policy->password_field, context.plan.refusal.message);
    }
  }
  return Passed{};
}

StageResult enter_prompt(const StageContext& context) { return ask(context); }

StageResult answer_prompt(const StageContext& context, const Answer& given) {
  const auto* answer = std::get_if<PromptAnswer>(&given);
  if (answer == nullptr) return ask(context);
  if (context.attempt.blocking == Blocking::no) return WouldBlock{LoginLane::hash};
  boost::json::object data;
  StageResult result = gather(context, *answer, data);
  if (!std::holds_alternative<Passed>(result)) return result;
  result = validate(context, data);
  if (context.attempt.candidate != nullptr) context.attempt.candidate->password = {};
  if (!std::holds_alternative<Passed>(result)) return result;
  boost::json::value& kept = context.plan.context[kPromptData];
  if (!kept.is_object()) kept.emplace_object();
  for (const auto& item : data) kept.get_object()[item.key()] = item.value();
  // Policies bound to later stages judge the password that will be written.
  if (const auto* typed = kept.get_object().if_contains("password");
      typed != nullptr && context.attempt.candidate != nullptr) {
    context.attempt.candidate->password = typed->get_string();
  }
  return Passed{};
}

StageResult enter_write(const StageContext& context) {
  const auto* data = context.plan.context.if_contains(kPromptData);
  // This version creates nobody here, and has no front that would ask for it.
  if (context.plan.pending_user == 0 || data == nullptr || context.attempt.writer == nullptr) {
    return Denied{Reason::flow_denied};
  }
  // Who has shown nothing changes nobody, however the flow was put together.
  if (!context.plan.vouched && context.plan.auth_method == AuthMethod::none) {
    return Denied{Reason::flow_denied};
  }
  if (context.attempt.blocking == Blocking::no) return WouldBlock{LoginLane::hash};
  const auto done = context.attempt.writer->write(context.plan.pending_user, data->get_object());
  if (!done) {
    context.plan.prompt_error = done.error().message;
    return Denied{Reason::flow_denied};
  }
  context.plan.written = true;
  // What was written may have moved the generation; the flow goes on with the user as it is now.
  const Lookup found =
      context.tools.directory.read_user(context.plan.pending_user, context.attempt.record);
  if (found != Lookup::found) return Unavailable{Reason::directory_stale};
  context.plan.generation = context.attempt.record.generation;
  return Passed{};
}

}  // namespace

const StageFunctions kPromptStage{&enter_prompt, &answer_prompt};
const StageFunctions kUserWriteStage{&enter_write, &no_answer};

}  // namespace postern::core
