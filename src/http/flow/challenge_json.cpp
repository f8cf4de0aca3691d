#include "http/flow/challenge_json.h"

#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

Object flow_info(const ChallengePage& page) {
  const auto& flow = page.flow;
  return {{"title", flow.title},
          {"background", flow.background},
          {"background_themed_urls", nullptr},
          {"cancel_url", "/flows/-/cancel/"},
          {"layout", flow.layout.empty() ? std::string("stacked") : flow.layout}};
}

Object base(const ChallengePage& page, std::string_view component) {
  return {{"flow_info", flow_info(page)}, {"component", component}};
}

void add_user(Object& out, const core::FlowRun& run) {
  // What was typed, not what is known: whether a name exists is nobody's business.
  const std::string& name = run.plan.identifier.empty() ? run.record.username : run.plan.identifier;
  out["pending_user"] = name;
  out["pending_user_avatar"] = avatar_of(name);
}

void add_error(Object& out, const core::ResponseError& error) {
  if (error.reason == core::Reason::none && error.text.empty()) return;
  out["response_errors"] = Object{
      {error.field, boost::json::array{Object{{"string", error.text}, {"code", "invalid"}}}}};
}

const core::Stage* due(const core::FlowRun& run) {
  const auto& steps = run.plan.flow->steps;
  return run.plan.position < steps.size() ? steps[run.plan.position].stage.get() : nullptr;
}

std::string flow_link(const ChallengePage& page) {
  return page.recovery_slug.empty() ? std::string() : "/if/flow/" + page.recovery_slug + "/";
}

Object identification(const ChallengePage& page, const core::IdentificationChallenge& ask,
                      const core::FlowRun& run) {
  Object out = base(page, "ak-stage-identification");
  boost::json::array fields;
  if (const core::Stage* stage = due(run)) {
    if (stage->by_username) fields.emplace_back("username");
    if (stage->by_email) fields.emplace_back("email");
    if (stage->by_upn) fields.emplace_back("upn");
  }
  out["user_fields"] = std::move(fields);
  out["password_fields"] = ask.password_fields;
  out["flow_designation"] = page.flow.designation;
  out["primary_action"] = "Log in";
  out["sources"] = boost::json::array();
  out["show_source_labels"] = false;
  out["enable_remember_me"] = false;
  return out;
}

Object device(std::string_view kind) {
  return {{"device_class", kind},
          {"device_uid", "-1"},
          {"challenge", Object{}},
          {"last_used", nullptr}};
}

Object validation(const ChallengePage& page, const core::AuthenticatorValidateChallenge& ask,
                  const core::FlowRun& run) {
  Object out = base(page, "ak-stage-authenticator-validate");
  add_user(out, run);
  boost::json::array devices;
  if (ask.totp) devices.push_back(device("totp"));
  if (ask.static_codes) devices.push_back(device("static"));
  out["device_challenges"] = std::move(devices);
  out["configuration_stages"] = boost::json::array();
  return out;
}

Object prompt(const Context& context, const ChallengePage& page, const core::PromptChallenge& ask,
              const core::FlowRun& run) {
  Object out = base(page, "ak-stage-prompt");
  Showing showing(context);
  const Object* user = run.plan.pending_user == 0
                           ? nullptr
                           : showing.related("authentik_core.user", Value(run.plan.pending_user));
  boost::json::array fields;
  for (const core::PromptField& field : *ask.fields) {
    std::string initial = field.initial_value;
    // Forms about oneself begin with what is known.
    if (initial.empty() && user != nullptr && run.plan.vouched && field.type != "password") {
      const Value* known = user->if_contains(field.key);
      if (known != nullptr && known->is_string()) initial = known->get_string();
    }
    fields.push_back(Object{{"field_key", field.key},
                            {"label", field.label},
                            {"type", field.type},
                            {"required", field.required},
                            {"placeholder", field.placeholder},
                            {"initial_value", initial},
                            {"order", field.order},
                            {"sub_text", field.sub_text},
                            {"choices", nullptr}});
  }
  out["fields"] = std::move(fields);
  return out;
}

}  // namespace

Object challenge_json(const Context& context, const ChallengePage& page,
                      const core::Challenge& challenge, const core::FlowRun& run) {
  Object out;
  if (const auto* one = std::get_if<core::IdentificationChallenge>(&challenge.ask)) {
    out = identification(page, *one, run);
    if (const std::string link = flow_link(page); !link.empty()) out["recovery_url"] = link;
  } else if (const auto* codes =
                 std::get_if<core::AuthenticatorValidateChallenge>(&challenge.ask)) {
    out = validation(page, *codes, run);
  } else if (const auto* form = std::get_if<core::PromptChallenge>(&challenge.ask)) {
    out = prompt(context, page, *form, run);
  } else {
    out = base(page, "ak-stage-password");
    add_user(out, run);
    if (const std::string link = flow_link(page); !link.empty()) out["recovery_url"] = link;
  }
  add_error(out, challenge.error);
  return out;
}

Object denied_json(const Context& context, const ChallengePage& page, std::string_view message) {
  Object out = base(page, "ak-stage-access-denied");
  const std::string& name = context.who.record.username;
  out["pending_user"] = name;
  out["pending_user_avatar"] = avatar_of(name);
  out["error_message"] = message;
  return out;
}

Object redirect_json(std::string_view to) {
  return {{"component", "xak-flow-redirect"}, {"to", to}};
}

}  // namespace postern::http
