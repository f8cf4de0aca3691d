// Flows as blueprints: export of a flow with its stages, prompts, policies and bindings, and import
// of a blueprint's text, as a whole or not at all. References inside the file are by the file's own
// ids, others by natural name.

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>

#include "core/model/time_text.h"
#include "http/api/resource.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Field;
using core::Model;
using core::Object;
using core::Type;
using core::Value;

constexpr std::size_t kMost = 10'000;

struct Entry {
  const Model* model;
  Object object;
};

class Export {
 public:
  explicit Export(const Context& context) : context_(context) {}

  // What it refers to comes first.
  void add(const Model& model, const Object& object) {
    const std::string pk = pk_text(object.at("pk"));
    if (!known_.insert(pk).second) return;
    for (const Field& field : model.fields) {
      const Value* value = object.if_contains(field.name);
      if (value == nullptr || field.target == "authentik_flows.flow") continue;
      if (field.type == Type::reference) add_target(field, *value);
      if (field.type != Type::references || !value->is_array()) continue;
      for (const Value& one : value->get_array()) add_target(field, one);
    }
    entries_.push_back({&model, object});
  }

  void add_where(std::string_view name, std::string_view field, const Value& pk) {
    const Model& model = *core::find_model(name);
    core::ListQuery query;
    query.equals[field] = pk;
    query.limit = kMost;
    for (const Object& row : context_.services.store.list(model, query)) add(model, row);
  }

  std::string text(std::string_view title) const {
    std::string out = "# " + std::string(title) +
                      "\nversion: 1\nmetadata:\n  name: " + boost::json::serialize(Value(title)) +
                      "\nentries:\n";
    for (const Entry& entry : entries_) out += text_of(entry);
    return out;
  }

 private:
  std::optional<Entry> find(std::string_view target, const Value& pk) const {
    for (const Model* model : core::models()) {
      const bool fits =
          model->name == target || (!model->family.empty() && model->family == target);
      if (!fits) continue;
      core::ListQuery query;
      query.equals["pk"] = pk;
      query.limit = 1;
      auto rows = context_.services.store.list(*model, query);
      if (!rows.empty()) return Entry{model, std::move(rows.front())};
    }
    return std::nullopt;
  }

  // Users and groups are not taken along: they are named.
  static bool taken_along(std::string_view target) {
    return target == "stage" || target == "policy" || target.starts_with("authentik_stages_");
  }

  void add_target(const Field& field, const Value& pk) {
    if (pk.is_null() || !taken_along(field.target)) return;
    if (const auto entry = find(field.target, pk)) add(*entry->model, entry->object);
  }

  std::string reference(const Field& field, const Value& pk) const {
    if (pk.is_null()) return "null";
    const std::string key = pk_text(pk);
    if (known_.count(key) != 0) return "!KeyOf " + boost::json::serialize(Value(key));
    const auto entry = find(field.target, pk);
    if (!entry || entry->model->natural.empty()) return boost::json::serialize(pk);
    const std::string_view name = entry->model->natural.front();
    return "!Find [" + std::string(entry->model->name) + ", [" + std::string(name) + ", " +
           boost::json::serialize(entry->object.at(name)) + "]]";
  }

  std::string value_text(const Field& field, const Value& value) const {
    if (field.type == Type::reference) return reference(field, value);
    if (field.type == Type::time && value.is_int64()) {
      return boost::json::serialize(Value(core::time_text(value.get_int64())));
    }
    if (field.type != Type::references) return boost::json::serialize(value);
    std::string out = "[";
    for (const Value& one : value.get_array()) {
      out += (out.size() > 1 ? ", " : "") + reference(field, one);
    }
    return out + "]";
  }

  std::string text_of(const Entry& entry) const {
    std::string identifiers, attrs;
    for (const Field& field : entry.model->fields) {
      const Value* value = entry.object.if_contains(field.name);
      const bool ours = (field.flags & (core::kReadOnly | core::kSecret)) != 0 ||
                        field.home == core::Home::virtual_;
      if (value == nullptr || ours || (value->is_null() && (field.flags & core::kRequired) == 0)) {
        continue;
      }
      const bool natural = std::find(entry.model->natural.begin(), entry.model->natural.end(),
                                     field.name) != entry.model->natural.end();
      (natural ? identifiers : attrs) +=
          "      " + std::string(field.name) + ": " + value_text(field, *value) + "\n";
    }
    return "  - model: " + std::string(entry.model->name) +
           "\n    id: " + boost::json::serialize(Value(pk_text(entry.object.at("pk")))) +
           "\n    identifiers:\n" + identifiers + (attrs.empty() ? "" : "    attrs:\n" + attrs);
  }

