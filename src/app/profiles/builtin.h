#pragma once
// The client profiles of config/profiles, built into the binary by cmake/EmbedBlueprints.cmake,
// which writes the definition. Static data; thread-safe.

#include <span>
#include <string_view>

namespace postern::app {

struct BuiltinProfile {
  std::string_view path;  // below config/profiles
  std::string_view text;
};

std::span<const BuiltinProfile> builtin_profiles() noexcept;

}  // namespace postern::app
