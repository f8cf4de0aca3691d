#include "core/explain_login.h"

#include <algorithm>

#include "core/access/policy_engine.h"
#include "core/login_effects.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

std::string_view kind_name(StageKind kind) noexcept {
  switch (kind) {
    case StageKind::identification:
      return "identification";
    case StageKind::password:
      return "password";
    case StageKind::authenticator_validate:
      return "authenticator validation";
    case StageKind::user_login:
      return "user login";
    case StageKind::user_logout:
      return "user logout";
    case StageKind::deny:
      return "deny";
    case StageKind::prompt:
      return "prompt";
    case StageKind::user_write:
      return "user write";
    default:
      break;
  }
  return "other";
}

void tell_flow(const Plan& plan, std::vector<std::string>& steps) {
  if (!plan.flow) return;
  steps.push_back("flow " + (plan.flow->slug.empty() ? "(built in)" : plan.flow->slug) +
                  (plan.flow->broken ? ": a stage is missing, it denies" : ""));
  const auto& stages = plan.flow->steps;
  for (std::size_t i = 0; i < stages.size() && i <= plan.position; ++i) {
    const FlowStep& step = stages[i];
    std::string text =
        "stage " + step.stage->name + " (" + std::string(kind_name(step.stage->kind)) + ")";
    if (i < plan.position) {
      const bool dropped = i < Plan::kMaxSteps && (plan.dropped >> i & 1) != 0;
      text += dropped ? ": left out by its policies" : ": done";
    } else {
      text += ": ended here";
    }
    steps.push_back(std::move(text));
  }
}

// A code of another time says whose clock to look at.
std::string clock_text(std::int64_t seconds) {
  const std::int64_t away = seconds < 0 ? -seconds : seconds;
  const std::string text =
      away < 120 ? std::to_string(away) + " s" : std::to_string((away + 30) / 60) + " min";
  return "the code is that of " + text + (seconds < 0 ? " ago" : " from now") +
         ": the clock of the device is " + (seconds < 0 ? "slow" : "fast") +
         ", or that of this server is not right";
}

void tell_user(const Attempt& attempt, const Plan& plan, bool named,
               std::vector<std::string>& steps) {
  const LoginRecord& record = attempt.record;
  if (record.pk == 0) {
    steps.push_back(named ? "user: nobody has this name"
                          : "user: none; what was sent is not the name of an entry that may bind");
    return;
  }
  steps.push_back("user " + printable(record.username) + " (pk " + std::to_string(record.pk) + ")" +
                  (record.is_active ? "" : ", inactive"));
  if (plan.auth_method != AuthMethod::none) {
    steps.push_back("credentials: " + std::string(auth_method_text(plan.auth_method)) +
                    (plan.code_verified ? " and code were right" : " was right") +
                    (attempt.leased ? ", the code by its lease" : ""));
  }
  const std::size_t devices = record.totp.size() + (record.has_static_device ? 1 : 0);
  if (devices != 0) steps.push_back("code devices: " + std::to_string(devices));
  if (attempt.code_off) steps.push_back(clock_text(*attempt.code_off));
}

std::string subject_text(const Binding& binding) {
  switch (binding.subject) {
    case Binding::Subject::user:
      return "user " + std::to_string(binding.user);
    case Binding::Subject::group:
      return "group number " + std::to_string(binding.group);
    case Binding::Subject::policy:
      return "policy " + (binding.rule ? binding.rule->name : binding.policy);
    case Binding::Subject::broken:
      break;
  }
  return "something that does not exist any more";
}

// Static bindings are looked at once more, each for itself; of policies only that they were asked.
void tell_bindings(const Bindings& bindings, const LoginRecord& record,
                   std::vector<std::string>& steps) {
  for (const Binding& binding : bindings.list) {
    std::string text = "binding " + std::to_string(binding.order) + " to " + subject_text(binding);
    if (binding.negate) text += ", negated";
    if (!binding.enabled) {
      text += ": disabled";
    } else if (binding.subject == Binding::Subject::policy) {
      text += ": asked";
    } else {
      Bindings alone;
      alone.mode = EngineMode::all;
      alone.list.push_back(binding);
      const bool passed = evaluate(alone, subject_of(record)) == Verdict::pass;
      text += passed ? ": passes" : ": does not pass";
    }
    steps.push_back(std::move(text));
  }
}

void tell_application(const Provider& provider, const Attempt& attempt, Reason reason,
                      std::vector<std::string>& steps) {
  const Application* application = provider.application.get();
  if (application == nullptr) {
    steps.push_back("application: none uses this provider");
    return;
  }
  const bool decided = reason == Reason::none || reason == Reason::access_denied;
  if (!decided) return;
  for (std::string& line : explain_bindings(*application, attempt.record)) {
    steps.push_back(std::move(line));
  }
}

