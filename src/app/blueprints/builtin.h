#pragma once
// The blueprints of config/blueprints, built into the binary by cmake/EmbedBlueprints.cmake, which
// writes the definition. Static data; thread-safe.

#include <span>
#include <string_view>

namespace postern::app {

struct BuiltinBlueprint {
  std::string_view path;  // below config/blueprints, in path order
  std::string_view text;
};

std::span<const BuiltinBlueprint> builtin_blueprints() noexcept;

}  // namespace postern::app
