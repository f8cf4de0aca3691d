#pragma once
// What a scalar of a blueprint means. For a field of a model the field decides: `name: 007` is the
// text "007", `token: 012345` a code with its zero, `digits: "6"` the number 6. Elsewhere
// (attributes, conditions, arguments of tags) a plain word is typed as YAML 1.1 has it:
// true/false/yes/no/on/off, decimal numbers, else text; a number with a leading zero is refused, as
// no two readers agree on it. Pure; thread-safe.

#include <optional>
#include <string>

#include "app/config/yaml_reader.h"
#include "core/model/model.h"

namespace postern::app {

// nullopt: `problem` says why. `field` nullptr = untyped.
std::optional<core::Value> typed_scalar(const YamlNode& node, const core::Field* field,
                                        std::string& problem);

// A value that a tag gave, in the type of the field when that loses nothing: "5" for a whole
// number, 5 for a text. What does not fit stays as it is; the validation of the object names it.
core::Value coerced(core::Value value, const core::Field* field);

// Whether the store can compare the field with the value at all.
bool comparable(const core::Field& field, const core::Value& value);

// As authentik's tags see it: null, false, 0, "" and empty lists and maps are not true.
bool truthy(const core::Value& value);

// For !Format %s: text as it is, everything else as JSON, null as None, booleans as True and False.
std::string plain_text(const core::Value& value);

}  // namespace postern::app