  const Context& context_;
  std::vector<Entry> entries_;
  std::set<std::string> known_;
};

Response export_flow(Context& context) {
  const auto flow = find_addressed(context, kFlowResource);
  if (!flow) return detail(404, "Not found.");
  if (!may(context, "authentik_flows.export_flow", kFlowResource.model, pk_text(flow->at("pk")))) {
    return not_permitted();
  }
  Export out(context);
  out.add(model_of(kFlowResource), *flow);
  const Value& pk = flow->at("pk");
  out.add_where("authentik_flows.flowstagebinding", "target", pk);
  out.add_where("authentik_policies.policybinding", "target", pk);
  core::ListQuery query;
  query.equals["target"] = pk;
  query.limit = kMost;
  for (const Object& step :
       context.services.store.list(*core::find_model("authentik_flows.flowstagebinding"), query)) {
    out.add_where("authentik_policies.policybinding", "target", step.at("pk"));
  }
  Response response;
  response.set("Content-Type", "application/octet-stream");
  response.set("Content-Disposition",
               "attachment; filename=\"" + std::string(flow->at("slug").as_string()) + ".yaml\"");
  response.body = out.text("Flow " + std::string(flow->at("slug").as_string()));
  return response;
}

// The part "file" (or "content") of a form, as browsers send it.
std::optional<std::string> form_part(const Request& request) {
  const std::string_view type = request.header("content-type");
  const std::size_t at = type.find("boundary=");
  if (!type.starts_with("multipart/form-data") || at == std::string_view::npos) return std::nullopt;
  std::string_view name = type.substr(at + 9);
  if (!name.empty() && name.front() == '"') name = name.substr(1, name.find('"', 1) - 1);
  name = name.substr(0, name.find(';'));
  if (name.empty() || name.size() > 70) return std::nullopt;
  const std::string mark = "--" + std::string(name);
  std::string_view left = request.body;
  while (true) {
    const std::size_t begin = left.find(mark);
    if (begin == std::string_view::npos) return std::nullopt;
    left.remove_prefix(begin + mark.size());
    const std::size_t head_end = left.find("\r\n\r\n");
    if (left.starts_with("--") || head_end == std::string_view::npos) return std::nullopt;
    const std::string_view head = left.substr(0, head_end);
    const std::size_t end = left.find("\r\n" + mark, head_end);
    if (end == std::string_view::npos) return std::nullopt;
    const bool wanted = head.find("name=\"file\"") != std::string_view::npos ||
                        head.find("name=\"content\"") != std::string_view::npos;
    if (wanted) return std::string(left.substr(head_end + 4, end - head_end - 4));
    left.remove_prefix(end);
  }
}

Response import_blueprint(Context& context) {
  const auto text = form_part(context.request);
  if (!text) return field_error("file", "No file was submitted.");
  // Files and the environment of the server are for who has access to the server.
  if (text->find("!File") != std::string::npos || text->find("!Env") != std::string::npos) {
    return field_error("file", "!File and !Env are not allowed over the API.");
  }
  const auto problems = context.services.apply_blueprint(*text);
  boost::json::array lines;
  for (const std::string& problem : problems) {
    lines.push_back(Object{{"timestamp", core::time_text(context.services.tools.clock.wall())},
                           {"log_level", "error"},
                           {"logger", "postern.blueprints"},
                           {"event", problem},
                           {"attributes", Object()}});
  }
  if (problems.empty()) {
    record_event(context, "model_updated", {{"model", "authentik_blueprints.blueprintinstance"}});
  }
  return json_response(problems.empty() ? 200 : 400,
                       Object{{"logs", std::move(lines)}, {"success", problems.empty()}});
}

}  // namespace

void add_blueprints(Router& router) {
  router.add("GET", "/api/v3/flows/instances/{key:slug}/export/", Door::user, &export_flow);
  router.add("POST", "/api/v3/managed/blueprints/import/", Door::superuser, &import_blueprint);
}

}  // namespace postern::http
