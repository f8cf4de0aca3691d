// core/tokens: API tokens and app passwords. Plain users see and make their own. A key is shown
// once, unless the settings of the installation allow it again.

#include <algorithm>

#include "core/model/time_text.h"
#include "http/api/objects_in_one.h"
#include "http/api/routes.h"
#include "http/api/shown.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

constexpr std::int64_t kDay = 24LL * 3600 * 1000;
constexpr std::int64_t kDefaultLifetime = 30 * 60 * 1000;

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "managed"},
    {.name = "identifier", .required = true},
    {.name = "intent"},
    {.name = "user"},
    {.name = "user_obj", .use = Use::read, .show = &show_user},
    {.name = "description"},
    {.name = "expires"},
    {.name = "expiring"},
};
constexpr std::int64_t kDefaultIdleDays = 90;
constexpr ApiFilter kFilters[] = {
    {"identifier", "identifier"}, {"intent", "intent"},     {"description", "description"},
    {"expires", "expires"},       {"expiring", "expiring"},
};
constexpr std::string_view kSearch[] = {"identifier", "description"};

std::int64_t default_lifetime(const Context& context) {
  Showing showing(context);
  for (const Object& row : showing.all("authentik_tenants.tenant")) {
    const Value* text = row.if_contains("default_token_duration");
    if (text == nullptr || !text->is_string()) continue;
    if (const auto duration = core::parse_duration(text->get_string())) return *duration;
  }
  return kDefaultLifetime;
}

// How long an app password of this user may live; 0 = as long as asked.
std::int64_t longest(const Context& context, core::UserId user) {
  Showing showing(context);
  const Object* stored = showing.related("authentik_core.user", Value(user));
  if (stored == nullptr) return 0;
  const Value* text = stored->at("attributes")
                          .as_object()
                          .if_contains("goauthentik.io/user/token-maximum-lifetime");
  if (text == nullptr || !text->is_string()) return 0;
  return core::parse_duration(text->get_string()).value_or(0);
}

bool own_tokens_expire(const Context& context, core::UserId user) {
  Showing showing(context);
  const Object* stored = showing.related("authentik_core.user", Value(user));
  if (stored == nullptr) return true;
  const Value* flag =
      stored->at("attributes").as_object().if_contains("goauthentik.io/user/token-expires");
  return flag == nullptr || !flag->is_bool() || flag->get_bool();
}

// What a plain user may not choose is chosen for it.
std::optional<Response> limit_plain_user(const Context& context, Object& attrs,
                                         const Object* stored) {
  if (const Value* user = attrs.if_contains("user");
      user != nullptr && *user != context.who.user()) {
    return field_error("user", "You can only make tokens of your own.");
  }
  attrs["user"] = context.who.user();
  attrs.erase("managed");
  const Value* given = attrs.if_contains("intent");
  const std::string_view intent =
      given != nullptr && given->is_string() ? std::string_view(given->get_string())
      : stored != nullptr                    ? std::string_view(stored->at("intent").as_string())
                                             : std::string_view("api");
  if (intent == "api") attrs.erase("expires");
  if (stored == nullptr || attrs.contains("expiring")) {
    attrs["expiring"] = own_tokens_expire(context, context.who.user());
  }
  return std::nullopt;
}

