#pragma once
// LuaState: one Lua 5.4 interpreter for one evaluation, in a sandbox: no I/O, no loading of code,
// no metatables, no protected calls that could swallow a limit, and no pattern functions (they run
// inside C where no hook can stop them; regex_match() is there instead). Memory is counted, time
// and instructions are looked at every hundred instructions. Text chunks only, never bytecode.
//
// Linked against the C++ build of Lua: errors are exceptions and unwind. A state is never shared.
// Thread: a value of one call. Source: reference, dependencies 9.

#include <boost/json/value.hpp>
#include <lua.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::core {

struct LuaLimits {
  std::size_t memory = 2U << 20;  // octets
  std::int64_t instructions = 5'000'000;
  std::chrono::milliseconds time{1000};
};

class LuaState {
 public:
  explicit LuaState(const LuaLimits& limits);
  ~LuaState();
  LuaState(const LuaState&) = delete;
  LuaState& operator=(const LuaState&) = delete;

  bool usable() const noexcept { return state_ != nullptr; }
  lua_State* get() const noexcept { return state_; }

  // Compiles a chunk and leaves it on the stack. False: error() says why, with the line.
  bool load(std::string_view code, const char* name);
  // Calls what load() left, with no arguments; its one result is on the stack. False: error().
  bool call();
  // The value that call() left, taken off the stack as JSON. False: error().
  bool take(boost::json::value& out);
  // Runs a C function under the same protection; `data` is its light userdata.
  bool protect(lua_CFunction function, void* data);

  const std::string& error() const noexcept { return error_; }
  // Out of time, for functions that do much at once. Raises an error of Lua's when it is.
  static void check_time(lua_State* state);
  // Work that the hook does not see, as so many instructions; raises an error when they are too
  // many.
  static void count(lua_State* state, std::int64_t instructions);

 private:
  static void* allocate(void* self, void* block, std::size_t old_size, std::size_t size);
  static void hook(lua_State* state, lua_Debug* record);
  static LuaState& of(lua_State* state);
  bool failed();

  const LuaLimits limits_;
  const std::chrono::steady_clock::time_point end_;
  std::size_t used_ = 0;
  std::int64_t instructions_ = 0;
  lua_State* state_ = nullptr;
  std::string error_;
};

// JSON and Lua values into one another. Raise errors of Lua's: under protection only. null is nil;
// arrays are tables from 1. Nesting is bounded.
void push_json(lua_State* state, const boost::json::value& value, int depth = 0);
boost::json::value to_json(lua_State* state, int index, int depth = 0);

}  // namespace postern::core
