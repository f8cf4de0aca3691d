#include "app/commands/access.h"

#include <memory>
#include <vector>

#include "core/access/access_check.h"
#include "core/explain_login.h"
#include "core/model/time_text.h"

namespace postern::app {
namespace {

std::string many(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string about(const core::LoginRecord& record) {
  std::string out = record.username + " (pk " + std::to_string(record.pk) + "): ";
  out += record.is_active ? "active" : "inactive";
  if (record.is_superuser) out += ", superuser";
  out += record.password_hash.empty() ? ", no password is set" : ", has a password";
  const std::size_t devices = record.totp.size() + (record.has_static_device ? 1 : 0);
  out += ", " + many(devices, "code device") + ", " + many(record.tokens.size(), "app password") +
         ", " + many(record.network_passwords.size(), "network password") + "\n";
  return out;
}

std::string name_of(core::Sees sees) {
  switch (sees) {
    case core::Sees::nothing:
      return "nothing";
    case core::Sees::self:
      return "itself";
    case core::Sees::own_groups:
      return "itself and its groups";
    case core::Sees::members:
      return "who may use the application";
    case core::Sees::everything:
      break;
  }
  return "everything";
}

// Each rule is asked alone, with an answer beside it that no rule gives.
std::optional<std::size_t> first_rule(const core::SearchRules& rules,
                                      const core::LoginRecord& record) {
  const auto none = std::make_shared<const std::vector<std::string>>();
  for (std::size_t i = 0; i < rules.list.size(); ++i) {
    core::SearchRules alone;
    alone.list.push_back(rules.list[i]);
    alone.otherwise.attributes = none;
    if (alone.of_user(record).attributes != none) return i;
  }
  return std::nullopt;
}

std::string sight_of(const core::LdapProvider& provider, const core::LoginRecord& record) {
  std::string out = "  sees " + name_of(core::search_right(provider, record).sees) + ": ";
  if (core::may_search_all(provider, record)) {
    return out + (record.is_superuser ? "a superuser\n" : "search_full_directory is granted\n");
  }
  const auto rule = first_rule(provider.search, record);
  out += rule ? "attributes.postern.search[" + std::to_string(*rule) + "] of the provider\n"
              : "no rule fits, so search_default; search_full_directory is not granted\n";
  return out;
}

// What stands in the way; "" = nothing.
std::string hindrance(CommandContext& context, const core::Provider& provider,
                      const core::LoginRecord& record, core::Reason reason) {
  if (reason != core::Reason::none) {
    const std::string setting(core::setting_of(reason));
    return std::string(core::reason_text(reason)) + (setting.empty() ? "" : "; look at " + setting);
  }
  const core::AccountState state = context.appliance.accounts().of(record, provider);
  if (state.seconds_until_unlock) {
    return "refused for " + std::to_string(*state.seconds_until_unlock) +
           " s more after wrong passwords; `postern user unlock " + record.username + "`";
  }
  if (provider.flow_missing) return "its login flow does not exist; look at authorization_flow";
  if (state.expired) return "the password has expired; app passwords go on";
  return {};
}

std::string at_provider(CommandContext& context, const core::Catalog& catalog,
                        const core::Provider& provider, const core::LoginRecord& record) {
  const core::Application* application = provider.application.get();
  core::Reason reason = core::check_user(record, context.appliance.clock().wall());
  if (reason == core::Reason::none) reason = core::check_application(catalog, application, record);
  const std::string why = hindrance(context, provider, record, reason);
  const bool asks = application != nullptr && !application->bindings.all_static;
  std::string out = (application != nullptr ? application->slug : provider.name) + ": ";
  if (why.empty()) {
    out += "gets in with the right credentials\n";
  } else if (asks && reason == core::Reason::access_denied) {
    out += "depends on policies that look at the request; `postern explain` shows what they said\n";
  } else {
    out += "does not get in: " + why + "\n";
  }
  if (application == nullptr) return out;
  for (const std::string& line : core::explain_bindings(*application, record)) {
    out += "  " + line + "\n";
  }
  return out;
}

bool meant(const AccessQuestion& question, const core::Provider& provider) {
  return question.service.empty() || question.service == provider.name ||
         (provider.application && provider.application->slug == question.service);
}

}  // namespace

int show_access(CommandContext& context, const AccessQuestion& question) {
  const auto catalog = context.appliance.directory().catalog();
  core::LoginRecord record;
  if (context.appliance.directory().find_user(core::UserField::username, question.user, record) !=
      core::Lookup::found) {
    context.console.error("no user is named \"" + question.user + "\"");
    return kRefused;
  }
  std::string out;
  for (const auto& provider : catalog->ldap_providers) {
    if (!meant(question, *provider)) continue;
    out += at_provider(context, *catalog, *provider, record) + sight_of(*provider, record);
  }
  for (const auto& provider : catalog->radius_providers) {
    if (meant(question, *provider)) out += at_provider(context, *catalog, *provider, record);
  }
  if (out.empty()) {
    context.console.error("no provider or application is named \"" + question.service + "\"");
    return kRefused;
  }
  context.console.out(about(record) + out);
  return kDone;
}

}  // namespace postern::app
