#pragma once
// Reading of stored configuration objects: fields by name with a fallback for what is absent or of
// another type. Nothing here throws on an object's content. Thread: pure.

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::core {

const boost::json::value* member(const boost::json::object& object, std::string_view name) noexcept;
std::string text_of(const boost::json::object& object, std::string_view name);  // "" when not text
std::int64_t integer_of(const boost::json::object& object, std::string_view name,
                        std::int64_t fallback) noexcept;
bool flag_of(const boost::json::object& object, std::string_view name, bool fallback) noexcept;
// Whether the array `name` holds `text`.
bool holds(const boost::json::object& object, std::string_view name,
           std::string_view text) noexcept;
// A key, integer or uuid, as text; "" for null and others.
std::string key_text(const boost::json::value* value);

}  // namespace postern::core