// What a name that binds at this provider looks like.
std::string wanted_dn(const Provider& provider) {
  const auto& ldap = static_cast<const LdapProvider&>(provider);
  const DnShape shape = ldap.names.value_or(DnShape{});
  return "the bind DN: an entry's own is " + shape.user_rdn + "=NAME," + shape.users + "," +
         ldap.base_dn + " here";
}

}  // namespace

std::vector<std::string> explain_bindings(const Application& application,
                                          const LoginRecord& record) {
  std::string text = "application " + application.slug + ": ";
  if (!has_enabled(application.bindings)) {
    text += "no bindings";
  } else {
    text += application.bindings.mode == EngineMode::any ? "one of its bindings has to pass"
                                                         : "all of its bindings have to pass";
  }
  std::vector<std::string> steps{std::move(text)};
  tell_bindings(application.bindings, record, steps);
  return steps;
}

std::string_view setting_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::unknown_user:
      return "the user name that the client sends; `postern user list`";
    case Reason::wrong_password:
      return "the password as the client sends it; `postern changepassword` sets another";
    case Reason::wrong_app_password:
      return "the user's app passwords: it was deleted, has expired, or is another user's";
    case Reason::wrong_network_password:
      return "the user's network passwords, one for each device";
    case Reason::provider_missing:
      return "the provider: there is none for this request";
    case Reason::store_unreachable:
      return "the database does not answer: its disk, `journalctl -u postern`";
    case Reason::access_denied:
      return "the policy bindings of the application";
    case Reason::application_missing:
      return "an application whose provider is this one";
    case Reason::user_inactive:
      return "is_active of the user";
    case Reason::user_not_valid_yet:
      return "not_before of the user";
    case Reason::user_expired:
      return "not_after of the user";
    case Reason::code_missing:
      return "the user's code devices, inline_code and separator of the provider, the "
             "authenticator "
             "validation stage of the flow";
    case Reason::code_wrong:
    case Reason::code_used:
      return "the clock of the device; codes work once";
    case Reason::code_throttled:
      return "login.throttle.code_guesses";
    case Reason::no_device:
      return "not_configured_action of the authenticator validation stage";
    case Reason::throttled:
      return "login.throttle; `postern user unlock`";
    case Reason::no_usable_password:
      return "the user's password: none is set";
    case Reason::needs_network_password:
      return "a network password of the user: CHAP and MS-CHAP take no other";
    case Reason::app_password_scope:
      return "applications, protocols and networks of the app password";
    case Reason::password_expired:
      return "the password expiry policy of the flow";
    case Reason::password_must_change:
      return "password_must_change of the user";
    case Reason::flow_missing:
      return "authorization_flow of the provider";
    case Reason::flow_denied:
      return "the policies and stages of the flow";
    case Reason::stage_unsupported:
    case Reason::device_not_supported:
      return "the stages of the flow: one asks for what this protocol cannot give";
    case Reason::directory_stale:
      return "login.max_staleness";
    case Reason::ambiguous_user:
      return "user_fields of the identification stage: the name means several users";
    default:
      break;
  }
  return {};
}

Explanation explain_login(const LoginRequest& request, const Attempt& attempt, const Plan& plan,
                          const Provider* provider, Reason reason, WallMs now,
                          WallMs refused_until) {
  Explanation out;
  out.when = now;
  out.username =
      printable(attempt.record.pk != 0 ? attempt.record.username : shown_name(request), 256);
  out.client = printable(request.client, 64);
  out.protocol = protocol_text(request.protocol);
  out.request_id = printable(request.request_id, 64);
  out.granted = reason == Reason::none;
  const bool named = request.sent_name.empty();
  if (!out.granted) out.reason = named ? reason_text(reason) : std::string_view("not_an_entry_dn");
  if (provider != nullptr) {
    out.service = provider->application ? provider->application->slug : provider->name;
    out.steps.push_back("provider " + provider->name + " (pk " + std::to_string(provider->pk) +
                        ")");
  } else if (request.protocol != Protocol::http) {
    out.steps.push_back("provider: there is none with pk " + std::to_string(request.provider));
  }
  tell_flow(plan, out.steps);
  tell_user(attempt, plan, named, out.steps);
  if (provider != nullptr) tell_application(*provider, attempt, reason, out.steps);
  out.steps.push_back(out.granted ? "granted" : "refused: " + out.reason);
  if (reason == Reason::throttled && refused_until > now) {
    out.steps.push_back("refused until " + time_text(refused_until));
  }
  out.setting = setting_of(reason);
  if (!named && provider != nullptr && request.protocol == Protocol::ldap) {
    out.setting = wanted_dn(*provider);
  }
  return out;
}

}  // namespace postern::core
