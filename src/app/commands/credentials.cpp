#include "app/commands/credentials.h"

#include <boost/json/serialize.hpp>

#include <array>

#include "app/commands/objects.h"
#include "core/credentials/totp.h"
#include "core/uuid.h"

namespace postern::app {
namespace {

using core::Model;
using core::Object;
using core::Outcome;
using core::Value;

const Model& totp_model() {
  return *core::find_model("authentik_stages_authenticator_totp.totpdevice");
}
const Model& static_model() {
  return *core::find_model("authentik_stages_authenticator_static.staticdevice");
}
const Model& code_model() {
  return *core::find_model("authentik_stages_authenticator_static.statictoken");
}

// The device model that holds `pk`.
const Model* device_model(CommandContext& context, const std::string& pk) {
  if (core::is_uuid(pk)) {
    const auto transaction = context.appliance.store().begin();
    const std::array<const Model*, 2> kinds{&totp_model(), &static_model()};
    for (const Model* model : kinds) {
      if (transaction->get(*model, Value(pk))) return model;
    }
  }
  context.console.error("no device has the pk " + pk + "; see postern device list --user U");
  return nullptr;
}

}  // namespace

int create_token(CommandContext& context, const TokenCreate& options, const MoreOfToken& more) {
  std::optional<core::Secret> key;
  Audit audit{"model_created", std::string(core::token_model().name), options.identifier};
  const int code =
      change(context, audit,
             [&](core::Transaction& transaction, core::Objects& objects) -> Outcome<core::Done> {
               const auto user = objects.by_name(core::user_model(), options.user);
               if (!user) return user.error();
               audit.user = user->at("pk").as_int64();
               Object attrs{{"identifier", options.identifier},
                            {"intent", options.intent},
                            {"user", user->at("pk")},
                            {"description", options.description}};
               if (!options.expires.empty()) {
                 attrs["expiring"] = true;
                 attrs["expires"] = options.expires;
               }
               if (more) {
                 if (auto done = more(transaction, objects, attrs); !done) return done.error();
               }
               auto written = objects.create(core::token_model(), attrs);
               if (!written) return written.error();
               key = std::move(written->generated);
               return core::Done{};
             });
  if (code == kDone && key) context.console.out(std::string(key->reveal()) + "\n");
  return code;
}

int add_totp(CommandContext& context, const TotpCreate& options) {
  std::optional<core::Secret> key = context.secret;
  std::string account;
  Audit audit{"model_created", std::string(totp_model().name), options.user};
  const int code = change(context, audit,
                          [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
                            const auto user = objects.by_name(core::user_model(), options.user);
                            if (!user) return user.error();
                            audit.user = user->at("pk").as_int64();
                            account = user->at("username").as_string();
                            Object attrs{{"user", user->at("pk")},
                                         {"name", options.name},
                                         {"digits", options.digits},
                                         {"step", options.step}};
                            if (key) {
                              attrs["key"] = key->reveal();
                              auto parsed = core::parse_totp_key(key->reveal());
                              if (!parsed) return parsed.error();
                              key = *std::move(parsed);
                            }
                            auto written = objects.create(totp_model(), attrs);
                            if (!written) return written.error();
                            if (written->generated) key = std::move(written->generated);
                            return core::Done{};
                          });
  if (code == kDone && key) {
    context.console.line(
        core::otpauth_uri("postern", account, key->reveal(), options.digits, options.step));
  }
  return code;
}

int add_static(CommandContext& context, const StaticCreate& options) {
  std::vector<core::Secret> codes;
  Audit audit{"model_created", std::string(static_model().name), options.user};
  const int code = change(
      context, audit, [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
        const auto user = objects.by_name(core::user_model(), options.user);
        if (!user) return user.error();
        audit.user = user->at("pk").as_int64();
        const auto device =
            objects.create(static_model(), {{"user", user->at("pk")}, {"name", options.name}});
        if (!device) return device.error();
        for (int i = 0; i < options.count; ++i) {
          auto made = objects.create(code_model(), {{"device", device->pk}});
          if (!made) return made.error();
          codes.push_back(*std::move(made->generated));
        }
        return core::Done{};
      });
  if (code != kDone) return code;
  for (const core::Secret& one : codes) context.console.out(std::string(one.reveal()) + "\n");
  return kDone;
}

int list_devices(CommandContext& context, const std::string& user, bool json) {
  Value pk;
  {
    const auto transaction = context.appliance.store().begin();
    core::Objects objects(*transaction, context.appliance.tools());
    const auto found = find_object(objects, *transaction, core::user_model(), user);
    if (!found) {
      context.console.error(found.error().message);
      return kRefused;
    }
    pk = found->at("pk");
  }
  boost::json::array all;
  const std::array<const Model*, 2> kinds{&totp_model(), &static_model()};
  for (const Model* model : kinds) {
    core::ListQuery query;
    query.equals["user"] = pk;
    for (const Object& device : context.appliance.store().list(*model, query)) {
      Object shown = core::presentable(*model, device);
      shown["type"] = model->name;
      all.push_back(std::move(shown));
    }
  }
  if (json) {
    context.console.line(boost::json::serialize(all));
    return kDone;
  }
  for (const Value& device : all) {
    const Object& shown = device.as_object();
    context.console.line(std::string(shown.at("pk").as_string()) + "  " +
                         std::string(shown.at("type").as_string()) + "  " +
                         std::string(shown.at("name").as_string()));
  }
  return kDone;
}

int show_device(CommandContext& context, const std::string& pk, bool json) {
  const Model* model = device_model(context, pk);
  return model == nullptr ? kRefused : show_object(context, *model, pk, json);
}

int set_device(CommandContext& context, const std::string& pk,
               const std::vector<std::string>& assignments) {
  const Model* model = device_model(context, pk);
  return model == nullptr ? kRefused : set_object(context, *model, pk, assignments);
}

int delete_device(CommandContext& context, const std::string& pk) {
  const Model* model = device_model(context, pk);
  return model == nullptr ? kRefused : delete_object(context, *model, pk);
}

}  // namespace postern::app
