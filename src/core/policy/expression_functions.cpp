#include "core/policy/expression_functions.h"

#include <lauxlib.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "core/access/network.h"
#include "core/model/time_text.h"
#include "core/policy/lua_state.h"

namespace postern::core {
namespace {

constexpr std::size_t kMaxMessages = 10, kMaxMessage = 500;
constexpr std::size_t kMaxGroups = 1000;
constexpr std::size_t kMaxPattern = 1000, kMaxSubject = 64 * 1024;
constexpr std::int64_t kPatternMemory = 1 << 20;

ExpressionRun& run_of(lua_State* state) {
  return *static_cast<ExpressionRun*>(lua_touserdata(state, lua_upvalueindex(1)));
}

std::string_view text_at(lua_State* state, int index) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(state, index, &size);
  return {text, size};
}

// Errors of ours as errors of Lua's: what it does not know must not pass through it.
template <int (*function)(lua_State*, ExpressionRun&)>
int guarded(lua_State* state) {
  LuaState::check_time(state);
  try {
    return function(state, run_of(state));
  } catch (const StoreError&) {
  }
  return luaL_error(state, "the database does not answer");
}

int message(lua_State* state, ExpressionRun& run) {
  const std::string_view text = text_at(state, 1);
  if (run.messages.size() < kMaxMessages) run.messages.emplace_back(text.substr(0, kMaxMessage));
  return 0;
}

// The pk of a table such as request.user; 0 = it is none.
UserId user_at(lua_State* state, int index) {
  if (lua_type(state, index) != LUA_TTABLE) return 0;
  lua_getfield(state, index, "pk");
  const UserId pk = lua_isinteger(state, -1) != 0 ? lua_tointegerx(state, -1, nullptr) : 0;
  lua_settop(state, -2);
  return pk;
}

bool record_of(const ExpressionRun& run, UserId user, LoginRecord& other,
               const LoginRecord*& found) {
  found = run.facts.record;
  if (user <= 0) return false;
  if (found != nullptr && found->pk == user) return true;
  found = &other;
  return run.tools.directory.read_user(user, other) == Lookup::found;
}

int is_group_member(lua_State* state, ExpressionRun& run) {
  const UserId user = user_at(state, 1);
  if (lua_type(state, 2) == LUA_TTABLE) {
    lua_getfield(state, 2, "name");
    lua_replace(state, 2);
  }
  const std::string_view name = text_at(state, 2);
  LoginRecord other;
  const LoginRecord* record = nullptr;
  bool member = false;
  if (record_of(run, user, other, record)) {
    ListQuery query;
    query.equals["name"] = name;
    query.limit = 1;
    const auto groups = run.tools.store.list(core::group_model(), query);
    member = !groups.empty() &&
             std::binary_search(record->groups.begin(), record->groups.end(),
                                groups.front().at("num_pk").to_number<std::int64_t>());
  }
  lua_pushboolean(state, member ? 1 : 0);
  return 1;
}

int has_authenticator(lua_State* state, ExpressionRun& run) {
  const std::string_view kind =
      lua_type(state, 2) == LUA_TSTRING ? text_at(state, 2) : std::string_view();
  LoginRecord other;
  const LoginRecord* record = nullptr;
  bool has = false;
  if (record_of(run, user_at(state, 1), other, record)) {
    const bool totp = !record->totp.empty() && (kind.empty() || kind == "totp");
    const bool codes = record->has_static_device && (kind.empty() || kind == "static");
    has = totp || codes;
  }
  lua_pushboolean(state, has ? 1 : 0);
  return 1;
}

int user_by(lua_State* state, ExpressionRun& run) {
  luaL_checktype(state, 1, LUA_TTABLE);
  const boost::json::value wanted = to_json(state, 1);
  ListQuery query;
  query.limit = 2;
  if (const auto* fields = wanted.if_object()) {
    for (const std::string_view name : {"username", "email", "pk"}) {
      if (const auto* value = fields->if_contains(name)) query.equals[name] = *value;
    }
  }
  if (query.equals.empty()) return luaL_error(state, "ak_user_by needs username, email or pk");
  const auto users = run.tools.store.list(core::user_model(), query);
  push_json(state, users.size() == 1
                       ? user_facts(run.tools, users.front().at("pk").to_number<std::int64_t>())
                       : boost::json::value(nullptr));
  return 1;
}

int ip_in(lua_State* state, ExpressionRun&) {
  const auto address = parse_address(text_at(state, 1));
  bool inside = false;
  for (int i = 2; i <= lua_gettop(state); ++i) {
    const auto network = parse_network(text_at(state, i));
    if (!network) return luaL_error(state, "argument %d is no network", i);
    inside = inside || (address && masked(*address, network->bits) == network->address);
  }
  lua_pushboolean(state, inside ? 1 : 0);
  return 1;
}

re2::RE2::Options pattern_options() {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kPatternMemory);
  return options;
}

