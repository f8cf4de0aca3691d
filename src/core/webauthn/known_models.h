#pragma once
// Names of common models of keys and passkey providers by their AAGUID (a UUID, lower case). ""
// = not known, or it says nothing. Thread: pure.

#include <string_view>

namespace postern::core {

std::string_view key_model_name(std::string_view aaguid) noexcept;

}  // namespace postern::core
