#pragma once
// Common models of keys and passkey providers by their AAGUID (a UUID, lower case), as published by
// their makers. Thread: pure.

#include <span>
#include <string_view>

namespace postern::core {

struct KeyModel {
  std::string_view aaguid, name;
};
std::span<const KeyModel> key_models() noexcept;

// "" = not known, or it says nothing.
std::string_view key_model_name(std::string_view aaguid) noexcept;

}  // namespace postern::core
