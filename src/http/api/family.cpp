#include "http/api/family.h"

#include <algorithm>
#include <charconv>

#include "core/access/permission_list.h"
#include "http/api/listing.h"
#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

Object show_as(const Family& family, const Resource& member, Showing& showing,
               const Object& stored) {
  Resource shared = member;
  shared.fields = family.fields;
  return show(shared, showing, stored);
}

Value addressed(const Family& family, const Context& context) {
  const std::string_view text = context.param("key");
  if (family.address != Resource::Address::integer) return Value(text);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string_view name_of(const Object& stored) { return stored.at("name").as_string(); }

bool may_any(const Context& context, const Family& family, std::string_view act) {
  return std::ranges::any_of(family.members, [&](const FamilyMember& member) {
    return !shut_out(context, *member.resource, act);
  });
}

Response list_family(Context& context, const Family& family) {
  if (!may_any(context, family, "view")) return not_permitted();
  std::vector<std::pair<const Resource*, Object>> rows;
  for (const FamilyMember& member : family.members) {
    core::ListQuery query;
    if (auto refusal = read_listing(context, *member.resource, query)) return *std::move(refusal);
    query.limit = 10'000;
    for (Object& row : context.services.store.list(model_of(*member.resource), query)) {
      if (!may_act(context, *member.resource, "view", row.at("pk"))) continue;
      rows.emplace_back(member.resource, std::move(row));
    }
  }
  const std::string* ordering = context.query.find("ordering");
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return name_of(a.second) < name_of(b.second);
  });
  if (ordering != nullptr && ordering->starts_with('-')) std::reverse(rows.begin(), rows.end());
  // Providers without an application are what one is made for.
  const std::string* free = context.query.find("application__isnull");
  Showing showing(context);
  boost::json::array all;
  for (const auto& [resource, stored] : rows) {
    Object shown = show_as(family, *resource, showing, stored);
    const Value* slug = shown.if_contains("assigned_application_slug");
    if (free != nullptr && slug != nullptr && slug->is_null() != (*free == "true")) continue;
    all.push_back(std::move(shown));
  }
  return page_from(context, all);
}

Response list_types(Context& context, const Family& family) {
  if (!may_any(context, family, "view")) return not_permitted();
  boost::json::array out;
  for (const FamilyMember& member : family.members) {
    const std::string_view model = member.resource->model;
    out.push_back(Object{{"name", member.resource->verbose_name},
                         {"description", member.description},
                         {"component", member.resource->component},
                         {"model_name", model.substr(model.find('.') + 1)},
                         {"requires_enterprise", false}});
  }
  return json_response(200, out);
}

Response read_member(Context& context, const Family& family) {
  if (!may_any(context, family, "view")) return not_permitted();
  Showing showing(context);
  const auto found = find_member(family, context, addressed(family, context));
  if (!found) return detail(404, "Not found.");
  if (!may_act(context, *found->member->resource, "view", found->stored.at("pk"))) {
    return not_permitted();
  }
  return json_response(200, show_as(family, *found->member->resource, showing, found->stored));
}

Response list_users(Context& context, const Family& family) {
  if (!may_any(context, family, "view")) return not_permitted();
  const auto found = find_member(family, context, addressed(family, context));
  if (!found) return detail(404, "Not found.");
  const Resource& resource = *found->member->resource;
  if (!may_act(context, resource, "view", found->stored.at("pk"))) return not_permitted();
  return used_by(context, model_of(resource), found->stored.at("pk"));
}

Response delete_member(Context& context, const Family& family) {
  if (!may_any(context, family, "delete")) return not_permitted();
  const auto found = find_member(family, context, addressed(family, context));
  if (!found) return detail(404, "Not found.");
  return delete_object(context, *found->member->resource);
}

}  // namespace

std::optional<FoundMember> find_member(const Family& family, const Context& context,
                                       const Value& pk) {
  for (const FamilyMember& member : family.members) {
    core::ListQuery query;
    query.equals["pk"] = pk;
    query.limit = 1;
    auto rows = context.services.store.list(model_of(*member.resource), query);
    if (!rows.empty()) return FoundMember{&member, std::move(rows.front())};
  }
  return std::nullopt;
}

Value show_member(const Family& family, Showing& showing, const Value& pk) {
  if (pk.is_null()) return nullptr;
  const auto found = find_member(family, showing.context, pk);
  if (!found) return nullptr;
  return show_as(family, *found->member->resource, showing, found->stored);
}

void add_family(Router& router, const Family& family) {
  const std::string all = "/api/v3/" + std::string(family.path) + "/";
  const std::string one =
      all + (family.address == Resource::Address::integer ? "{key:int}/" : "{key:uuid}/");
  const auto add = [&](std::string_view method, const std::string& path,
                       Response (*act)(Context&, const Family&)) {
    router.add(method, path, Door::user,
               [&family, act](Context& context) { return act(context, family); });
  };
  add("GET", all, &list_family);
  add("GET", all + "types/", &list_types);
  add("GET", one, &read_member);
  add("DELETE", one, &delete_member);
  add("GET", one + "used_by/", &list_users);
}

}  // namespace postern::http
