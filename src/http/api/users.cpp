// core/users: people and machines, what administrators do to them, and who one is oneself.

#include <algorithm>

#include "core/access/permission_list.h"
#include "core/model/time_text.h"
#include "http/api/objects_in_one.h"
#include "http/api/power.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;
using Op = ApiFilter::Op;

constexpr std::string_view kMachine = "internal_service_account";
constexpr std::size_t kMostPaths = 1000;

Value show_groups(Showing& showing, const Object& user) {
  const std::string* wanted = showing.context.query.find("include_groups");
  if (wanted != nullptr && *wanted == "false") return nullptr;
  boost::json::array out;
  for (const Value& pk : user.at("groups").as_array()) {
    Value group = show_partial_group(showing, pk);
    if (!group.is_null()) out.push_back(std::move(group));
  }
  return out;
}

Value show_superuser(Showing& showing, const Object& user) {
  const core::LoginRecord* record = showing.login_record(user.at("pk").as_int64());
  return record != nullptr && record->is_superuser;
}

Value show_avatar(Showing&, const Object& user) {
  const std::string_view name = user.at("name").as_string();
  return Value(avatar_of(name.empty() ? std::string_view(user.at("username").as_string()) : name));
}

Value show_uid(Showing& showing, const Object& user) {
  return Value(uid_of(showing, user.at("pk").as_int64()));
}

// Never null in the API: who never had a password has had none since it is there.
Value show_password_date(Showing&, const Object& user) {
  const Value& date = user.at("password_change_date");
  return Value(core::time_text((date.is_int64() ? date : user.at("date_joined")).as_int64()));
}

const std::vector<Object>& all_roles(Showing& showing) {
  return showing.all("authentik_rbac.role");
}

std::vector<Object> roles_of(Showing& showing, const Object& user) {
  std::vector<Object> out;
  for (const Object& role : all_roles(showing)) {
    const boost::json::array& users = role.at("users").as_array();
    if (std::ranges::find(users, user.at("pk")) != users.end()) out.push_back(role);
  }
  return out;
}

Value show_role_keys(Showing& showing, const Object& user) {
  return role_keys(roles_of(showing, user));
}

Value show_role_objects(Showing& showing, const Object& user) {
  const std::string* wanted = showing.context.query.find("include_roles");
  if (wanted != nullptr && *wanted == "false") return nullptr;
  return role_objects(roles_of(showing, user));
}

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "username", .required = true},
    {.name = "name", .required = true},
    {.name = "is_active"},
    {.name = "last_login", .use = Use::read},
    {.name = "date_joined", .use = Use::read},
    {.name = "is_superuser", .use = Use::read, .show = &show_superuser},
    {.name = "groups"},
    {.name = "groups_obj", .use = Use::read, .show = &show_groups},
    {.name = "roles", .show = &show_role_keys},
    {.name = "roles_obj", .use = Use::read, .show = &show_role_objects},
    {.name = "email"},
    {.name = "avatar", .use = Use::read, .show = &show_avatar},
    {.name = "attributes"},
    {.name = "uid", .use = Use::read, .show = &show_uid},
    {.name = "path"},
    {.name = "type"},
    {.name = "uuid", .use = Use::read},
    {.name = "password_change_date", .use = Use::read, .show = &show_password_date},
    {.name = "last_updated", .use = Use::read},
};
constexpr ApiFilter kFilters[] = {
    {"username", "username"},
    {"name", "name"},
    {"email", "email"},
    {"uuid", "uuid"},
    {"is_active", "is_active"},
    {"path", "path"},
    {"path_startswith", "path", Op::prefix},
    {"type", "type"},
    {"groups_by_name", "groups", Op::linked_named},
    {"groups_by_pk", "groups", Op::linked},
    {"attributes", "attributes", Op::contains},
    {"last_login__lt", "last_login", Op::less},
    {"last_login__gt", "last_login", Op::greater},
    {"last_login__isnull", "last_login", Op::is_null},
    {"date_joined__lt", "date_joined", Op::less},
    {"date_joined__gt", "date_joined", Op::greater},
};
constexpr std::string_view kSearch[] = {"username", "name", "email", "uuid"};

bool good_path(std::string_view path) {
  return !path.empty() && path.size() <= 1024 && path.front() != '/' && path.back() != '/' &&
         path.find("//") == std::string_view::npos;
}

