#include "app/commands/objects.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

#include "core/uuid.h"

namespace postern::app {
namespace {

using core::Model;
using core::Object;
using core::Outcome;
using core::Value;

std::string plain(const Value& value) {
  if (value.is_null()) return "-";
  if (const auto* text = value.if_string()) return text->empty() ? "-" : std::string(*text);
  return boost::json::serialize(value);
}

// Columns padded to their widest cell.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - row[i].size() + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::optional<Value> key_from_text(const Model& model, const std::string& text) {
  if (model.key == core::Key::uuid) {
    return core::is_uuid(text) ? std::optional<Value>(text) : std::nullopt;
  }
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return Value(number);
}

bool agrees(const Object& object, const Object& equals) {
  return std::ranges::all_of(equals, [&object](const auto& wanted) {
    const auto* value = object.if_contains(wanted.key());
    return value != nullptr && *value == wanted.value();
  });
}

// Whether one text names an object: devices are told apart by owner and name.
bool has_name(const Model& model) {
  if (model.natural.empty()) return false;
  const core::Field* field = model.field(model.natural.front());
  return field != nullptr && field->type != core::Type::reference;
}

Outcome<Value> value_from_text(const core::Field& field, const std::string& text) {
  switch (field.type) {
    case core::Type::text:
    case core::Type::slug:
    case core::Type::uuid:
    case core::Type::duration:
    case core::Type::choice:
      return Value(text);
    case core::Type::time:
      if (text.empty() || text == "null") return Value(nullptr);
      return Value(text);
    default:
      break;
  }
  boost::system::error_code error;
  Value value = boost::json::parse(text, error);
  if (!error) return value;
  if (field.type == core::Type::reference && text.find_first_of("{}[]\"") == std::string::npos) {
    return Value(text);
  }
  return core::Error{core::Error::Kind::invalid, std::string(field.name),
                     "must be JSON, for example true, 5, [\"a\"] or {\"key\": \"value\"}"};
}

}  // namespace

Outcome<Object> find_object(core::Objects& objects, core::Transaction& transaction,
                            const Model& model, const std::string& name, const Object& equals) {
  if (has_name(model)) {
    auto found = objects.by_name(model, name);
    if (found && agrees(*found, equals)) return found;
  }
  if (const auto pk = key_from_text(model, name)) {
    if (auto object = transaction.get(model, *pk); object && agrees(*object, equals)) {
      return *std::move(object);
    }
  }
  return core::Error{core::Error::Kind::not_found, "",
                     "no " + std::string(model.name.substr(model.name.find('.') + 1)) +
                         " is named \"" + name + "\""};
}

Outcome<Object> parse_assignments(const Model& model, const std::vector<std::string>& assignments) {
  Object attrs;
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    const std::string name = assignment.substr(0, equals);
    const core::Field* field = model.field(name);
    if (equals == std::string::npos || field == nullptr) {
      return core::Error{core::Error::Kind::invalid, "",
                         "\"" + assignment + "\" is not FIELD=VALUE of " + std::string(model.name)};
    }
    if (field->home == core::Home::virtual_) {
      return core::Error{core::Error::Kind::invalid, name,
                         "is a secret and is not taken from a command line"};
    }
    auto value = value_from_text(*field, assignment.substr(equals + 1));
    if (!value) return value.error();
    attrs[name] = *std::move(value);
  }
  return attrs;
}

int list_objects(CommandContext& context, const Model& model, const ListOptions& options) {
  core::ListQuery query;
  query.equals = options.equals;
  query.search = options.search;
  query.limit = options.limit;
  query.offset = options.offset;
  const auto found = context.appliance.store().list(model, query);
  if (options.json) {
    boost::json::array all;
    for (const Object& object : found) all.push_back(core::presentable(model, object));
    context.console.line(boost::json::serialize(all));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows{options.columns};
  for (const Object& object : found) {
    const Object shown = core::presentable(model, object);
    std::vector<std::string> row;
    for (const std::string& column : options.columns) {
      const auto* value = shown.if_contains(column);
      row.push_back(value == nullptr ? "-" : plain(*value));
    }
    rows.push_back(std::move(row));
  }
  context.console.out(table(rows));
  const std::int64_t all = context.appliance.store().count(model, query);
  if (all > static_cast<std::int64_t>(options.offset + found.size())) {
    context.console.note(std::to_string(found.size()) + " of " + std::to_string(all) +
                         "; more with --offset and --limit\n");
  }
  return kDone;
}

int show_object(CommandContext& context, const Model& model, const std::string& name, bool json,
                const Object& equals) {
  const auto transaction = context.appliance.store().begin();
  core::Objects objects(*transaction, context.appliance.tools());
  const auto found = find_object(objects, *transaction, model, name, equals);
  if (!found) {
    context.console.error(found.error().message);
    return kRefused;
  }
  const Object shown = core::presentable(model, *found);
  if (json) {
    context.console.line(boost::json::serialize(shown));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : shown) rows.push_back({std::string(item.key()), plain(item.value())});
  context.console.out(table(rows));
  return kDone;
}

int set_object(CommandContext& context, const Model& model, const std::string& name,
               const std::vector<std::string>& assignments, const Object& equals) {
  const auto attrs = parse_assignments(model, assignments);
  if (!attrs) {
    context.console.error(attrs.error().field.empty()
                              ? attrs.error().message
                              : attrs.error().field + " " + attrs.error().message);
    return kUsage;
  }
  return change(context, {"model_updated", std::string(model.name), name},
                [&](core::Transaction& transaction, core::Objects& objects) -> Outcome<core::Done> {
                  const auto found = find_object(objects, transaction, model, name, equals);
                  if (!found) return found.error();
                  const auto written = objects.update(model, found->at("pk"), *attrs);
                  if (!written) return written.error();
                  return core::Done{};
                });
}

int delete_object(CommandContext& context, const Model& model, const std::string& name,
                  const Object& equals) {
  Audit audit{"model_deleted", std::string(model.name), name};
  return change(context, audit,
                [&](core::Transaction& transaction, core::Objects& objects) -> Outcome<core::Done> {
                  const auto found = find_object(objects, transaction, model, name, equals);
                  if (!found) return found.error();
                  const auto* user = found->if_contains("user");
                  if (user != nullptr && user->is_int64()) audit.user = user->get_int64();
                  return objects.erase(model, found->at("pk"));
                });
}

}  // namespace postern::app
