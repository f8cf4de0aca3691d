// core/applications: what people may open. A listing shows what the asker may use, unless an
// administrator asks for all of them.

#include "core/access/access_check.h"
#include "core/flow/web_flows.h"
#include "http/api/family.h"
#include "http/api/listing.h"
#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

Value show_provider(Showing& showing, const Object& application) {
  return show_member(provider_family(), showing, application.at("provider"));
}

Value show_backchannels(Showing& showing, const Object& application) {
  boost::json::array out;
  for (const Value& pk : application.at("backchannel_providers").as_array()) {
    Value provider = show_member(provider_family(), showing, pk);
    if (!provider.is_null()) out.push_back(std::move(provider));
  }
  return out;
}

Value show_launch_url(Showing&, const Object& application) {
  const Value& url = application.at("meta_launch_url");
  return url == "" ? Value(nullptr) : url;
}

Value show_icon_url(Showing&, const Object& application) {
  const Value& icon = application.at("meta_icon");
  return icon == "" ? Value(nullptr) : icon;
}

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "pbm_uuid", .use = Use::read, .source = "pk"},
    {.name = "name", .required = true},
    {.name = "slug", .required = true},
    {.name = "provider"},
    {.name = "provider_obj", .use = Use::read, .show = &show_provider},
    {.name = "backchannel_providers"},
    {.name = "backchannel_providers_obj", .use = Use::read, .show = &show_backchannels},
    {.name = "launch_url", .use = Use::read, .show = &show_launch_url},
    {.name = "open_in_new_tab"},
    {.name = "meta_launch_url"},
    {.name = "meta_icon"},
    {.name = "meta_icon_url", .use = Use::read, .show = &show_icon_url},
    {.name = "meta_icon_themed_urls", .use = Use::read, .show = &show_nothing},
    {.name = "meta_description"},
    {.name = "meta_publisher"},
    {.name = "policy_engine_mode"},
    {.name = "group"},
    {.name = "meta_hide", .use = Use::fixed, .constant = "false"},
};
constexpr ApiFilter kFilters[] = {
    {"name", "name"},
    {"slug", "slug"},
    {"group", "group"},
    {"meta_description", "meta_description"},
    {"meta_publisher", "meta_publisher"},
};
constexpr std::string_view kSearch[] = {"name", "slug", "group"};

// Whose access is asked about: an administrator may ask for somebody else.
std::optional<Response> subject_of(Context& context, core::LoginRecord& out) {
  const std::string* other = context.query.find("for_user");
  if (other == nullptr || other->empty()) {
    out = context.who.record;
    return std::nullopt;
  }
  if (!may(context, "authentik_core.view_user")) return not_permitted();
  const core::UserId pk = std::strtoll(other->c_str(), nullptr, 10);
  if (pk <= 0 || context.services.directory.read_user(pk, out) != core::Lookup::found) {
    return field_error("for_user", "User not found");
  }
  return std::nullopt;
}

const core::Application* compiled(const core::Catalog& catalog, std::string_view slug) {
  const auto found = catalog.applications.find(std::string(slug));
  return found == catalog.applications.end() ? nullptr : found->second.get();
}

core::Reason access(const Context& context, const core::LoginRecord& record, std::string_view slug,
                    std::vector<std::string>* messages = nullptr) {
  const auto catalog = context.services.directory.catalog();
  return access_of(context, record, compiled(*catalog, slug), messages);
}

bool asked(const Context& context, std::string_view name) {
  const std::string* text = context.query.find(name);
  return text != nullptr && *text == "true";
}

Response list_applications(Context& context) {
  core::ListQuery query;
  if (auto refusal = read_listing(context, kApplicationResource, query)) {
    return *std::move(refusal);
  }
  query.limit = 10'000;
  core::LoginRecord record;
  if (auto refusal = subject_of(context, record)) return *std::move(refusal);
  const bool all =
      may_act(context, kApplicationResource, "view") && asked(context, "superuser_full_list");
  const bool launchable = asked(context, "only_with_launch_url");
  Showing showing(context);
  boost::json::array out;
  for (const Object& row : context.services.store.list(model_of(kApplicationResource), query)) {
    const Value& url = row.at("meta_launch_url");
    if (launchable && (url == "" || url == "blank://blank")) continue;
    const bool allowed =
        all || access(context, record, row.at("slug").as_string()) == core::Reason::none;
    if (allowed) out.push_back(show(kApplicationResource, showing, row));
  }
  return page_from(context, out);
}

Response read_application(Context& context) {
  const auto stored = find_addressed(context, kApplicationResource);
  const bool allowed =
      stored &&
      (may_act(context, kApplicationResource, "view", stored->at("pk")) ||
       access(context, context.who.record, stored->at("slug").as_string()) == core::Reason::none);
  if (!allowed) return detail(404, "Not found.");
  Showing showing(context);
  return json_response(200, show(kApplicationResource, showing, *stored));
}

Response check_access(Context& context) {
  const auto stored = find_addressed(context, kApplicationResource);
  if (!stored) return detail(404, "Not found.");
  core::LoginRecord record;
  if (auto refusal = subject_of(context, record)) return *std::move(refusal);
  std::vector<std::string> said;
  const core::Reason reason = access(context, record, stored->at("slug").as_string(), &said);
  boost::json::array messages;
  for (const std::string& message : said) messages.emplace_back(message);
  if (reason != core::Reason::none) messages.emplace_back(core::reason_text(reason));
  return json_response(200, Object{{"passing", reason == core::Reason::none},
                                   {"messages", std::move(messages)},
                                   {"log_messages", boost::json::array()}});
}

}  // namespace

const Resource kApplicationResource{
    .path = "core/applications",
    .model = "authentik_core.application",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "name",
    .address = Resource::Address::field,
    .address_field = "slug",
};

void add_applications(Router& router) {
  router.add("GET", "/api/v3/core/applications/", Door::user, &list_applications);
  router.add("GET", "/api/v3/core/applications/{key:slug}/", Door::user, &read_application);
  router.add("GET", "/api/v3/core/applications/{key:slug}/check_access/", Door::user,
             &check_access);
  add_resource(router, kApplicationResource);
}

}  // namespace postern::http
