#include "core/objects/validate.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utf8proc.h>

#include <algorithm>

#include "core/model/time_text.h"
#include "core/uuid.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxText = 64 * 1024;
constexpr std::size_t kMaxJson = 256 * 1024;

Error invalid(const Field& field, std::string message) {
  return {Error::Kind::invalid, std::string(field.name), std::move(message)};
}

bool valid_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &point);
    if (used <= 0) return false;
    at += used;
    left -= used;
  }
  return true;
}

std::string choices_text(const Field& field) {
  std::string out;
  for (const std::string_view choice : field.choices) {
    if (!out.empty()) out += ", ";
    out += choice;
  }
  return out;
}

Outcome<Value> text_value(const Field& field, const Value& value) {
  const auto* text = value.if_string();
  if (text == nullptr) return invalid(field, "must be text");
  const std::string_view view(text->data(), text->size());
  if (view.size() > kMaxText) return invalid(field, "must not exceed 65536 octets");
  if (view.find('\0') != std::string_view::npos) return invalid(field, "must not contain NUL");
  if (!valid_utf8(view)) return invalid(field, "must be valid UTF-8");
  return Value(value);
}

Outcome<Value> slug_value(const Field& field, const Value& value) {
  auto text = text_value(field, value);
  if (!text) return text;
  const std::string_view view = text->get_string();
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  };
  if (view.empty() || view.size() > 255 || !std::ranges::all_of(view, fits)) {
    return invalid(field, "must be 1 to 255 of letters, digits, '-', '_', '.', ':'");
  }
  return text;
}

Outcome<Value> time_value(const Field& field, const Value& value) {
  if (value.is_int64()) return Value(value);
  if (const auto* text = value.if_string()) {
    if (const auto when = parse_time({text->data(), text->size()})) return Value(*when);
  }
  return invalid(field, "must be a time such as 2026-01-31T12:00:00Z");
}

Outcome<Value> choice_value(const Field& field, const Value& value) {
  const auto* text = value.if_string();
  if (text == nullptr ||
      std::ranges::find(field.choices, std::string_view(*text)) == field.choices.end()) {
    return invalid(field, "must be one of " + choices_text(field));
  }
  return Value(value);
}

Outcome<Value> integer_value(const Field& field, const Value& value) {
  if (value.is_int64()) return Value(value);
  if (value.is_uint64() && value.get_uint64() <= INT64_MAX) {
    return Value(static_cast<std::int64_t>(value.get_uint64()));
  }
  return invalid(field, "must be a whole number");
}

Outcome<Value> list_value(const Field& field, const Value& value,
                          Outcome<Value> (*each)(const Field&, const Value&)) {
  const auto* list = value.if_array();
  if (list == nullptr) return invalid(field, "must be a list");
  boost::json::array out;
  for (const Value& item : *list) {
    auto one = each(field, item);
    if (!one) return one;
    if (std::ranges::find(out, *one) == out.end()) out.push_back(*one);
  }
  return Value(std::move(out));
}

bool is_family(std::string_view target) {
  return target == "stage" || target == "provider" || target == "policy" ||
         target == "policybindingmodel";
}

// Keys are integers or UUID text; JSON and YAML give integers in several kinds.
Outcome<Value> reference_value(Transaction& transaction, const Field& field, const Value& value) {
  Value pk = value;
  if (value.is_uint64()) pk = static_cast<std::int64_t>(value.get_uint64());
  const auto missing = [&] {
    return invalid(field, "names no existing " + std::string(field.target) + ": " +
                              boost::json::serialize(value) + " (a pk is expected)");
  };
  if (!pk.is_int64() && !(pk.is_string() && is_uuid(pk.get_string()))) return missing();
  if (is_family(field.target)) {
    return transaction.owner_of(field.target, pk) == nullptr ? Outcome<Value>(missing())
                                                             : Outcome<Value>(std::move(pk));
  }
  const Model* target = find_model(field.target);
  if (target == nullptr || (target->key == Key::integer) != pk.is_int64()) return missing();
  if (!transaction.get(*target, pk)) return missing();
  return pk;
}

