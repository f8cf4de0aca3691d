#include "app/commands/accounts.h"

#include "app/commands/bind_line.h"
#include "app/commands/objects.h"
#include "core/access/permission.h"

namespace postern::app {
namespace {

using core::Object;
using core::Outcome;
using core::Value;

Outcome<boost::json::array> pks(core::Objects& objects, const core::Model& model,
                                const std::vector<std::string>& names) {
  boost::json::array out;
  for (const std::string& name : names) {
    const auto found = objects.by_name(model, name);
    if (!found) return found.error();
    out.push_back(found->at("pk"));
  }
  return out;
}

Outcome<Object> assigned(const core::Model& model, const std::vector<std::string>& assignments) {
  return parse_assignments(model, assignments);
}

}  // namespace

int create_user(CommandContext& context, const UserCreate& options) {
  auto attrs = assigned(core::user_model(), options.assignments);
  if (!attrs) {
    context.console.error(attrs.error().field + " " + attrs.error().message);
    return kUsage;
  }
  (*attrs)["username"] = options.username;
  if (!options.name.empty()) (*attrs)["name"] = options.name;
  if (!options.email.empty()) (*attrs)["email"] = options.email;
  (*attrs)["type"] = options.type;
  if (options.inactive) (*attrs)["is_active"] = false;
  if (context.secret) (*attrs)["password"] = context.secret->reveal();
  return change(context, {"model_created", std::string(core::user_model().name), options.username},
                [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
                  auto groups = pks(objects, core::group_model(), options.groups);
                  if (!groups) return groups.error();
                  if (!groups->empty()) (*attrs)["groups"] = *std::move(groups);
                  const auto written = objects.create(core::user_model(), *attrs);
                  if (!written) return written.error();
                  return core::Done{};
                });
}

int unlock_user(CommandContext& context, const std::string& username) {
  if (context.appliance.login().unlock(username)) {
    context.console.line("unlocked " + username);
    return kDone;
  }
  core::LoginRecord record;
  if (context.appliance.directory().find_user(core::UserField::username, username, record) ==
      core::Lookup::missing) {
    context.console.error("no user is named \"" + username + "\"");
    return kRefused;
  }
  context.console.line("nothing was held against " + username);
  return kDone;
}

int create_group(CommandContext& context, const GroupCreate& options) {
  auto attrs = assigned(core::group_model(), options.assignments);
  if (!attrs) {
    context.console.error(attrs.error().field + " " + attrs.error().message);
    return kUsage;
  }
  (*attrs)["name"] = options.name;
  if (options.superuser) (*attrs)["is_superuser"] = true;
  return change(context, {"model_created", std::string(core::group_model().name), options.name},
                [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
                  auto parents = pks(objects, core::group_model(), options.parents);
                  if (!parents) return parents.error();
                  auto members = pks(objects, core::user_model(), options.members);
                  if (!members) return members.error();
                  (*attrs)["parents"] = *std::move(parents);
                  (*attrs)["users"] = *std::move(members);
                  const auto written = objects.create(core::group_model(), *attrs);
                  if (!written) return written.error();
                  return core::Done{};
                });
}

int change_members(CommandContext& context, const std::string& group,
                   const std::vector<std::string>& users, bool add) {
  return change(context, {"model_updated", std::string(core::group_model().name), group},
                [&](core::Transaction& transaction, core::Objects& objects) -> Outcome<core::Done> {
                  const auto found = find_object(objects, transaction, core::group_model(), group);
                  if (!found) return found.error();
                  const auto named = pks(objects, core::user_model(), users);
                  if (!named) return named.error();
                  boost::json::array members;
                  for (const Value& member : found->at("users").as_array()) {
                    if (std::find(named->begin(), named->end(), member) == named->end()) {
                      members.push_back(member);
                    }
                  }
                  if (add) members.insert(members.end(), named->begin(), named->end());
                  const auto written = objects.update(core::group_model(), found->at("pk"),
                                                      {{"users", std::move(members)}});
                  if (!written) return written.error();
                  return core::Done{};
                });
}

int create_service_account(CommandContext& context, const ServiceAccountCreate& options) {
  std::optional<core::Secret> key;
  const int code = change(
      context, {"model_created", std::string(core::user_model().name), options.name},
      [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
        auto groups = pks(objects, core::group_model(), options.groups);
        if (!groups) return groups.error();
        Object attrs{{"username", options.name},
                     {"name", options.name},
                     {"type", "service_account"},
                     {"path", "goauthentik.io/service-accounts"},
                     {"groups", *std::move(groups)}};
        if (options.search) attrs["permissions"] = {core::kSearchFullDirectory};
        const auto user = objects.create(core::user_model(), attrs);
        if (!user) return user.error();
        auto token = objects.create(
            core::token_model(), {{"identifier", "service-account-" + options.name + "-password"},
                                  {"intent", "app_password"},
                                  {"user", user->pk},
                                  {"description", "made with the account"}});
        if (!token) return token.error();
        key = std::move(token->generated);
        return core::Done{};
      });
  if (code != kDone || !key) return code;
  if (options.quiet) {
    context.console.out(std::string(key->reveal()) + "\n");
    return kDone;
  }
  context.console.out("service account " + options.name + "\napp password (shown once): " +
                      std::string(key->reveal()) + "\n" + bind_lines(context, options.name));
  return kDone;
}

int change_password(CommandContext& context, const std::string& username) {
  if (!context.secret || context.secret->empty()) {
    context.console.error("an empty password is not accepted");
    return kRefused;
  }
  Audit audit{"password_set", std::string(core::user_model().name), username};
  const int code = change(
      context, audit, [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
        const auto user = objects.by_name(core::user_model(), username);
        if (!user) return user.error();
        audit.user = user->at("pk").as_int64();
        const auto written = objects.update(core::user_model(), user->at("pk"),
                                            {{"password", context.secret->reveal()}});
        if (!written) return written.error();
        return core::Done{};
      });
  if (code == kDone) context.console.line("password of " + username + " changed");
  return code;
}

int create_recovery_key(CommandContext& context, std::int64_t years, const std::string& username) {
  constexpr double kYearMs = 365.2425 * 86'400'000.0;
  const core::WallMs now = context.appliance.clock().wall();
  const core::WallMs expires =
      now + static_cast<core::WallMs>(static_cast<double>(years) * kYearMs);
  std::optional<core::Secret> key;
  const int code = change(
      context,
      {"model_created", std::string(core::token_model().name), "recovery key of " + username},
      [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
        const auto user = objects.by_name(core::user_model(), username);
        if (!user) return user.error();
        const std::string account(user->at("username").as_string());
        auto token = objects.create(
            core::token_model(),
            {{"identifier", "ak-recovery-" + std::to_string(user->at("pk").as_int64()) + "-" +
                                std::to_string(now)},
             {"intent", "recovery"},
             {"user", user->at("pk")},
             {"description", "Recovery key of " + account},
             {"expiring", true},
             {"expires", expires}});
        if (!token) return token.error();
        key = std::move(token->generated);
        return core::Done{};
      });
  if (code != kDone || !key) return code;
  context.console.note("Store this link safely: it lets its holder in as " + username +
                       ", once, without a password.\n");
  context.console.out(context.appliance.config().base_url + "/recovery/use-token/" +
                      std::string(key->reveal()) + "/\n");
  return kDone;
}

}  // namespace postern::app
