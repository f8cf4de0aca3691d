#include "app/commands/network_passwords.h"

#include <boost/json/serialize.hpp>

#include <optional>

#include "app/commands/objects.h"
#include "core/credentials/network_password.h"
#include "core/credentials/random_text.h"

namespace postern::app {
namespace {

using core::Model;
using core::Object;
using core::Outcome;

constexpr std::size_t kSuffix = 10;

// The stored network passwords of a user, of one device unless it is empty.
Outcome<std::vector<Object>> find_all(core::Transaction& transaction, core::Objects& objects,
                                      const std::string& name, const std::string& device) {
  const auto user = objects.by_name(core::user_model(), name);
  if (!user) return user.error();
  Object equals{{"intent", core::kNetworkPassword}, {"user", user->at("pk")}};
  if (!device.empty()) equals["description"] = device;
  return transaction.find(core::token_model(), equals);
}

std::string time_in(const Object& shown, std::string_view field, std::string_view otherwise) {
  const auto* text = shown.at(field).if_string();
  return text == nullptr ? std::string(otherwise) : std::string(text->data(), text->size());
}

}  // namespace

int add_network_password(CommandContext& context, const NetworkPasswordCreate& options) {
  std::optional<core::Secret> made;
  Audit audit{"model_created", std::string(core::token_model().name),
              options.user + "/" + options.device};
  const auto work = [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
    const auto user = objects.by_name(core::user_model(), options.user);
    if (!user) return user.error();
    audit.user = user->at("pk").as_int64();
    const core::Secret suffix =
        core::random_text(context.appliance.tools().random, core::kLowerBase36, kSuffix);
    Object attrs{{"identifier", "network-" + std::string(suffix.reveal())},
                 {"intent", core::kNetworkPassword},
                 {"user", user->at("pk")},
                 {"description", options.device}};
    if (!options.expires.empty()) {
      attrs["expiring"] = true;
      attrs["expires"] = options.expires;
    }
    auto written = objects.create(core::token_model(), attrs);
    if (!written) return written.error();
    made = std::move(written->generated);
    return core::Done{};
  };
  const int code = change(context, audit, work);
  if (code == kDone && made) context.console.out(std::string(made->reveal()) + "\n");
  return code;
}

int list_network_passwords(CommandContext& context, const std::string& user, bool json) {
  const auto transaction = context.appliance.store().begin();
  core::Objects objects(*transaction, context.appliance.tools());
  const auto found = find_all(*transaction, objects, user, {});
  if (!found) {
    context.console.error(found.error().message);
    return kRefused;
  }
  boost::json::array all;
  for (const Object& token : *found) {
    const Object shown = core::presentable(core::token_model(), token);
    all.push_back({{"device", shown.at("description")},
                   {"pk", shown.at("pk")},
                   {"created", shown.at("created")},
                   {"expires", shown.at("expires")},
                   {"last_used", shown.at("last_used")}});
    if (json) continue;
    context.console.line(std::string(shown.at("description").as_string()) + "  created " +
                         time_in(shown, "created", "?") + "  expires " +
                         time_in(shown, "expires", "never") + "  last used " +
                         time_in(shown, "last_used", "never"));
  }
  if (json) context.console.line(boost::json::serialize(all));
  return kDone;
}

int delete_network_password(CommandContext& context, const std::string& user,
                            const std::string& device) {
  return change(context,
                {"model_deleted", std::string(core::token_model().name), user + "/" + device},
                [&](core::Transaction& transaction, core::Objects& objects) -> Outcome<core::Done> {
                  const auto found = find_all(transaction, objects, user, device);
                  if (!found) return found.error();
                  if (device.empty() || found->empty()) {
                    return core::Error{core::Error::Kind::not_found, "device",
                                       user + " has no network password for the device " + device};
                  }
                  return objects.erase(core::token_model(), found->front().at("pk"));
                });
}

}  // namespace postern::app
