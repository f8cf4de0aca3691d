#include "core/access/stored_fields.h"

#include <array>
#include <charconv>
#include <utility>

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

std::int64_t integer_of(const json::object& object, std::string_view name, std::int64_t fallback) noexcept {
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

std::optional<std::int64_t> parse_duration(std::string_view text) noexcept {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kUnits{
      {{"weeks", 604'800'000}, {"days", 86'400'000}, {"hours", 3'600'000},
       {"minutes", 60'000},    {"seconds", 1'000},   {"milliseconds", 1}}};
  constexpr std::int64_t kMost = 1'000'000'000;
  std::int64_t sum = 0;
  while (!text.empty()) {
    const std::size_t end = text.find(';');
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = part.substr(0, equals), count = part.substr(equals + 1);
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(count.data(), count.data() + count.size(), value);
    if (error != std::errc{} || stop != count.data() + count.size() || value < 0 || value > kMost) {
      return std::nullopt;
    }
    bool known = false;
    for (const auto& unit : kUnits) {
      if (unit.first != name) continue;
      sum += value * unit.second;
      known = true;
    }
    if (!known) return std::nullopt;
  }
  return sum;
}

}  // namespace postern::core