std::optional<Response> check_token(Context& context, Object& attrs, const Object* stored) {
  if (const Value* intent = attrs.if_contains("intent");
      intent != nullptr && *intent != "api" && *intent != "app_password") {
    return field_error("intent",
                       "Invalid intent " + (intent->is_string() ? std::string(intent->get_string())
                                                                : std::string("given")));
  }
  if (stored != nullptr && attrs.contains("intent") && attrs.at("intent") != stored->at("intent")) {
    return field_error("intent", "The intent of a token cannot be changed.");
  }
  if (!context.who.superuser()) {
    if (auto bad = limit_plain_user(context, attrs, stored)) return bad;
  }
  const core::WallMs now = context.services.tools.clock.wall();
  if (stored == nullptr) {
    if (!attrs.contains("user")) attrs["user"] = context.who.user();
    if (!attrs.contains("expiring")) attrs["expiring"] = true;
    const bool expiring = attrs.at("expiring") == true;
    const Value* expires = attrs.if_contains("expires");
    if (expiring && (expires == nullptr || expires->is_null())) {
      attrs["expires"] = now + default_lifetime(context);
    }
  }
  const Value* expires = attrs.if_contains("expires");
  if (expires == nullptr || expires->is_null() || context.who.superuser()) return std::nullopt;
  const auto when = expires->is_string()  ? core::parse_time(expires->get_string())
                    : expires->is_int64() ? std::optional(expires->get_int64())
                                          : std::nullopt;
  const std::int64_t most = longest(context, context.who.user());
  if (when && most > 0 && *when > now + most + kDay / 24) {
    return field_error("expires", "Token expires exceeds maximum lifetime.");
  }
  return std::nullopt;
}

void keep_new_key(Context& context, core::Transaction& transaction, const Value&, const Object*,
                  const Object&, const core::Written& written) {
  keep_key(context, transaction, written);
}

// `user__username` names the owner, not its key; tokens of machines of ours stay out of sight.
std::optional<Response> narrow_tokens(const Context& context, core::ListQuery& query) {
  // Network passwords are none of the API's tokens.
  query.where.push_back(
      {"intent", core::Where::Is::in, {"verification", "api", "recovery", "app_password"}});
  const std::string* managed = context.query.find("managed");
  if (managed != nullptr && managed->empty()) {
    query.where.push_back({"managed", core::Where::Is::null, {}});
  } else if (managed != nullptr) {
    query.equals["managed"] = *managed;
  }
  const std::string* name = context.query.find("user__username");
  if (name == nullptr || name->empty()) return std::nullopt;
  core::ListQuery users;
  users.equals["username"] = *name;
  users.limit = 1;
  const auto found = context.services.store.list(core::user_model(), users);
  query.where.push_back({"user", core::Where::Is::in, {}});
  if (!found.empty()) query.where.back().values.push_back(found.front().at("pk"));
  return std::nullopt;
}

bool may_view_again(const Context& context) {
  Showing showing(context);
  return std::ranges::any_of(showing.all("authentik_tenants.tenant"), [](const Object& row) {
    const Value* flag = row.if_contains("token_view_again");
    return flag != nullptr && *flag == true;
  });
}

Response view_key(Context& context) {
  const auto token = find_addressed(context, kTokenResource);
  if (!token) return detail(404, "Not found.");
  const auto key = kept_key(context, *token);
  if (!key) return detail(404, "The key of this token is not kept, or has been shown already.");
  if (!may_view_again(context)) {
    const auto transaction = context.services.store.begin();
    const auto now = transaction->get(model_of(kTokenResource), token->at("pk"));
    if (!now || now->at("sealed_key").is_null()) {
      return detail(404, "The key of this token is not kept, or has been shown already.");
    }
    transaction->update(model_of(kTokenResource), token->at("pk"), {{"sealed_key", nullptr}});
    transaction->commit();
  }
  record_event(context, "secret_view",
               {{"model", kTokenResource.model}, {"name", token->at("identifier")}});
  return json_response(200, Object{{"key", key->reveal()}});
}

Response set_key(Context& context) {
  const auto token = find_addressed(context, kTokenResource);
  if (!token) return detail(404, "Not found.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  const Value* key = body->if_contains("key");
  if (key == nullptr) return field_error("key", "This field is required.");
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    return objects.update(model_of(kTokenResource), token->at("pk"), {{"key", *key}});
  });
  if (!done) return error_response(done.error());
  record_event(context, "secret_rotate",
               {{"model", kTokenResource.model}, {"name", token->at("identifier")}});
  return no_content();
}

// Ours: the app passwords with what they are good for, which authentik's tokens do not have.
constexpr ApiField kAppPasswordFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "identifier", .required = true},
    {.name = "user"},
    {.name = "description"},
    {.name = "expires"},
    {.name = "expiring"},
    {.name = "applications"},
    {.name = "protocols"},
    {.name = "networks"},
    {.name = "idle_days"},
    {.name = "last_used", .use = Use::read},
    {.name = "created", .use = Use::read},
};

