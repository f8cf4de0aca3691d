#include "http/api/resource.h"

#include <boost/json/parse.hpp>

#include <charconv>

#include "core/access/permission_list.h"
#include "core/model/time_text.h"
#include "http/api/listing.h"
#include "http/api/paging.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Model;
using core::Object;
using core::Value;

std::string key_text(std::string_view model, const Value& pk) {
  return std::string(model) + "/" +
         (pk.is_string() ? std::string(pk.get_string()) : std::to_string(pk.as_int64()));
}

Value shown_value(const Model& model, std::string_view source, const Object& stored) {
  const Value* value = stored.if_contains(source);
  if (value == nullptr) return nullptr;
  const core::Field* field = model.field(source);
  if (field != nullptr && field->type == core::Type::time && value->is_int64()) {
    return Value(core::time_text(value->get_int64()));
  }
  return *value;
}

}  // namespace

const Object* Showing::related(std::string_view model, const Value& pk) {
  return find(objects_, model, pk, true);
}

const Object* Showing::related_alone(std::string_view model, const Value& pk) {
  return find(alone_, model, pk, false);
}

const Object* Showing::find(Objects& read, std::string_view model, const Value& pk, bool links) {
  if (pk.is_null()) return nullptr;
  const std::string key = key_text(model, pk);
  auto found = read.find(key);
  if (found == read.end()) {
    core::ListQuery query;
    query.equals["pk"] = pk;
    query.limit = 1;
    query.links = links;
    auto rows = context.services.store.list(*core::find_model(model), query);
    std::optional<Object> row;
    if (!rows.empty()) row = std::move(rows.front());
    found = read.emplace(key, std::move(row)).first;
  }
  return found->second ? &*found->second : nullptr;
}

const core::LoginRecord* Showing::login_record(core::UserId user) {
  auto found = records_.find(user);
  if (found == records_.end()) {
    found = records_.emplace(user, core::LoginRecord{}).first;
    if (context.services.directory.read_user(user, found->second) != core::Lookup::found) {
      core::forget(found->second);
    }
  }
  return found->second.pk == 0 ? nullptr : &found->second;
}

const std::vector<Object>& Showing::all(std::string_view model) {
  auto found = lists_.find(model);
  if (found == lists_.end()) {
    core::ListQuery query;
    query.limit = 10'000;
    found = lists_
                .emplace(std::string(model),
                         context.services.store.list(*core::find_model(model), query))
                .first;
  }
  return found->second;
}

const Model& model_of(const Resource& resource) noexcept {
  return *core::find_model(resource.model);
}

bool may_act(const Context& context, const Resource& resource, std::string_view act) {
  return may(context, core::permission_for(act, resource.model));
}

bool may_act(const Context& context, const Resource& resource, std::string_view act,
             const Value& pk) {
  return may(context, core::permission_for(act, resource.model), resource.model, pk_text(pk));
}

bool shut_out(const Context& context, const Resource& resource, std::string_view act) {
  return resource.rights == Resource::Rights::permitted && !may_act(context, resource, act) &&
         granted_objects(context, core::permission_for(act, resource.model), resource.model)
             .empty();
}

Object show(const Resource& resource, Showing& showing, const Object& stored) {
  const Model& model = model_of(resource);
  Object out;
  for (const ApiField& field : resource.fields) {
    if (field.use == ApiField::Use::write) continue;
    if (field.use == ApiField::Use::fixed) {
      out[field.name] = boost::json::parse({field.constant.data(), field.constant.size()});
    } else if (field.show != nullptr) {
      Value value = field.show(showing, stored);
      if (!field.may_lack || !value.is_null()) out[field.name] = std::move(value);
    } else {
      out[field.name] =
          shown_value(model, field.source.empty() ? field.name : field.source, stored);
    }
  }
  if (!resource.component.empty()) {
    out["component"] = resource.component;
    out["verbose_name"] = resource.verbose_name;
    out["verbose_name_plural"] = resource.verbose_name_plural;
    out["meta_model_name"] = resource.model;
  }
  return out;
}

std::optional<Object> find_addressed(const Context& context, const Resource& resource) {
  core::ListQuery query;
  query.limit = 1;
  const std::string_view text = context.param("key");
  switch (resource.address) {
    case Resource::Address::integer: {
      std::int64_t number = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
      if (parsed.ec != std::errc{}) return std::nullopt;
      query.equals["pk"] = number;
      break;
    }
    case Resource::Address::uuid:
      query.equals["pk"] = text;
      break;
    case Resource::Address::field:
      query.equals[resource.address_field] = text;
      break;
  }
  if (resource.rights == Resource::Rights::owner && !context.who.superuser()) {
    query.equals["user"] = context.who.user();
  }
  if (resource.narrow != nullptr && resource.narrow(context, query)) return std::nullopt;
  auto rows = context.services.store.list(model_of(resource), query);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

namespace {

// Without the permission on all objects a list holds those with a grant of their own.
std::optional<Response> only_granted(const Context& context, const Resource& resource,
                                     core::ListQuery& query) {
  if (resource.rights != Resource::Rights::permitted || may_act(context, resource, "view")) {
    return std::nullopt;
  }
  core::Where where{"pk", core::Where::Is::in, {}};
  for (const std::string& pk :
       granted_objects(context, core::permission_for("view", resource.model), resource.model)) {
    if (model_of(resource).key == core::Key::integer) {
      where.values.emplace_back(std::strtoll(pk.c_str(), nullptr, 10));
    } else {
      where.values.emplace_back(pk);
    }
  }
  if (where.values.empty()) return not_permitted();
  query.where.push_back(std::move(where));
  return std::nullopt;
}

}  // namespace

Response list_objects(Context& context, const Resource& resource) {
  core::ListQuery query;
  if (auto refusal = only_granted(context, resource, query)) return *std::move(refusal);
  if (auto refusal = read_listing(context, resource, query)) return *std::move(refusal);
  auto asked = page_asked(context);
  if (auto* refusal = std::get_if<Response>(&asked)) return std::move(*refusal);
  const Page page = std::get<Page>(asked);
  const Model& model = model_of(resource);
  const std::int64_t count = context.services.store.count(model, query);
  query.limit = static_cast<std::size_t>(page.size);
  query.offset = page.offset();
  Showing showing(context);
  boost::json::array results;
  for (const Object& row : context.services.store.list(model, query)) {
    results.push_back(show(resource, showing, row));
  }
  return page_of(page, count, std::move(results));
}

Response read_object(Context& context, const Resource& resource) {
  if (shut_out(context, resource, "view")) return not_permitted();
  const auto stored = find_addressed(context, resource);
  if (!stored) return detail(404, "Not found.");
  if (resource.rights == Resource::Rights::permitted &&
      !may_act(context, resource, "view", stored->at("pk"))) {
    return not_permitted();
  }
  Showing showing(context);
  return json_response(200, show(resource, showing, *stored));
}

}  // namespace postern::http