// Patterns and texts are bounded, RE2 is linear in both.
int match(lua_State* state, ExpressionRun&) {
  const std::string_view text = text_at(state, 1), pattern = text_at(state, 2);
  bool matched = false, fits = text.size() <= kMaxSubject && pattern.size() <= kMaxPattern;
  if (fits) {
    const re2::RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), pattern_options());
    fits = compiled.ok();
    matched = fits && re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled);
  }
  if (!fits) return luaL_error(state, "regex_match: the pattern is wrong, or too long a text");
  lua_pushboolean(state, matched ? 1 : 0);
  return 1;
}

int replace(lua_State* state, ExpressionRun&) {
  const std::string_view text = text_at(state, 1), pattern = text_at(state, 2);
  const std::string_view with = text_at(state, 3);
  bool fits =
      text.size() <= kMaxSubject && pattern.size() <= kMaxPattern && with.size() <= kMaxPattern;
  std::string out;
  if (fits) {
    const re2::RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), pattern_options());
    std::string error;
    const re2::StringPiece rewrite(with.data(), with.size());
    fits = compiled.ok() && compiled.CheckRewriteString(rewrite, &error);
    out.assign(text);
    if (fits) re2::RE2::GlobalReplace(&out, compiled, rewrite);
  }
  if (!fits) return luaL_error(state, "regex_replace: the pattern is wrong, or too long a text");
  lua_pushlstring(state, out.data(), out.size());
  return 1;
}

// Names of groups, of the closure, by their numbers.
boost::json::array group_facts(const ExpressionTools& tools,
                               const std::vector<GroupNumber>& groups) {
  ListQuery query;
  Where where{"num_pk", Where::Is::in, {}};
  for (const GroupNumber number : groups) where.values.emplace_back(number);
  query.where.push_back(std::move(where));
  query.limit = kMaxGroups;
  query.order = "name";
  boost::json::array out;
  if (groups.empty()) return out;
  for (const Object& group : tools.store.list(core::group_model(), query)) {
    out.push_back(boost::json::object{{"name", group.at("name")},
                                      {"pk", group.at("pk")},
                                      {"num_pk", group.at("num_pk")},
                                      {"attributes", group.at("attributes")}});
  }
  return out;
}

}  // namespace

boost::json::value user_facts(const ExpressionTools& tools, UserId user) {
  if (user <= 0) return nullptr;
  const std::optional<StoredUser> stored = tools.store.load_user(user);
  LoginRecord record;
  if (!stored || tools.directory.read_user(user, record) != Lookup::found) return nullptr;
  return boost::json::object{{"pk", stored->pk},
                             {"uuid", stored->uuid},
                             {"username", stored->username},
                             {"name", stored->name},
                             {"email", stored->email},
                             {"path", stored->path},
                             {"type", stored->type},
                             {"is_active", stored->is_active},
                             {"is_superuser", record.is_superuser},
                             {"attributes", stored->attributes},
                             {"date_joined", time_text(stored->created)},
                             {"password_change_date", time_text(stored->password_changed)},
                             {"groups", group_facts(tools, record.groups)}};
}

int add_functions(lua_State* state) {
  void* run = lua_touserdata(state, 1);
  struct Named {
    const char* name;
    lua_CFunction function;
  };
  constexpr std::array<Named, 7> kFunctions{
      {{"ak_message", &guarded<message>},
       {"ak_is_group_member", &guarded<is_group_member>},
       {"ak_user_has_authenticator", &guarded<has_authenticator>},
       {"ak_user_by", &guarded<user_by>},
       {"ak_ip_in", &guarded<ip_in>},
       {"regex_match", &guarded<match>},
       {"regex_replace", &guarded<replace>}}};
  for (const Named& one : kFunctions) {
    lua_pushlightuserdata(state, run);
    lua_pushcclosure(state, one.function, 1);
    lua_setglobal(state, one.name);
  }
  return 0;
}

}  // namespace postern::core
