// core/transactional/applications/: an application with its provider and its bindings, all or
// nothing.

#include <boost/json/parse.hpp>

#include "http/api/objects_in_one.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/api/writing.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

const Resource* provider_resource(const Value* model) {
  if (model == nullptr || !model->is_string()) return nullptr;
  const std::string_view name = model->get_string();
  for (const Resource* one : {&kLdapProviderResource, &kRadiusProviderResource}) {
    if (one->model == name) return one;
  }
  return nullptr;
}

struct Wanted {
  const Resource* provider = nullptr;
  Object application, provider_attrs;
  std::vector<Object> bindings;
};

// The refusal of a part, under the part's name.
Response within(std::string_view part, const Response& refusal) {
  const auto* text = std::get_if<std::string>(&refusal.body);
  boost::system::error_code error;
  Value inner = boost::json::parse(text == nullptr ? std::string("{}") : *text, error);
  return json_response(refusal.status, Object{{part, inner}});
}

std::optional<Response> read_part(const Context& context, const Object& body, std::string_view part,
                                  const Resource& resource, Object& attrs) {
  const Value* given = body.if_contains(part);
  if (given == nullptr) return field_error(part, "This field is required.");
  if (!given->is_object()) return field_error(part, "Expected a dictionary.");
  if (auto bad = attrs_of(resource, given->get_object(), true, attrs)) return within(part, *bad);
  return refuse(context, resource, "add", &attrs, nullptr);
}

std::optional<Response> read_bindings(const Context& context, const Object& body,
                                      std::vector<Object>& out) {
  const Value* list = body.if_contains("policy_bindings");
  if (list == nullptr) return std::nullopt;
  if (!list->is_array()) return field_error("policy_bindings", "Expected a list of items.");
  for (const Value& one : list->get_array()) {
    if (!one.is_object()) return field_error("policy_bindings", "Expected a dictionary.");
    Object with_target = one.get_object();
    with_target["target"] = "00000000-0000-4000-8000-000000000000";  // until there is one
    Object attrs;
    if (auto bad = attrs_of(kBindingResource, with_target, true, attrs)) {
      return within("policy_bindings", *bad);
    }
    if (auto no = refuse(context, kBindingResource, "add", &attrs, nullptr)) return no;
    out.push_back(std::move(attrs));
  }
  return std::nullopt;
}

core::Outcome<core::Written> make_all(core::Objects& objects, Wanted& wanted, std::string& part) {
  part = "provider";
  auto provider = objects.create(model_of(*wanted.provider), wanted.provider_attrs);
  if (!provider) return provider;
  part = "app";
  wanted.application["provider"] = provider->pk;
  auto application = objects.create(model_of(kApplicationResource), wanted.application);
  if (!application) return application;
  part = "policy_bindings";
  for (Object& binding : wanted.bindings) {
    binding["target"] = application->pk;
    if (auto made = objects.create(model_of(kBindingResource), binding); !made) return made;
  }
  return application;
}

Response make_application(Context& context) {
  if (auto no = refuse(context, kApplicationResource, "add", nullptr, nullptr)) {
    return *std::move(no);
  }
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  Wanted wanted;
  wanted.provider = provider_resource(body->if_contains("provider_model"));
  if (wanted.provider == nullptr) {
    return field_error("provider_model", "There are no providers of this kind here.");
  }
  if (auto bad = read_part(context, *body, "app", kApplicationResource, wanted.application)) {
    return *std::move(bad);
  }
  if (auto bad = read_part(context, *body, "provider", *wanted.provider, wanted.provider_attrs)) {
    return *std::move(bad);
  }
  if (auto bad = read_bindings(context, *body, wanted.bindings)) return *std::move(bad);
  std::string part;
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    return make_all(objects, wanted, part);
  });
  if (!done) {
    const Resource& resource = part == "app"        ? kApplicationResource
                               : part == "provider" ? *wanted.provider
                                                    : kBindingResource;
    return within(part, refusal_of(resource, done.error(), wanted.application));
  }
  const Value* name = wanted.application.if_contains("name");
  record_change(context, "model_created", model_of(kApplicationResource), done->pk,
                name != nullptr && name->is_string() ? std::string_view(name->get_string())
                                                     : std::string_view(),
                {});
  return json_response(200, Object{{"applied", true}, {"logs", boost::json::array()}});
}

}  // namespace

void add_transactional(Router& router) {
  router.add("PUT", "/api/v3/core/transactional/applications/", Door::user, &make_application);
}

}  // namespace postern::http
