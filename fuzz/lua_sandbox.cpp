// LINK: postern_core Boost::json PkgConfig::LUA
// Any text as an expression: it ends, in time and memory, and what it returns can be read.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/policy/lua_state.h"

using postern::core::LuaLimits;
using postern::core::LuaState;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  LuaLimits limits;
  limits.memory = 512 * 1024;
  limits.instructions = 20'000;
  limits.time = std::chrono::milliseconds(500);
  LuaState lua(limits);
  if (!lua.usable()) std::abort();
  const std::string_view code(reinterpret_cast<const char*>(data), size);
  if (!lua.load(code, "=fuzz")) {
    if (lua.error().empty()) std::abort();
    return 0;
  }
  boost::json::value returned;
  if ((!lua.call() || !lua.take(returned)) && lua.error().size() > 600) std::abort();
  return 0;
}