std::optional<Response> check_user_attrs(Context& context, Object& attrs, const Object* stored) {
  if (auto bad = take_roles(context, attrs)) return bad;
  if (const Value* path = attrs.if_contains("path");
      path != nullptr && (!path->is_string() || !good_path(path->get_string()))) {
    return field_error("path", "No leading or trailing slashes allowed.");
  }
  if (const Value* type = attrs.if_contains("type"); type != nullptr) {
    const bool was = stored != nullptr && stored->at("type") == Value(kMachine);
    if ((*type == Value(kMachine)) != was) {
      return field_error("type",
                         was ? "Can't change internal service account to other user type."
                             : "Setting a user to internal service account is not allowed.");
    }
  }
  if (stored != nullptr && stored->at("pk") == context.who.user()) {
    const Value* active = attrs.if_contains("is_active");
    if (active != nullptr && *active == false) {
      return field_error("is_active", "You cannot deactivate yourself.");
    }
  }
  return std::nullopt;
}

// Who is switched off is logged out everywhere, and stays so when switched on again.
void end_sessions(Context& context, core::Transaction& transaction, const Value& pk,
                  const Object* stored, const Object& attrs, const core::Written&) {
  write_taken_roles(context, transaction, "users", pk);
  const Value* active = attrs.if_contains("is_active");
  if (stored == nullptr || active == nullptr || *active != false) return;
  const core::Model& model = *core::find_model("authentik_core.authenticatedsession");
  for (const Object& session : transaction.find(model, {{"user", pk}})) {
    transaction.erase(model, session.at("pk"));
  }
}

// Merged over the groups, then the user's own.
void merge(Object& into, const Object& from) {
  for (const auto& item : from) {
    Value& at = into[item.key()];
    if (at.is_object() && item.value().is_object()) {
      merge(at.get_object(), item.value().get_object());
    } else {
      at = item.value();
    }
  }
}

Object settings_of(const Object& attributes) {
  const Value* settings = attributes.if_contains("settings");
  return settings != nullptr && settings->is_object() ? settings->get_object() : Object{};
}

Object self(Showing& showing, const Object& user) {
  boost::json::array groups;
  Object settings;
  for (const Value& pk : user.at("groups").as_array()) {
    const Object* group = showing.related("authentik_core.group", pk);
    if (group == nullptr) continue;
    groups.push_back(Object{{"name", group->at("name")}, {"pk", group->at("pk")}});
    merge(settings, settings_of(group->at("attributes").as_object()));
  }
  merge(settings, settings_of(user.at("attributes").as_object()));
  const core::LoginRecord* record = showing.login_record(user.at("pk").as_int64());
  const bool superuser = record != nullptr && record->is_superuser;
  boost::json::array permissions;
  for (const core::PermissionInfo& one : core::all_permissions()) {
    const bool system = one.model == "authentik_rbac.systempermission";
    if (system && may(showing.context, one.name)) permissions.emplace_back(one.codename());
  }
  return {{"pk", user.at("pk")},
          {"username", user.at("username")},
          {"name", user.at("name")},
          {"is_active", user.at("is_active")},
          {"is_superuser", superuser},
          {"is_current", true},
          {"groups", std::move(groups)},
          {"roles", role_objects(roles_of(showing, user))},
          {"email", user.at("email")},
          {"avatar", show_avatar(showing, user)},
          {"uid", uid_of(showing, user.at("pk").as_int64())},
          {"settings", std::move(settings)},
          {"type", user.at("type")},
          {"system_permissions", std::move(permissions)}};
}

Response who_am_i(Context& context) {
  Showing showing(context);
  const Object* user = showing.related("authentik_core.user", Value(context.who.user()));
  if (user == nullptr) return detail(404, "Not found.");
  const Object copy = *user;
  const Object shown = self(showing, copy);
  Object out{{"user", shown}, {"users", boost::json::array{shown}}};
  if (context.session && context.session->impersonator != 0) {
    const Object* behind =
        showing.related("authentik_core.user", Value(context.session->impersonator));
    if (behind != nullptr) {
      const Object original = *behind;
      out["original"] = self(showing, original);
      out.at("original").get_object()["is_current"] = false;
    }
  }
  return json_response(200, out);
}

Response set_password(Context& context) {
  const auto stored = find_addressed(context, kUserResource);
  if (!stored && context.who.superuser()) return detail(404, "Not found.");
  if (!stored || !may_reset(context, *stored)) return not_permitted();
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* password = body->if_contains("password");
  if (password == nullptr) return field_error("password", "This field is required.");
  if (!password->is_string() || password->get_string().empty()) {
    return field_error("password", "This field may not be blank.");
  }
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    return objects.update(model_of(kUserResource), stored->at("pk"), {{"password", *password}});
  });
  if (!done) return error_response(done.error());
  record_event(context, "password_set",
               {{"pk", stored->at("pk")}, {"name", stored->at("username")}});
  if (context.session && stored->at("pk") == context.who.user()) {
    context.sessions.restamp(*context.session);
  }
  return no_content();
}

