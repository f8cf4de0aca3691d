#pragma once
// The functions that expressions may call, and what they are told of a user. Thread: one call's.

#include <boost/json/object.hpp>
#include <lua.h>

#include <string>
#include <vector>

#include "core/policy/expression.h"

namespace postern::core {

struct ExpressionRun {
  const PolicyCase& facts;
  const ExpressionTools& tools;
  boost::json::object request;
  std::vector<std::string> messages;
  const boost::json::object* globals = nullptr;  // further variables
};

// null when there is no such user.
boost::json::value user_facts(const ExpressionTools& tools, UserId user);

// A function for LuaState::protect(); the run is its argument and outlives the state's calls.
int add_functions(lua_State* state);

}  // namespace postern::core
