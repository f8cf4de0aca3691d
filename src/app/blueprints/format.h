#pragma once
// `%` formatting as authentik's !Format has it from Python: %s, %d, %i, %% and nothing else. Pure.

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/model/model.h"

namespace postern::app {

struct FormatError {
  std::string text;
};

std::variant<std::string, FormatError> percent_format(std::string_view text,
                                                      std::span<const core::Value> arguments);

}  // namespace postern::app
