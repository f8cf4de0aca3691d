#pragma once
// The version of this build, as logs, the root DSE and --version say it.

#include <string_view>

namespace postern::app {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace postern::app
