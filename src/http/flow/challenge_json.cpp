#include "http/flow/challenge_json.h"

#include "core/model/time_text.h"
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

// Where a stage says that its flow of a kind lives; "" = it has none.
std::string flow_link(Showing& showing, const core::Stage* stage, std::string_view field) {
  const Value* pk =
      stage == nullptr || stage->row == nullptr ? nullptr : stage->row->if_contains(field);
  const Object* flow =
      pk == nullptr || pk->is_null() ? nullptr : showing.related("authentik_flows.flow", *pk);
  return flow == nullptr ? std::string()
                         : "/if/flow/" + std::string(flow->at("slug").as_string()) + "/";
}

std::string recovery_link(Showing& showing, const ChallengePage& page, const core::Stage* stage) {
  std::string link = flow_link(showing, stage, "recovery_flow");
  if (link.empty() && !page.recovery_slug.empty()) link = "/if/flow/" + page.recovery_slug + "/";
  return link;
}

void add_link(Object& out, std::string_view name, std::string link) {
  if (!link.empty()) out[name] = std::move(link);
}

Object identification(Showing& showing, const ChallengePage& page,
                      const core::IdentificationChallenge& ask, const core::FlowRun& run) {
  Object out = base(page, "ak-stage-identification");
  boost::json::array fields;
  const core::Stage* stage = due(run);
  if (stage != nullptr) {
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
  out["enable_remember_me"] = ask.remember_me;
  add_link(out, "recovery_url", recovery_link(showing, page, stage));
  add_link(out, "enroll_url", flow_link(showing, stage, "enrollment_flow"));
  add_link(out, "passwordless_url", flow_link(showing, stage, "passwordless_flow"));
  if (!ask.passkey.empty()) out["passkey_challenge"] = ask.passkey;
  if (!ask.captcha.empty()) {
    Object captcha = ask.captcha;
    captcha["pending_user"] = "";
    captcha["pending_user_avatar"] = avatar_of("");
    out["captcha_stage"] = std::move(captcha);
  }
  return out;
}

Object device(std::string_view kind) {
  return {{"device_class", kind},
          {"device_uid", "-1"},
          {"challenge", Object{}},
          {"last_used", nullptr}};
}

Object other_device(const core::DeviceChallenge& one) {
  return {
      {"device_class", one.device_class},
      {"device_uid", one.uid},
      {"challenge", one.challenge},
      {"last_used", one.last_used == 0 ? Value(nullptr) : Value(core::time_text(one.last_used))}};
}

// When this user's device of a class was used last.
Value last_used(const Context& context, const core::FlowRun& run, std::string_view model) {
  core::ListQuery query;
  query.equals["user"] = run.plan.pending_user;
  Value latest;
  for (const Object& one : context.services.store.list(*core::find_model(model), query)) {
    const Value& used = one.at("last_used");
    if (used.is_int64() && (latest.is_null() || used.get_int64() > latest.get_int64()))
      latest = used;
  }
  return latest.is_null() ? latest : Value(core::time_text(latest.get_int64()));
}

// authentik's names of the stages by which a device is set up.
std::string_view verbose_name(core::StageKind kind) {
  switch (kind) {
    case core::StageKind::authenticator_totp:
      return "TOTP Authenticator Setup Stage";
    case core::StageKind::authenticator_static:
      return "Static Authenticator Setup Stage";
    case core::StageKind::authenticator_webauthn:
      return "WebAuthn Authenticator Setup Stage";
    case core::StageKind::authenticator_email:
      return "Email Authenticator Setup Stage";
    case core::StageKind::authenticator_sms:
      return "SMS Authenticator Setup Stage";
    default:
      return "Duo Authenticator Setup Stage";
  }
}

Object validation(const Context& context, const ChallengePage& page,
                  const core::AuthenticatorValidateChallenge& ask, const core::FlowRun& run) {
  Object out = base(page, "ak-stage-authenticator-validate");
  add_user(out, run);
  boost::json::array devices;
  if (ask.totp) {
    devices.push_back(device("totp"));
    devices.back().get_object()["last_used"] =
        last_used(context, run, "authentik_stages_authenticator_totp.totpdevice");
  }
  if (ask.static_codes) {
    devices.push_back(device("static"));
    devices.back().get_object()["last_used"] =
        last_used(context, run, "authentik_stages_authenticator_static.staticdevice");
  }
  for (const core::DeviceChallenge& one : ask.devices) devices.push_back(other_device(one));
  boost::json::array stages;
  for (const core::Stage* stage : ask.configuration) {
    stages.push_back(Object{{"pk", stage->pk},
                            {"name", stage->name},
                            {"verbose_name", verbose_name(stage->kind)},
                            {"meta_model_name", stage->model}});
  }
  out["device_challenges"] = std::move(devices);
  out["configuration_stages"] = std::move(stages);
  return out;
}

Value choices_of(const core::PromptField& field) {
  if (field.choices.empty()) return nullptr;
  boost::json::array out;
  for (const std::string& one : field.choices) {
    out.push_back(Object{{"value", one}, {"label", one}});
  }
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
    // An invitation may have filled it in.
    if (const Value* data = run.plan.context.if_contains("prompt_data");
        data != nullptr && data->is_object() && field.type != "password") {
      const Value* fixed = data->get_object().if_contains(field.key);
      if (fixed != nullptr && fixed->is_string()) initial = fixed->get_string();
    }
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
                            {"choices", choices_of(field)}});
  }
  out["fields"] = std::move(fields);
  return out;
}

}  // namespace

Object challenge_json(const Context& context, const ChallengePage& page,
                      const core::Challenge& challenge, const core::FlowRun& run) {
  Object out;
  Showing showing(context);
  if (const auto* one = std::get_if<core::IdentificationChallenge>(&challenge.ask)) {
    out = identification(showing, page, *one, run);
  } else if (const auto* codes =
                 std::get_if<core::AuthenticatorValidateChallenge>(&challenge.ask)) {
    out = validation(context, page, *codes, run);
  } else if (const auto* form = std::get_if<core::PromptChallenge>(&challenge.ask)) {
    out = prompt(context, page, *form, run);
  } else if (const auto* any = std::get_if<core::PageChallenge>(&challenge.ask)) {
    out = base(page, any->component);
    if (any->of_user) add_user(out, run);
    for (const auto& field : any->fields) out[field.key()] = field.value();
  } else {
    out = base(page, "ak-stage-password");
    add_user(out, run);
    const core::Stage* stage = due(run);
    add_link(out, "recovery_url", recovery_link(showing, page, stage));
    if (stage != nullptr && stage->row != nullptr) {
      out["allow_show_password"] = stage->row->contains("allow_show_password") &&
                                   stage->row->at("allow_show_password") == true;
    }
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
