// GET /schema/: an OpenAPI document of what this server serves, made from the routes and from the
// descriptions of the resources. Field types are those of the models.

#include <boost/json/parse.hpp>

#include <algorithm>

#include "http/api/resource.h"
#include "http/api/routes.h"

namespace postern::http {
namespace {

using core::Object;
using core::Type;
using core::Value;

constexpr std::string_view kBase = "/api/v3";

// "/core/users/{key:int}/" -> "/core/users/{key}/", and its parameters.
std::string plain_path(std::string_view pattern, boost::json::array& parameters) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    out += pattern.substr(0, open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const std::size_t close = pattern.find('}');
    const std::string_view inside = pattern.substr(1, close - 1);
    const std::size_t colon = std::min(inside.find(':'), inside.size());
    const std::string_view name = inside.substr(0, colon);
    const bool number = inside.ends_with(":int"), uuid = inside.ends_with(":uuid");
    Object schema{{"type", number ? "integer" : "string"}};
    if (uuid) schema["format"] = "uuid";
    parameters.push_back(
        Object{{"in", "path"}, {"name", name}, {"required", true}, {"schema", std::move(schema)}});
    out += "{" + std::string(name) + "}";
    pattern.remove_prefix(close + 1);
  }
  return out;
}

Object type_of(const core::Field& field) {
  switch (field.type) {
    case Type::integer:
      return {{"type", "integer"}};
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::json:
      return {{"type", "object"}, {"additionalProperties", Object()}};
    case Type::uuid:
      return {{"type", "string"}, {"format", "uuid"}};
    case Type::time:
      return {{"type", "string"}, {"format", "date-time"}};
    case Type::choices:
    case Type::texts:
      return {{"type", "array"}, {"items", Object{{"type", "string"}}}};
    case Type::integers:
      return {{"type", "array"}, {"items", Object{{"type", "integer"}}}};
    case Type::references:
      return {{"type", "array"}, {"items", Object()}};
    case Type::reference:
      return {};
    case Type::choice: {
      boost::json::array values;
      for (const std::string_view one : field.choices) values.emplace_back(one);
      return {{"type", "string"}, {"enum", std::move(values)}};
    }
    default:
      return {{"type", "string"}};
  }
}

Object schema_of(const Resource& resource) {
  const core::Model& model = model_of(resource);
  Object properties;
  boost::json::array required;
  for (const ApiField& field : resource.fields) {
    const core::Field* stored = model.field(field.source.empty() ? field.name : field.source);
    Object one = stored == nullptr || field.show != nullptr ? Object() : type_of(*stored);
    if (stored != nullptr && (stored->flags & core::kNullable) != 0) one["nullable"] = true;
    if (field.use == ApiField::Use::read) one["readOnly"] = true;
    if (field.use == ApiField::Use::write) one["writeOnly"] = true;
    if (field.use == ApiField::Use::fixed) {
      one["enum"] =
          boost::json::array{boost::json::parse({field.constant.data(), field.constant.size()})};
    }
    properties[field.name] = std::move(one);
    if (field.required) required.emplace_back(field.name);
  }
  Object out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

std::string component_of(const Resource& resource) {
  std::string out(resource.path);
  std::ranges::replace(out, '/', '_');
  return out;
}

const Resource* resource_at(const Router& router, std::string_view pattern) {
  for (const auto& [path, resource] : router.resources()) {
    const bool one = pattern.starts_with(path) &&
                     pattern.substr(path.size()).starts_with("{key:") &&
                     pattern.find('/', path.size()) == pattern.size() - 1;
    if (pattern == path || one) return resource;
  }
  return nullptr;
}

Object content(Value schema) {
  return {{"content", Object{{"application/json", Object{{"schema", std::move(schema)}}}}}};
}

Object operation(const Router& router, const Router::Served& route, const std::string& method,
                 const std::string& path, const boost::json::array& parameters) {
  const Resource* resource = resource_at(router, route.pattern);
  std::string id = path.substr(1) + method;
  std::ranges::replace_if(
      id, [](char c) { return c == '/' || c == '{' || c == '}' || c == '-'; }, '_');
  Object answer{{"description", ""}};
  Object out{{"operationId", id},
             {"tags", boost::json::array{path.substr(1, path.find('/', 1) - 1)}}};
  boost::json::array all = parameters;
  if (resource != nullptr) {
    const Object reference{{"$ref", "#/components/schemas/" + component_of(*resource)}};
    if (method != "DELETE") answer = content(reference);
    answer["description"] = "";
    if (method == "POST" || method == "PUT" || method == "PATCH") {
      out["requestBody"] = content(reference);
    }
    const bool list = method == "GET" && !route.pattern.ends_with("}/");
    for (const ApiFilter& filter : list ? resource->filters : std::span<const ApiFilter>()) {
      all.push_back(
          Object{{"in", "query"}, {"name", filter.name}, {"schema", Object{{"type", "string"}}}});
    }
  }
  const std::string_view status = method == "DELETE" ? "204" : method == "POST" ? "201" : "200";
  out["parameters"] = std::move(all);
  out["responses"] = Object{{status, std::move(answer)}};
  if (route.door != Door::open) {
    out["security"] = boost::json::array{Object{{"authentik", boost::json::array()}}};
  }
  return out;
}

Object document(const Router& router, const Context& context) {
  Object paths, schemas;
  for (const Router::Served& route : router.served()) {
    if (!route.pattern.starts_with(kBase)) continue;
    boost::json::array parameters;
    const std::string path =
        plain_path(std::string_view(route.pattern).substr(kBase.size()), parameters);
    Value& at = paths[path];
    if (!at.is_object()) at = Object();
    for (const std::string& method : route.methods) {
      std::string lower = method;
      for (char& c : lower) c = static_cast<char>(c - 'A' + 'a');
      at.get_object().emplace(lower, operation(router, route, method, path, parameters));
    }
  }
  for (const auto& [path, resource] : router.resources()) {
    schemas[component_of(*resource)] = schema_of(*resource);
  }
  return {{"openapi", "3.0.3"},
          {"info", Object{{"title", "postern"}, {"version", context.services.version}}},
          {"servers", boost::json::array{Object{{"url", kBase}}}},
          {"paths", std::move(paths)},
          {"components",
           Object{{"schemas", std::move(schemas)},
                  {"securitySchemes",
                   Object{{"authentik", Object{{"type", "http"}, {"scheme", "bearer"}}}}}}}};
}

}  // namespace

void add_schema(Router& router) {
  router.add("GET", "/api/v3/schema/", Door::open,
             [&router](Context& context) { return json_response(200, document(router, context)); });
}

}  // namespace postern::http
