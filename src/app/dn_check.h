#pragma once
// The rules of objects that core leaves to its composition: base DNs must parse (RFC 4514).
// Pure; thread-safe.

#include <optional>
#include <string>
#include <string_view>

#include "core/model/model.h"

namespace postern::app {

std::optional<std::string> check_dn_field(const core::Model& model, std::string_view field,
                                          const core::Value& value);

}  // namespace postern::app
