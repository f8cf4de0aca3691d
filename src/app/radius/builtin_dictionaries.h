#pragma once
// The dictionaries of config/dictionaries, built into the binary by cmake/EmbedDictionaries.cmake,
// which writes the definition. Static data; thread-safe.

#include <span>
#include <string_view>

namespace postern::app {

struct BuiltinDictionary {
  std::string_view name;  // in the order in which they are read
  std::string_view text;
};

std::span<const BuiltinDictionary> builtin_dictionaries() noexcept;

}  // namespace postern::app
