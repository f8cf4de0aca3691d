#include "core/policy/lua_state.h"

#include <lauxlib.h>
#include <lualib.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace postern::core {
namespace {

constexpr int kHookEvery = 100;
constexpr int kMaxDepth = 12;
// Of a table on its way to JSON: a few tables within one another may stand for very many.
constexpr std::int64_t kTableCost = 500, kItemCost = 50;

// What of the base library is left: nothing that loads, prints, catches or looks behind tables.
constexpr std::array<const char*, 14> kRemovedGlobals{
    "dofile", "load",   "loadfile", "pcall",        "xpcall",         "print", "setmetatable",
    "rawset", "rawget", "rawlen",   "getmetatable", "collectgarbage", "warn",  "rawequal"};
constexpr std::array<const char*, 8> kRemovedStrings{"dump",  "find", "gmatch", "gsub",
                                                     "match", "pack", "unpack", "packsize"};

void open_libraries(lua_State* state) {
  luaL_requiref(state, "_G", luaopen_base, 1);
  luaL_requiref(state, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_requiref(state, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(state, LUA_MATHLIBNAME, luaopen_math, 1);
  lua_settop(state, 0);
  for (const char* name : kRemovedGlobals) {
    lua_pushnil(state);
    lua_setglobal(state, name);
  }
  lua_getglobal(state, LUA_STRLIBNAME);
  for (const char* name : kRemovedStrings) {
    lua_pushnil(state);
    lua_setfield(state, -2, name);
  }
  lua_pop(state, 1);
  lua_getglobal(state, LUA_MATHLIBNAME);
  lua_pushnil(state);
  lua_setfield(state, -2, "randomseed");
  lua_pop(state, 1);
}

// A value and where it is to go.
int convert(lua_State* state) {
  *static_cast<boost::json::value*>(lua_touserdata(state, 2)) = to_json(state, 1);
  return 0;
}

int open_under_protection(lua_State* state) {
  open_libraries(state);
  return 0;
}

}  // namespace

LuaState::LuaState(const LuaLimits& limits)
    : limits_(limits), end_(std::chrono::steady_clock::now() + limits.time) {
  state_ = lua_newstate(&LuaState::allocate, this);
  if (state_ == nullptr) {
    error_ = "not enough memory";
    return;
  }
  LuaState* self = this;
  std::memcpy(lua_getextraspace(state_), &self, sizeof self);
  if (!protect(&open_under_protection, nullptr)) {
    lua_close(state_);
    state_ = nullptr;
    return;
  }
  lua_sethook(state_, &LuaState::hook, LUA_MASKCOUNT, kHookEvery);
}

LuaState::~LuaState() {
  if (state_ != nullptr) lua_close(state_);
}

void* LuaState::allocate(void* self, void* block, std::size_t old_size, std::size_t size) {
  auto& state = *static_cast<LuaState*>(self);
  const std::size_t before = block == nullptr ? 0 : old_size;
  if (size == 0) {
    std::free(block);
    state.used_ -= before;
    return nullptr;
  }
  if (size > before && state.used_ - before + size > state.limits_.memory) return nullptr;
  void* grown = std::realloc(block, size);
  if (grown != nullptr) state.used_ = state.used_ - before + size;
  return grown;
}

LuaState& LuaState::of(lua_State* state) {
  LuaState* self = nullptr;
  std::memcpy(&self, lua_getextraspace(state), sizeof self);
  return *self;
}

void LuaState::hook(lua_State* state, lua_Debug*) { count(state, kHookEvery); }

void LuaState::count(lua_State* state, std::int64_t instructions) {
  LuaState& self = of(state);
  self.instructions_ += instructions;
  if (self.instructions_ > self.limits_.instructions) {
    luaL_error(state, "too many instructions");
  }
  check_time(state);
}

void LuaState::check_time(lua_State* state) {
  if (std::chrono::steady_clock::now() > of(state).end_) luaL_error(state, "out of time");
}

bool LuaState::failed() {
  std::size_t size = 0;
  const char* text =
      lua_type(state_, -1) == LUA_TSTRING ? lua_tolstring(state_, -1, &size) : nullptr;
  error_ = text == nullptr ? "an error that is no text"
                           : std::string(text, std::min(size, std::size_t{500}));
  lua_settop(state_, 0);
  return false;
}

bool LuaState::load(std::string_view code, const char* name) {
  if (luaL_loadbufferx(state_, code.data(), code.size(), name, "t") != LUA_OK) return failed();
  return true;
}

bool LuaState::call() { return lua_pcallk(state_, 0, 1, 0, 0, nullptr) == LUA_OK || failed(); }

bool LuaState::take(boost::json::value& out) {
  lua_pushcclosure(state_, &convert, 0);
  lua_rotate(state_, -2, 1);
  lua_pushlightuserdata(state_, &out);
  return lua_pcallk(state_, 2, 0, 0, 0, nullptr) == LUA_OK || failed();
}

bool LuaState::protect(lua_CFunction function, void* data) {
  lua_pushcclosure(state_, function, 0);
  lua_pushlightuserdata(state_, data);
  return lua_pcallk(state_, 1, 0, 0, 0, nullptr) == LUA_OK || failed();
}

void push_json(lua_State* state, const boost::json::value& value, int depth) {
  luaL_checkstack(state, 4, "nested too deeply");
  if (depth > kMaxDepth) luaL_error(state, "nested too deeply");
  switch (value.kind()) {
    case boost::json::kind::null:
      lua_pushnil(state);
      return;
    case boost::json::kind::bool_:
      lua_pushboolean(state, value.get_bool() ? 1 : 0);
      return;
    case boost::json::kind::int64:
      lua_pushinteger(state, value.get_int64());
      return;
    case boost::json::kind::uint64:
      lua_pushnumber(state, static_cast<lua_Number>(value.get_uint64()));
      return;
    case boost::json::kind::double_:
      lua_pushnumber(state, value.get_double());
      return;
    case boost::json::kind::string:
      lua_pushlstring(state, value.get_string().data(), value.get_string().size());
      return;
    case boost::json::kind::array: {
      lua_createtable(state, 0, 0);
      lua_Integer index = 0;
      for (const boost::json::value& item : value.get_array()) {
        push_json(state, item, depth + 1);
        lua_rawseti(state, -2, ++index);
      }
      return;
    }
    case boost::json::kind::object:
      lua_createtable(state, 0, 0);
      for (const auto& item : value.get_object()) {
        lua_pushlstring(state, item.key().data(), item.key().size());
        push_json(state, item.value(), depth + 1);
        lua_rawset(state, -3);
      }
      return;
  }
}

namespace {

boost::json::value table_to_json(lua_State* state, int index, int depth) {
  luaL_checkstack(state, 4, "nested too deeply");
  if (depth > kMaxDepth) luaL_error(state, "nested too deeply");
  LuaState::count(state, kTableCost);
  const auto length = static_cast<lua_Integer>(lua_rawlen(state, index));
  if (length > 0) {
    boost::json::array out;
    for (lua_Integer i = 1; i <= length; ++i) {
      lua_rawgeti(state, index, i);
      LuaState::count(state, kItemCost);
      out.push_back(to_json(state, lua_gettop(state), depth + 1));
      lua_settop(state, -2);
    }
    return out;
  }
  boost::json::object out;
  lua_pushnil(state);
  while (lua_next(state, index) != 0) {
    if (lua_type(state, -2) == LUA_TSTRING) {
      std::size_t size = 0;
      const char* key = lua_tolstring(state, -2, &size);
      LuaState::count(state, kItemCost);
      out[std::string_view(key, size)] = to_json(state, lua_gettop(state), depth + 1);
    }
    lua_settop(state, -2);
  }
  return out;
}

}  // namespace

boost::json::value to_json(lua_State* state, int index, int depth) {
  switch (lua_type(state, index)) {
    case LUA_TBOOLEAN:
      return lua_toboolean(state, index) != 0;
    case LUA_TNUMBER:
      if (lua_isinteger(state, index) != 0) {
        return static_cast<std::int64_t>(lua_tointegerx(state, index, nullptr));
      }
      return lua_tonumberx(state, index, nullptr);
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* text = lua_tolstring(state, index, &size);
      return boost::json::value(boost::json::string(text, size));
    }
    case LUA_TTABLE:
      return table_to_json(state, index, depth);
    default:
      return nullptr;
  }
}

}  // namespace postern::core