struct ServiceAccount {
  std::string name;
  bool group = false, expiring = true;
  Value expires;
};

std::optional<Response> read_service_account(const Context& context, const Object& body,
                                             ServiceAccount& out) {
  const Value* name = body.if_contains("name");
  if (name == nullptr) return field_error("name", "This field is required.");
  if (!name->is_string() || name->get_string().empty()) {
    return field_error("name", "This field may not be blank.");
  }
  out.name = name->get_string();
  const auto flag = [&body](std::string_view key, bool fallback) {
    const Value* value = body.if_contains(key);
    return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
  };
  out.group = flag("create_group", false);
  out.expiring = flag("expiring", true);
  constexpr std::int64_t kDay = 24LL * 3600 * 1000;
  out.expires = context.services.tools.clock.wall() + 360 * kDay;
  if (const Value* expires = body.if_contains("expires");
      expires != nullptr && expires->is_string()) {
    out.expires = *expires;
  }
  if (!out.expiring) out.expires = nullptr;
  return std::nullopt;
}

Response service_account(Context& context) {
  if (!may(context, "authentik_core.add_user") || !may(context, "authentik_core.add_token")) {
    return not_permitted();
  }
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  ServiceAccount wanted;
  if (auto bad = read_service_account(context, *body, wanted)) return *std::move(bad);
  Value user, group;
  const auto done = in_one(
      context,
      [&](core::Transaction& transaction, core::Objects& objects) -> core::Outcome<core::Written> {
        auto made = objects.create(
            model_of(kUserResource),
            {{"username", wanted.name},
             {"name", wanted.name},
             {"type", "service_account"},
             {"path", "goauthentik.io/service-accounts"},
             {"attributes", {{"goauthentik.io/user/token-expires", wanted.expiring}}}});
        if (!made) return made;
        user = made->pk;
        if (wanted.group) {
          auto with = objects.create(model_of(kGroupResource),
                                     {{"name", wanted.name}, {"users", boost::json::array{user}}});
          if (!with) return with;
          group = with->pk;
        }
        auto token = objects.create(model_of(kTokenResource),
                                    {{"identifier", "service-account-" + wanted.name + "-password"},
                                     {"intent", "app_password"},
                                     {"user", user},
                                     {"expiring", wanted.expiring},
                                     {"expires", wanted.expires}});
        if (token) keep_key(context, transaction, *token);
        return token;
      });
  if (!done) {
    core::Error error = done.error();
    if (error.kind == core::Error::Kind::conflict) error.field = "name";
    if (error.field == "username" || error.field == "identifier") error.field = "name";
    return error_response(error);
  }
  record_event(context, "model_created",
               {{"model", "authentik_core.user"}, {"name", wanted.name}, {"pk", user}});
  Showing showing(context);
  const Object* stored = showing.related("authentik_core.user", user);
  Object out{{"username", wanted.name},
             {"token", done->generated->reveal()},
             {"user_uid", uid_of(showing, user.as_int64())},
             {"user_pk", user}};
  if (stored == nullptr) return detail(404, "Not found.");
  if (!group.is_null()) out["group_pk"] = group;
  return json_response(200, out);
}

Response user_paths(Context& context) {
  if (!may(context, "authentik_core.view_user")) return not_permitted();
  // From each to the next one, so that many users in few folders are soon gone over.
  core::ListQuery query;
  query.order = "path";
  query.limit = 1;
  boost::json::array out;
  while (out.size() < kMostPaths) {
    const auto found = context.services.store.list(model_of(kUserResource), query);
    if (found.empty()) break;
    out.push_back(found.front().at("path"));
    query.where = {{"path", core::Where::Is::greater, {out.back()}}};
  }
  return json_response(200, Object{{"paths", std::move(out)}});
}

}  // namespace

const Resource kUserResource{
    .path = "core/users",
    .model = "authentik_core.user",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .address = Resource::Address::integer,
    .check = &check_user_attrs,
    .along = &end_sessions,
    .guard = &guard_user,
};

void add_users(Router& router) {
  router.add("GET", "/api/v3/core/users/me/", Door::user, &who_am_i);
  router.add("GET", "/api/v3/core/users/paths/", Door::user, &user_paths);
  router.add("POST", "/api/v3/core/users/service_account/", Door::user, &service_account);
  router.add("POST", "/api/v3/core/users/{key:int}/set_password/", Door::user, &set_password);
  add_resource(router, kUserResource);
}

}  // namespace postern::http
