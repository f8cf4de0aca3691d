#include "app/commands/app_passwords.h"

#include "app/commands/objects.h"

namespace postern::app {
namespace {

using core::Object;
using core::Outcome;
using core::Value;

boost::json::array texts(const std::vector<std::string>& list) {
  boost::json::array out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

// The pk of the application that `name` means.
Outcome<Value> application_of(core::Transaction& transaction, core::Objects& objects,
                              const std::string& name) {
  const core::Model& application = *core::find_model("authentik_core.application");
  if (const auto found = objects.by_name(application, name)) return found->at("pk");
  for (const std::string_view kind :
       {"authentik_providers_ldap.ldapprovider", "authentik_providers_radius.radiusprovider"}) {
    const auto provider = objects.by_name(*core::find_model(kind), name);
    if (!provider) continue;
    const auto holders = transaction.find(application, {{"provider", provider->at("pk")}}, 1);
    if (!holders.empty()) return holders.front().at("pk");
  }
  return core::Error{
      core::Error::Kind::not_found, "",
      "no application has the slug, and no provider of one the name \"" + name + "\""};
}

}  // namespace

int add_app_password(CommandContext& context, const AppPasswordAdd& options) {
  return create_token(context, options,
                      [&options](core::Transaction& transaction, core::Objects& objects,
                                 Object& attrs) -> Outcome<core::Done> {
                        boost::json::array applications;
                        for (const std::string& name : options.services) {
                          auto pk = application_of(transaction, objects, name);
                          if (!pk) return pk.error();
                          applications.push_back(*std::move(pk));
                        }
                        attrs["applications"] = std::move(applications);
                        attrs["protocols"] = texts(options.protocols);
                        attrs["networks"] = texts(options.networks);
                        attrs["idle_days"] = options.idle_days;
                        return core::Done{};
                      });
}

int list_app_passwords(CommandContext& context, const std::string& user, bool json) {
  ListOptions options;
  {
    const auto transaction = context.appliance.store().begin();
    core::Objects objects(*transaction, context.appliance.tools());
    const auto found = find_object(objects, *transaction, core::user_model(), user);
    if (!found) {
      context.console.error(found.error().message);
      return kRefused;
    }
    options.equals = {{"intent", "app_password"}, {"user", found->at("pk")}};
  }
  options.json = json;
  options.columns = {"identifier", "applications", "protocols", "networks",
                     "last_used",  "idle_days",    "expires",   "description"};
  return list_objects(context, core::token_model(), options);
}

}  // namespace postern::app
