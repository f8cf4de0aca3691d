#include "store/object_codec.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

#include "core/ports/store.h"

namespace postern::store {
namespace {

using core::Field;
using core::Key;
using core::Type;
using core::Value;

enum class Kind { text, integer, boolean, json };

Kind kind_of(const Field& field) {
  switch (field.type) {
    case Type::integer:
    case Type::time:
      return Kind::integer;
    case Type::boolean:
      return Kind::boolean;
    case Type::json:
    case Type::choices:
    case Type::texts:
    case Type::integers:
    case Type::references:
      return Kind::json;
    case Type::reference:
      return key_of_target(field) == Key::integer ? Kind::integer : Kind::text;
    default:
      return Kind::text;
  }
}

std::optional<std::int64_t> integer_of(const Value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= INT64_MAX) {
    return static_cast<std::int64_t>(value.get_uint64());
  }
  return std::nullopt;
}

Value parsed(std::string_view text) {
  boost::json::error_code error;
  Value value = boost::json::parse(text, error);
  if (error) throw core::StoreError(core::StoreError::Kind::other, "a stored JSON text is damaged");
  return value;
}

}  // namespace

Bind Stored::bind() const {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

Stored encode(const core::Model& model, const Field& field, const Value& value) {
  if (value.is_null()) return {};
  switch (kind_of(field)) {
    case Kind::text:
      if (value.is_string()) return {std::string(value.get_string())};
      break;
    case Kind::integer:
      if (const auto number = integer_of(value)) return {*number};
      break;
    case Kind::boolean:
      if (value.is_bool()) return {value.get_bool()};
      break;
    case Kind::json:
      if (value.is_structured()) return {boost::json::serialize(value)};
      break;
  }
  throw core::StoreError(core::StoreError::Kind::other,
                         std::string(model.name) + ": " + std::string(field.name) +
                             " is of a type that cannot be stored there");
}

Value decode(const Field& field, const Rows& rows, int column) {
  if (rows.is_null(column)) return nullptr;
  switch (kind_of(field)) {
    case Kind::integer:
      return rows.integer(column);
    case Kind::boolean:
      return rows.boolean(column);
    case Kind::json:
      return parsed(rows.text(column));
    case Kind::text:
      break;
  }
  return boost::json::string(rows.text(column));
}

Value fallback(const Field& field) {
  if (!field.fallback.empty()) return parsed(field.fallback);
  if ((field.flags & (core::kRequired | core::kNullable | core::kUnique)) != 0) return nullptr;
  switch (kind_of(field)) {
    case Kind::integer:
      return field.type == Type::time ? Value(0) : Value(nullptr);
    case Kind::boolean:
      return false;
    case Kind::json:
      return field.type == Type::json ? Value(core::Object{}) : Value(boost::json::array{});
    case Kind::text:
      break;
  }
  return field.type == Type::reference ? Value(nullptr) : Value("");
}

std::optional<Stored> encode_key(Key key, const Value& pk) {
  if (key == Key::integer) {
    const auto number = integer_of(pk);
    return number ? std::optional(Stored{*number}) : std::nullopt;
  }
  if (!pk.is_string() || pk.get_string().empty()) return std::nullopt;
  return Stored{std::string(pk.get_string())};
}

Value key_value(Key key, const Rows& rows, int column) {
  if (key == Key::integer) return rows.integer(column);
  return boost::json::string(rows.text(column));
}

Key key_of_target(const Field& field) {
  for (const core::Model* model : core::models()) {
    if (model->name == field.target || (!model->family.empty() && model->family == field.target)) {
      return model->key;
    }
  }
  return Key::uuid;
}

bool contains(const Value& whole, const Value& part) {
  if (part.is_object() && whole.is_object()) {
    for (const auto& member : part.get_object()) {
      const Value* found = whole.get_object().if_contains(member.key());
      if (found == nullptr || !contains(*found, member.value())) return false;
    }
    return true;
  }
  if (whole.is_array()) {
    const auto has = [&](const Value& wanted) {
      const auto& elements = whole.get_array();
      return std::any_of(elements.begin(), elements.end(),
                         [&](const Value& element) { return element == wanted; });
    };
    if (!part.is_array()) return has(part);
    return std::all_of(part.get_array().begin(), part.get_array().end(), has);
  }
  return whole == part;
}

}  // namespace postern::store
