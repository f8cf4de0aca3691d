#include "app/blueprints/scalar.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/config/setting_values.h"

namespace postern::app {
namespace {

using core::Field;
using core::Type;
using core::Value;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_textual(Type type) {
  switch (type) {
    case Type::text:
    case Type::slug:
    case Type::uuid:
    case Type::time:
    case Type::duration:
    case Type::choice:
    case Type::choices:
    case Type::texts:
      return true;
    default:
      return false;
  }
}

bool is_reference(Type type) { return type == Type::reference || type == Type::references; }

// Text in the type of a field that is not textual; as it is when it does not have the form.
Value from_text(const std::string& text, const Field& field) {
  if (field.type == Type::integer || is_reference(field.type)) {
    if (const auto number = parse_whole(text)) return *number;
  } else if (field.type == Type::boolean) {
    if (const auto flag = parse_switch(text)) return *flag;
  }
  return Value(text);
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return text;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Digits, a point and digits, perhaps an exponent.
std::optional<double> parse_decimal(std::string_view text) {
  const std::string_view digits = without_sign(text);
  if (digits.empty() || !is_digit(digits.front()) || digits.find('.') == std::string_view::npos) {
    return std::nullopt;
  }
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<Value> untyped(const std::string& text, std::string& problem) {
  if (const auto flag = parse_switch(text)) return Value(*flag);
  if (const auto number = parse_whole(text)) return Value(*number);
  const std::string_view digits = without_sign(text);
  if (all_digits(digits)) {
    problem = digits.size() > 1 && digits.front() == '0'
                  ? "has a leading zero; put it in quotes if it is text"
                  : "is too large for a number; put it in quotes if it is text";
    return std::nullopt;
  }
  if (const auto number = parse_decimal(text)) return Value(*number);
  return Value(text);
}

}  // namespace

std::optional<Value> typed_scalar(const YamlNode& node, const Field* field, std::string& problem) {
  if (field != nullptr && field->type != Type::json) {
    if (is_textual(field->type)) return Value(node.text);
    return from_text(node.text, *field);
  }
  if (node.quoted) return Value(node.text);
  return untyped(node.text, problem);
}

Value coerced(Value value, const Field* field) {
  if (field == nullptr || field->type == Type::json) return value;
  if (auto* list = value.if_array()) {
    for (Value& item : *list) {
      if (!item.is_array()) item = coerced(std::move(item), field);
    }
    return value;
  }
  if (is_textual(field->type)) {
    if (value.is_int64() || value.is_uint64()) return Value(boost::json::serialize(value));
    return value;
  }
  if (const auto* text = value.if_string()) return from_text(std::string(*text), *field);
  return value;
}

bool comparable(const Field& field, const Value& value) {
  if (value.is_null()) return true;
  switch (field.type) {
    case Type::json:
      return value.is_object();
    case Type::integer:
      return value.is_int64();
    case Type::boolean:
      return value.is_bool();
    case Type::time:
      return value.is_int64();
    case Type::reference:
      return value.is_int64() || value.is_string();
    case Type::references:
    case Type::choices:
    case Type::texts:
    case Type::integers:
      return value.is_array();
    default:
      return value.is_string();
  }
}

bool truthy(const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return false;
    case boost::json::kind::bool_:
      return value.get_bool();
    case boost::json::kind::int64:
      return value.get_int64() != 0;
    case boost::json::kind::uint64:
      return value.get_uint64() != 0;
    case boost::json::kind::double_:
      return std::fpclassify(value.get_double()) != FP_ZERO;
    case boost::json::kind::string:
      return !value.get_string().empty();
    case boost::json::kind::array:
      return !value.get_array().empty();
    case boost::json::kind::object:
      return !value.get_object().empty();
  }
  return false;
}

std::string plain_text(const Value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (value.is_null()) return "None";
  if (const auto* flag = value.if_bool()) return *flag ? "True" : "False";
  if (const auto* number = value.if_double()) {
    char out[32];
    const auto [end, code] = std::to_chars(out, out + sizeof out, *number);
    return code == std::errc{} ? std::string(out, end) : std::string();
  }
  return boost::json::serialize(value);
}

}  // namespace postern::app
