// The writing half of resource.h: from a JSON body to attrs of core/objects, under the rules of the
// API, in one transaction with its event.

#include "http/api/writing.h"

#include <boost/json/parse.hpp>

#include <algorithm>

#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Model;
using core::Object;
using core::Outcome;
using core::Value;

const ApiField* field_named(const Resource& resource, std::string_view name) {
  const auto found =
      std::ranges::find_if(resource.fields, [&](const ApiField& one) { return one.name == name; });
  return found == resource.fields.end() ? nullptr : &*found;
}

std::string name_of(const Model& model, const Object& object) {
  if (model.natural.empty()) return {};
  const Value* name = object.if_contains(model.natural.front());
  return name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
}

}  // namespace

// The body under the model's names. Unknown and read-only members are left out, as authentik does.
std::optional<Response> attrs_of(const Resource& resource, const Object& body, bool whole,
                                 Object& attrs) {
  Object problems;
  const auto complain = [&problems](std::string_view name, std::string_view text) {
    problems[name] = boost::json::array{Value(text)};
  };
  for (const auto& item : body) {
    const ApiField* field = field_named(resource, {item.key().data(), item.key().size()});
    if (field == nullptr || field->use == ApiField::Use::read) continue;
    if (field->use == ApiField::Use::fixed) {
      const Value constant = boost::json::parse({field->constant.data(), field->constant.size()});
      const bool nothing = item.value().is_null() || item.value() == "" ||
                           (item.value().is_array() && item.value().get_array().empty());
      if (!nothing && item.value() != constant) {
        complain(field->name, "This server has nothing of the kind.");
      }
      continue;
    }
    attrs[field->source.empty() ? field->name : field->source] = item.value();
  }
  for (const ApiField& field : resource.fields) {
    if (whole && field.required && !body.contains(field.name)) {
      complain(field.name, "This field is required.");
    }
  }
  if (problems.empty()) return std::nullopt;
  return json_response(400, problems);
}

// The core names fields of the model; a person named those of the API.
Response refusal_of(const Resource& resource, core::Error error, const Object& attrs) {
  const Model& model = model_of(resource);
  if (error.kind == core::Error::Kind::conflict && error.field.empty()) {
    for (const core::Field& field : model.fields) {
      if ((field.flags & core::kUnique) != 0 && attrs.contains(field.name)) {
        error.field = field.name;
        error.message = "This field must be unique.";
        break;
      }
    }
  }
  for (const ApiField& field : resource.fields) {
    if (!field.source.empty() && field.source == error.field) error.field = field.name;
  }
  return error_response(error);
}

void record_change(const Context& context, std::string_view action, const Model& model,
                   const Value& pk, std::string_view name, const Object& changes) {
  Object details{{"model", model.name}, {"pk", pk}, {"name", name}};
  if (!changes.empty()) details["changes"] = changes;
  record_event(context, action, std::move(details));
}

// What the rights leave to do: nothing, or the refusal.
std::optional<Response> refuse(const Context& context, const Resource& resource,
                               std::string_view act, const Object* attrs, const Object* stored) {
  if (context.who.superuser() || resource.rights == Resource::Rights::owner) return std::nullopt;
  const bool allowed = stored == nullptr ? may_act(context, resource, act)
                                         : may_act(context, resource, act, stored->at("pk"));
  if (!allowed) return not_permitted();
  if (resource.guard == nullptr) return std::nullopt;
  return resource.guard(context, attrs, stored);
}

namespace {

// Everything of one write but the answer.
std::optional<Response> write(Context& context, const Resource& resource, const Object& attrs,
                              const Object* stored, Value& pk) {
  const Model& model = model_of(resource);
  Object changes;
  std::int64_t change = 0;
  {
    const auto transaction = context.services.store.begin();
    core::Objects objects(*transaction, context.services.tools);
    auto written = stored == nullptr ? objects.create(model, attrs)
                                     : objects.update(model, stored->at("pk"), attrs);
    if (!written) return refusal_of(resource, written.error(), attrs);
    pk = written->pk;
    changes = written->changes;
    if (resource.along != nullptr) {
      resource.along(context, *transaction, pk, stored, attrs, *written);
    }
    change = transaction->commit();
  }
  if (change > 0) context.services.visible(change);
  if (!resource.silent && (stored == nullptr || !changes.empty())) {
    record_change(context, stored == nullptr ? "model_created" : "model_updated", model, pk,
                  name_of(model, stored == nullptr ? attrs : *stored), changes);
  }
  return std::nullopt;
}

Response answer(Context& context, const Resource& resource, unsigned status, const Value& pk) {
  core::ListQuery query;
  query.equals["pk"] = pk;
  query.limit = 1;
  const auto rows = context.services.store.list(model_of(resource), query);
  if (rows.empty()) return detail(404, "Not found.");
  Showing showing(context);
  return json_response(status, show(resource, showing, rows.front()));
}

}  // namespace

Response create_object(Context& context, const Resource& resource) {
  if (auto no = refuse(context, resource, "add", nullptr, nullptr)) return *std::move(no);
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  Object attrs;
  if (auto bad = attrs_of(resource, *body, true, attrs)) return *std::move(bad);
  if (auto no = refuse(context, resource, "add", &attrs, nullptr)) return *std::move(no);
  if (resource.check != nullptr) {
    if (auto bad = resource.check(context, attrs, nullptr)) return *std::move(bad);
  }
  Value pk;
  if (auto bad = write(context, resource, attrs, nullptr, pk)) return *std::move(bad);
  return answer(context, resource, 201, pk);
}

Response update_object(Context& context, const Resource& resource) {
  if (shut_out(context, resource, "change")) return not_permitted();
  const auto stored = find_addressed(context, resource);
  if (!stored) return detail(404, "Not found.");
  if (auto no = refuse(context, resource, "change", nullptr, &*stored)) return *std::move(no);
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  Object attrs;
  const bool whole = context.request.method == "PUT";
  if (auto bad = attrs_of(resource, *body, whole, attrs)) return *std::move(bad);
  if (auto no = refuse(context, resource, "change", &attrs, &*stored)) return *std::move(no);
  if (resource.check != nullptr) {
    if (auto bad = resource.check(context, attrs, &*stored)) return *std::move(bad);
  }
  Value pk;
  if (auto bad = write(context, resource, attrs, &*stored, pk)) return *std::move(bad);
  return answer(context, resource, 200, stored->at("pk"));
}

Response delete_object(Context& context, const Resource& resource) {
  if (shut_out(context, resource, "delete")) return not_permitted();
  const auto stored = find_addressed(context, resource);
  if (!stored) return detail(404, "Not found.");
  if (auto no = refuse(context, resource, "delete", nullptr, &*stored)) return *std::move(no);
  const Model& model = model_of(resource);
  std::int64_t change = 0;
  {
    const auto transaction = context.services.store.begin();
    core::Objects objects(*transaction, context.services.tools);
    if (const auto done = objects.erase(model, stored->at("pk")); !done) {
      return error_response(done.error());
    }
    if (resource.gone != nullptr) resource.gone(context, *transaction, *stored);
    change = transaction->commit();
  }
  if (change > 0) context.services.visible(change);
  if (!resource.silent) {
    record_change(context, "model_deleted", model, stored->at("pk"), name_of(model, *stored), {});
  }
  return no_content();
}

}  // namespace postern::http
