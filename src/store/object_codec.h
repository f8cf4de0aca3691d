#pragma once
// Fields of a model to columns and back. What a column holds follows from the field's type alone:
// text, bigint, boolean, or JSON as text.
//
// Errors: StoreError::Kind::other when a value does not fit its field (callers validate before).
// Thread-safe: pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/model/model.h"
#include "store/database.h"

namespace postern::store {

// A column's value, owned.
struct Stored {
  std::variant<std::monostate, std::int64_t, bool, std::string> value;

  Bind bind() const;
  bool operator==(const Stored&) const = default;
};

Stored encode(const core::Model& model, const core::Field& field, const core::Value& value);
core::Value decode(const core::Field& field, const Rows& rows, int column);

// What a field that is not given holds: its default, or null / empty by its type.
core::Value fallback(const core::Field& field);

// The key of an object; nullopt when the value cannot be one ("x" for an integer key).
std::optional<Stored> encode_key(core::Key key, const core::Value& pk);
core::Value key_value(core::Key key, const Rows& rows, int column);

// Whether the references of the field are integers (users, providers) or UUIDs.
core::Key key_of_target(const core::Field& field);

// Every member of an object and every element of an array of `part` is in `whole`, recursively;
// other values have to be equal; a lone value is in an array that has it.
bool contains(const core::Value& whole, const core::Value& part);

}  // namespace postern::store
