#pragma once
// What a blueprint may put where a pk or a permission is meant, and the sentence that helps when it
// put something else. nullopt = fine. Pure but for user_by_key.

#include <optional>
#include <string>

#include "core/ports/store.h"

namespace postern::app {

// Whether `value` has the form of a key at all.
std::optional<std::string> bad_key(core::Key key, const core::Value& value);

// The same for a reference; names the `!Find` that was probably meant.
std::optional<std::string> bad_reference(const core::Field& field, const core::Value& value);

// A permission of this version; with `model`, one that objects of this model can carry.
std::optional<std::string> bad_permission(const core::Value& value, const core::Model* model);

// By pk, given as a number, as its text (coerced by a text field), or as a username from a tag.
std::optional<core::Object> user_by_key(core::Transaction& transaction, const core::Model& users,
                                        const core::Value& key);

}  // namespace postern::app