std::optional<Response> check_app_password(Context& context, Object& attrs, const Object* stored) {
  if (stored == nullptr) {
    attrs["intent"] = "app_password";
    if (!attrs.contains("idle_days")) attrs["idle_days"] = kDefaultIdleDays;
  }
  return check_token(context, attrs, stored);
}

std::optional<Response> app_passwords_alone(const Context&, core::ListQuery& query) {
  query.equals["intent"] = "app_password";
  return std::nullopt;
}

const Resource kAppPasswordResource{
    .path = "postern/app_passwords",
    .model = "authentik_core.token",
    .fields = kAppPasswordFields,
    .search = kSearch,
    .order = "identifier",
    .address = Resource::Address::field,
    .address_field = "identifier",
    .rights = Resource::Rights::owner,
    .check = &check_app_password,
    .along = &keep_new_key,
    .narrow = &app_passwords_alone,
};

// A second token that goes on under the first one's name; the first is good for a while yet.
core::Outcome<core::Written> replace_token(core::Objects& objects, const Object& token,
                                           core::WallMs until, const std::string& old_name) {
  const core::Model& model = model_of(kTokenResource);
  const Value& expires = token.at("expires");
  const bool sooner =
      token.at("expiring") == true && expires.is_int64() && expires.get_int64() < until;
  auto renamed = objects.update(
      model, token.at("pk"),
      {{"identifier", old_name}, {"expiring", true}, {"expires", sooner ? expires : Value(until)}});
  if (!renamed) return renamed;
  Object fresh;
  for (const std::string_view name :
       {"identifier", "intent", "user", "description", "expiring", "expires", "managed",
        "applications", "protocols", "networks", "idle_days"}) {
    fresh[name] = token.at(name);
  }
  return objects.create(model, fresh);
}

// POST {overlap}: a new key; the old one works until the overlap (a day) is over.
Response rotate(Context& context) {
  const auto token = find_addressed(context, kTokenResource);
  const bool fits =
      token && (token->at("intent") == "api" || token->at("intent") == "app_password");
  if (!fits) return detail(404, "Not found.");
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  std::int64_t overlap = kDay;
  if (const Value* given = body->if_contains("overlap")) {
    const auto read = given->is_string() ? core::parse_duration(given->get_string()) : std::nullopt;
    if (!read || *read < 0 || *read > 90 * kDay) {
      return field_error("overlap", "A duration of at most 90 days is required, such as hours=4.");
    }
    overlap = *read;
  }
  const core::WallMs now = context.services.tools.clock.wall(), until = now + overlap;
  const std::string name(token->at("identifier").as_string());
  const std::string old_name = name.substr(0, 200) + "-until-" + std::to_string(until);
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    return replace_token(objects, *token, until, old_name);
  });
  if (!done) return error_response(done.error());
  record_event(context, "secret_rotate", {{"model", kTokenResource.model}, {"name", name}});
  return json_response(200, Object{{"identifier", name},
                                   {"key", done->generated->reveal()},
                                   {"old_identifier", old_name},
                                   {"old_expires", core::time_text(until)}});
}

}  // namespace

const Resource kTokenResource{
    .path = "core/tokens",
    .model = "authentik_core.token",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "identifier",
    .address = Resource::Address::field,
    .address_field = "identifier",
    .rights = Resource::Rights::owner,
    .check = &check_token,
    .along = &keep_new_key,
    .narrow = &narrow_tokens,
};

void add_tokens(Router& router) {
  router.add("GET", "/api/v3/core/tokens/{key:slug}/view_key/", Door::user, &view_key);
  router.add("POST", "/api/v3/core/tokens/{key:slug}/set_key/", Door::superuser, &set_key);
  router.add("POST", "/api/v3/postern/tokens/{key:slug}/rotate/", Door::user, &rotate);
  add_resource(router, kTokenResource);
  add_resource(router, kAppPasswordResource);
}

}  // namespace postern::http