Outcome<Value> references_value(Transaction& transaction, const Field& field, const Value& value) {
  const auto* list = value.if_array();
  if (list == nullptr) return invalid(field, "must be a list of pks");
  boost::json::array out;
  for (const Value& item : *list) {
    auto one = reference_value(transaction, field, item);
    if (!one) return one;
    if (std::ranges::find(out, *one) == out.end()) out.push_back(*one);
  }
  std::ranges::sort(out, [](const Value& a, const Value& b) {
    return a.is_int64() && b.is_int64() ? a.get_int64() < b.get_int64()
                                        : a.get_string() < b.get_string();
  });
  return Value(std::move(out));
}

Outcome<Value> scalar_value(const Field& field, const Value& value) {
  switch (field.type) {
    case Type::text:
      return text_value(field, value);
    case Type::slug:
      return slug_value(field, value);
    case Type::integer:
      if (value.is_int64()) return Value(value);
      return invalid(field, "must be a whole number");
    case Type::boolean:
      if (value.is_bool()) return Value(value);
      return invalid(field, "must be true or false");
    case Type::json:
      if (!value.is_object()) return invalid(field, "must be a map");
      if (boost::json::serialize(value).size() > kMaxJson) {
        return invalid(field, "must not exceed 256 KiB as JSON");
      }
      return Value(value);
    case Type::uuid:
      if (value.is_string() && is_uuid(value.get_string())) return Value(value);
      return invalid(field, "must be a UUID");
    case Type::time:
      return time_value(field, value);
    case Type::duration:
      if (value.is_string() && parse_duration(value.get_string())) return Value(value);
      return invalid(field, "must be a duration such as hours=1;minutes=30");
    case Type::choice:
      return choice_value(field, value);
    case Type::choices:
      return list_value(field, value, choice_value);
    case Type::texts:
      return list_value(field, value, text_value);
    case Type::integers:
      return list_value(field, value, integer_value);
    case Type::reference:
    case Type::references:
      break;
  }
  return invalid(field, "has a type that cannot be given");
}

Outcome<Value> field_value(Transaction& transaction, const Field& field, const Value& value) {
  if (value.is_null()) {
    if (field.flags & kNullable || field.home == Home::virtual_) return Value(nullptr);
    return invalid(field, "must not be null");
  }
  if (field.type == Type::reference) return reference_value(transaction, field, value);
  if (field.type == Type::references) return references_value(transaction, field, value);
  if (value.is_uint64())
    return scalar_value(field, Value(static_cast<std::int64_t>(value.get_uint64())));
  return scalar_value(field, value);
}

std::string known_fields(const Model& model) {
  std::string out;
  for (const Field& field : model.fields) {
    if (field.flags & (kReadOnly | kSecret)) continue;
    if (!out.empty()) out += ", ";
    out += field.name;
  }
  return out;
}

}  // namespace

Outcome<Object> normalise(Transaction& transaction, const ObjectTools& tools, const Model& model,
                          const Object& attrs, bool trusted) {
  Object out;
  for (const auto& item : attrs) {
    const std::string_view name(item.key().data(), item.key().size());
    if (name == "pk") continue;
    const Field* field = model.field(name);
    if (field == nullptr) {
      return Error{
          Error::Kind::invalid, std::string(name),
          std::string(model.name) + " has no such field; allowed are " + known_fields(model)};
    }
    if ((field->flags & kReadOnly) && !trusted) {
      return invalid(*field, "is set by the server and cannot be given");
    }
    auto value = field_value(transaction, *field, item.value());
    if (!value) return value.error();
    if (tools.check) {
      if (auto complaint = tools.check(model, name, *value)) return invalid(*field, *complaint);
    }
    out[item.key()] = *std::move(value);
  }
  return out;
}

Outcome<Done> complete(const Model& model, Object& object) {
  for (const Field& field : model.fields) {
    if (object.contains(field.name) || field.home == Home::virtual_) continue;
    if (field.flags & kRequired) {
      return invalid(field, "is required for " + std::string(model.name));
    }
    if (!field.fallback.empty()) {
      object[field.name] = boost::json::parse({field.fallback.data(), field.fallback.size()});
    } else {
      object[field.name] = nullptr;
    }
  }
  return Done{};
}

}  // namespace postern::core
