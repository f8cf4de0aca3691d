#include "core/access/stored_fields.h"

namespace postern::core {
namespace json = boost::json;

const json::value* member(const json::object& object, std::string_view name) noexcept {
  return object.if_contains({name.data(), name.size()});
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

std::int64_t integer_of(const json::object& object, std::string_view name,
                        std::int64_t fallback) noexcept {
  const json::value* value = member(object, name);
  if (value == nullptr) return fallback;
  if (const std::int64_t* number = value->if_int64()) return *number;
  if (const std::uint64_t* number = value->if_uint64()) {
    if (*number <= INT64_MAX) return static_cast<std::int64_t>(*number);
  }
  return fallback;
}

bool flag_of(const json::object& object, std::string_view name, bool fallback) noexcept {
  const json::value* value = member(object, name);
  const bool* flag = value == nullptr ? nullptr : value->if_bool();
  return flag == nullptr ? fallback : *flag;
}

bool holds(const json::object& object, std::string_view name, std::string_view text) noexcept {
  const json::value* value = member(object, name);
  const json::array* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return false;
  for (const json::value& item : *list) {
    const json::string* one = item.if_string();
    if (one != nullptr && std::string_view(one->data(), one->size()) == text) return true;
  }
  return false;
}

std::string key_text(const json::value* value) {
  if (value == nullptr) return {};
  if (const json::string* text = value->if_string()) return {text->data(), text->size()};
  if (const std::int64_t* number = value->if_int64()) return std::to_string(*number);
  if (const std::uint64_t* number = value->if_uint64()) return std::to_string(*number);
  return {};
}

}  // namespace postern::core
