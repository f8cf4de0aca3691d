// prompt and user_write: a form whose answers are judged by policies, and the stage that writes
// them to the pending user. What was typed lies in the plan's context under `prompt_data`.

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>

#include "core/access/stored_fields.h"
#include "core/ascii.h"
#include "core/flow/stages/page.h"
#include "core/flow/user_writer.h"
#include "core/mail_address.h"

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

// Left empty on purpose; an empty password or username is none given, and changes nothing.
bool can_be_cleared(std::string_view type) {
  return type != "password" && type != "username" && type != "checkbox" && type != "file";
}

// Names that hosts and mail systems give a meaning (accounts of Debian, RFC 2142): nobody gives one
// to oneself. Administrators may.
constexpr std::array<std::string_view, 36> kReserved{
    "root",       "daemon",     "bin",        "sys",   "sync",          "games",
    "man",        "lp",         "mail",       "news",  "uucp",          "proxy",
    "www-data",   "backup",     "list",       "irc",   "nobody",        "adm",
    "shutdown",   "halt",       "operator",   "ftp",   "sshd",          "systemd",
    "messagebus", "postmaster", "hostmaster", "abuse", "security",      "webmaster",
    "noc",        "support",    "info",       "admin", "administrator", "guest"};

bool reserved(std::string_view name) {
  const std::string lowered = ascii_lowered(name);
  return std::find(kReserved.begin(), kReserved.end(), lowered) != kReserved.end();
}

// By somebody else than whom the flow is about, or by a system.
bool taken(const StageContext& context, std::string_view name) {
  LoginRecord other;
  const Lookup lookup = context.tools.directory.find_user(UserField::username, name, other);
  return lookup == Lookup::found ? other.pk != context.plan.pending_user : reserved(name);
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
      if (given != nullptr && can_be_cleared(field.type)) data[field.key] = "";
      continue;
    }
    if (field.type == "password") {
      if (!password.empty() && password != given->value) {
        return ask_again(context, field.key, "Passwords don't match.");
      }
      password = given->value;
    }
    if (field.type == "username" && taken(context, given->value)) {
      return ask_again(context, field.key, "Username is already taken.");
    }
    if (field.type == "email" && !is_mail_address(given->value)) {
      return ask_again(context, field.key, "Enter a valid email address.");
    }
    if (!field.choices.empty() && std::find(field.choices.begin(), field.choices.end(),
                                            given->value) == field.choices.end()) {
      return ask_again(context, field.key, "This is none of the choices.");
    }
    if (field.type == "checkbox") {
      data[field.key] = given->value == "true";
      continue;
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

// Only where a flow of people says so. Whoever made a user has shown its password, and is it.
StageResult create_user(const StageContext& context, const boost::json::object& data) {
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  if (context.attempt.blocking == Blocking::no) return WouldBlock{LoginLane::hash};
  Plan& plan = context.plan;
  UserWriter::NewUser how;
  how.active = !setting_flag(context.stage, "create_users_as_inactive", true);
  how.type = setting(context.stage, "user_type");
  if (how.type.empty()) how.type = "external";
  how.path = setting(context.stage, "user_path_template");
  how.group = key_text(member(*context.stage.row, "create_users_group"));
  how.spend = text_of(plan.context, "spend_invitation");
  const auto made = context.attempt.writer->create(how, data);
  if (!made) {
    plan.prompt_error = made.error().message;
    return Denied{Reason::flow_denied};
  }
  plan.context.erase("spend_invitation");
  plan.pending_user = *made;
  plan.vouched = plan.written = true;
  return reread(context);
}

StageResult enter_write(const StageContext& context) {
  const auto* data = context.plan.context.if_contains(kPromptData);
  if (data == nullptr || context.attempt.writer == nullptr) return Denied{Reason::flow_denied};
  const std::string mode = setting(context.stage, "user_creation_mode");
  const bool nobody = context.plan.pending_user == 0 && !context.plan.pretend_user;
  if (mode == "always_create" || (mode == "create_when_required" && nobody)) {
    return create_user(context, data->get_object());
  }
  if (context.plan.pending_user == 0) return Denied{Reason::flow_denied};
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
  return reread(context);
}

}  // namespace

const StageFunctions kPromptStage{&enter_prompt, &answer_prompt};
const StageFunctions kUserWriteStage{&enter_write, &no_answer};

}  // namespace postern::core
