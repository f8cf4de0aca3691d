#include "http/api/listing.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

#include "core/model/time_text.h"
#include "core/uuid.h"

namespace postern::http {
namespace {

using core::Type;
using core::Value;
using core::Where;

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "1") return true;
  if (text == "false" || text == "False" || text == "0") return false;
  return std::nullopt;
}

core::Key key_of(std::string_view target) {
  if (target == "provider") return core::Key::integer;
  const core::Model* model = core::find_model(target);
  return model == nullptr ? core::Key::uuid : model->key;
}

std::optional<Value> key_value(core::Key key, std::string_view text) {
  if (key == core::Key::integer) {
    const auto number = integer(text);
    return number ? std::optional<Value>(*number) : std::nullopt;
  }
  return core::is_uuid(text) ? std::optional<Value>(Value(text)) : std::nullopt;
}

// A parameter's text as a value of the field; nothing when it cannot be one.
std::optional<Value> value_of(const core::Field& field, std::string_view text) {
  switch (field.type) {
    case Type::integer:
      if (const auto number = integer(text)) return Value(*number);
      return std::nullopt;
    case Type::boolean:
      if (const auto flag = boolean(text)) return Value(*flag);
      return std::nullopt;
    case Type::uuid:
      if (core::is_uuid(text)) return Value(text);
      return std::nullopt;
    case Type::time:
      if (const auto when = core::parse_time(text)) return Value(*when);
      return std::nullopt;
    case Type::reference:
    case Type::references:
      return key_value(key_of(field.target), text);
    case Type::json: {
      boost::system::error_code error;
      Value parsed = boost::json::parse({text.data(), text.size()}, error);
      if (error || !parsed.is_object()) return std::nullopt;
      return parsed;
    }
    default:
      return Value(text);
  }
}

// Keys of the objects with these natural names.
std::vector<Value> keys_of_names(const Context& context, std::string_view target,
                                 const std::vector<std::string_view>& names) {
  std::vector<Value> keys;
  const core::Model* model = core::find_model(target);
  if (model == nullptr || model->natural.empty()) return keys;
  for (const std::string_view name : names) {
    core::ListQuery query;
    query.equals[model->natural.front()] = name;
    query.limit = 1;
    const auto found = context.services.store.list(*model, query);
    if (!found.empty()) keys.push_back(found.front().at("pk"));
  }
  return keys;
}

Response invalid(std::string_view parameter, std::string_view text) {
  return field_error(parameter, text);
}

Where::Is operator_of(ApiFilter::Op op) noexcept {
  switch (op) {
    case ApiFilter::Op::prefix:
      return Where::Is::prefix;
    case ApiFilter::Op::less:
      return Where::Is::less;
    case ApiFilter::Op::greater:
      return Where::Is::greater;
    case ApiFilter::Op::linked:
    case ApiFilter::Op::linked_named:
      return Where::Is::linked;
    case ApiFilter::Op::text_equal:
      return Where::Is::text_is;
    default:
      return Where::Is::in;
  }
}

std::optional<Response> add_filter(Context& context, const core::Model& model,
                                   const ApiFilter& filter, core::ListQuery& query) {
  const std::vector<std::string_view> texts = context.query.all(filter.name);
  // An empty parameter filters nothing, as forms send them.
  if (texts.empty() || (texts.size() == 1 && texts.front().empty())) return std::nullopt;
  static const core::Field kUuidKey{.name = "pk", .type = Type::uuid};
  static const core::Field kIntegerKey{.name = "pk", .type = Type::integer};
  const core::Field& field = filter.field != "pk"              ? *model.field(filter.field)
                             : model.key == core::Key::integer ? kIntegerKey
                                                               : kUuidKey;
  if (filter.op == ApiFilter::Op::is_null) {
    const auto wanted = boolean(texts.back());
    if (!wanted) return invalid(filter.name, "Enter true or false.");
    query.where.push_back(
        {std::string(filter.field), *wanted ? Where::Is::null : Where::Is::not_null, {}});
    return std::nullopt;
  }
  if (filter.op == ApiFilter::Op::linked_named) {
    query.where.push_back({std::string(filter.field), Where::Is::linked,
                           keys_of_names(context, field.target, texts)});
    return std::nullopt;
  }
  std::vector<Value> values;
  for (const std::string_view text : texts) {
    auto value = filter.op == ApiFilter::Op::prefix ? Value(text) : value_of(field, text);
    if (!value) {
      return invalid(filter.name, "\"" + std::string(text.substr(0, 100)) +
                                      "\" is not a value that can be filtered by.");
    }
    values.push_back(*std::move(value));
  }
  if (filter.op == ApiFilter::Op::contains || field.home == core::Home::settings) {
    query.equals[filter.field] = values.back();
    return std::nullopt;
  }
  if (filter.op == ApiFilter::Op::equal && field.name == "username" && values.size() == 1) {
    query.equals["username"] = values.front();  // folded
    return std::nullopt;
  }
  query.where.push_back({std::string(filter.field), operator_of(filter.op), std::move(values)});
  return std::nullopt;
}

// What is no field that can be ordered by orders nothing.
std::string order_of(const Context& context, const Resource& resource, const core::Model& model) {
  const std::string* asked = context.query.find("ordering");
  if (asked == nullptr || asked->empty()) return std::string(resource.order);
  std::string_view name = *asked;
  const bool descending = name.front() == '-';
  if (descending) name.remove_prefix(1);
  const auto shown =
      std::ranges::find_if(resource.fields, [&](const ApiField& one) { return one.name == name; });
  if (shown == resource.fields.end() || shown->use == ApiField::Use::write) {
    return std::string(resource.order);
  }
  const std::string_view source = shown->source.empty() ? shown->name : shown->source;
  const core::Field* field = model.field(source);
  const bool column =
      source == "pk" || (field != nullptr && field->home == core::Home::column &&
                         field->type != Type::json && field->type != Type::texts &&
                         field->type != Type::choices && (field->flags & core::kSecret) == 0);
  if (!column) return std::string(resource.order);
  return (descending ? "-" : "") + std::string(source);
}

}  // namespace

std::optional<Response> read_listing(Context& context, const Resource& resource,
                                     core::ListQuery& query) {
  const core::Model& model = model_of(resource);
  for (const ApiFilter& filter : resource.filters) {
    if (auto refusal = add_filter(context, model, filter, query)) return refusal;
  }
  if (const std::string* search = context.query.find("search");
      search != nullptr && !resource.search.empty()) {
    query.search = search->substr(0, 500);
    query.search_in.assign(resource.search.begin(), resource.search.end());
  }
  query.order = order_of(context, resource, model);
  if (resource.rights == Resource::Rights::owner && !context.who.superuser()) {
    query.equals["user"] = context.who.user();
  }
  if (resource.narrow != nullptr) return resource.narrow(context, query);
  return std::nullopt;
}

}  // namespace postern::http
