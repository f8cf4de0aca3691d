// Limits of the sandbox, and how the engine takes what a judge says.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "core/access/policy_engine.h"
#include "core/policy/lua_state.h"
#include "core/policy/travel.h"

namespace postern::core {
namespace {

std::string failure_of(std::string_view code, LuaLimits limits = {}) {
  LuaState lua(limits);
  EXPECT_TRUE(lua.usable());
  if (!lua.load(code, "=test")) return lua.error();
  return lua.call() ? std::string() : lua.error();
}

TEST(LuaSandbox, EndlessLoopsEndByInstructionsOrTime) {
  LuaLimits few;
  few.instructions = 10'000;
  EXPECT_NE(failure_of("while true do end", few).find("too many instructions"), std::string::npos);
  LuaLimits short_time;
  short_time.time = std::chrono::milliseconds(20);
  short_time.instructions = INT64_MAX;
  EXPECT_NE(failure_of("while true do end", short_time).find("out of time"), std::string::npos);
}

TEST(LuaSandbox, MemoryIsBounded) {
  for (const char* code : {"return ('x'):rep(1e9)", "local t = {} for i = 1, 1e8 do t[i] = i end",
                           "local s = 'x' while true do s = s .. s end",
                           "return table.concat({('x'):rep(1e6), ('y'):rep(1e6)})"}) {
    EXPECT_NE(failure_of(code).find("not enough memory"), std::string::npos) << code;
  }
  EXPECT_NE(failure_of("local function f() return f() + 1 end return f()"), "");
}

TEST(LuaSandbox, NothingThatReadsLoadsCatchesOrMatchesIsThere) {
  for (const char* name : {"io",           "os",          "debug",        "package",
                           "require",      "load",        "loadfile",     "dofile",
                           "pcall",        "xpcall",      "print",        "setmetatable",
                           "getmetatable", "rawset",      "rawget",       "collectgarbage",
                           "coroutine",    "string.find", "string.match", "string.gmatch",
                           "string.gsub",  "string.dump", "utf8"}) {
    EXPECT_EQ(failure_of("assert(" + std::string(name) + " == nil)"), "") << name;
  }
  EXPECT_NE(failure_of("return ('a'):find('a')"), "");
  EXPECT_NE(failure_of(std::string("\033Lua\x54", 5)), "");
}

TEST(LuaSandbox, ErrorsOfAllKindsAreTexts) {
  EXPECT_EQ(failure_of("error({})"), "an error that is no text");
  EXPECT_EQ(failure_of("error('why', 0)"), "why");
  EXPECT_LE(failure_of("error(('x'):rep(100000), 0)").size(), 500u);
  EXPECT_NE(failure_of("return (").find("test:1:"), std::string::npos);
}

class SaidJudge final : public PolicyJudge {
 public:
  explicit SaidJudge(PolicyAnswer::Result result) : result_(result) {}
  PolicyAnswer judge(const Policy&, const PolicyCase&,
                     std::chrono::milliseconds) const noexcept override {
    PolicyAnswer answer;
    answer.result = result_;
    answer.messages.emplace_back("said");
    return answer;
  }

 private:
  const PolicyAnswer::Result result_;
};

Bindings dynamic(bool negate, bool failure_result) {
  auto policy = std::make_shared<Policy>();
  policy->kind = Policy::Kind::expression;
  Binding binding;
  binding.subject = Binding::Subject::policy;
  binding.rule = policy;
  binding.negate = negate;
  binding.failure_result = failure_result;
  Bindings bindings;
  bindings.list.push_back(binding);
  bindings.all_static = false;
  return bindings;
}

TEST(PolicyEngine, NegateTurnsAVerdictRoundAndNeverAnError) {
  using Result = PolicyAnswer::Result;
  const auto verdict = [](Result result, bool negate, bool failure) {
    const SaidJudge judge(result);
    std::vector<std::string> messages;
    Subject subject;
    subject.judge = &judge;
    subject.messages = &messages;
    const Verdict out = evaluate(dynamic(negate, failure), subject);
    EXPECT_EQ(messages.size(), 1u);
    return out;
  };
  for (const bool failure : {false, true}) {
    EXPECT_EQ(verdict(Result::pass, false, failure), Verdict::pass);
    EXPECT_EQ(verdict(Result::pass, true, failure), Verdict::fail);
    EXPECT_EQ(verdict(Result::fail, false, failure), Verdict::fail);
    EXPECT_EQ(verdict(Result::fail, true, failure), Verdict::pass);
    for (const bool negate : {false, true}) {
      EXPECT_EQ(verdict(Result::error, negate, failure), failure ? Verdict::pass : Verdict::fail);
    }
  }
}

TEST(PolicyEngine, WithoutAJudgeADynamicPolicyIsUnknownAndAGrantThatWasGivenStays) {
  Subject subject;
  EXPECT_EQ(evaluate(dynamic(false, true), subject), Verdict::unknown);
  subject.dynamic_as_granted = true;
  EXPECT_EQ(evaluate(dynamic(true, false), subject), Verdict::pass);
}

TEST(Travel, DistancesOnTheSphere) {
  EXPECT_NEAR(distance_km(52.52, 13.40, 48.86, 2.35), 878, 5);        // Berlin, Paris
  EXPECT_NEAR(distance_km(-33.87, 151.21, 52.52, 13.40), 16090, 60);  // Sydney, Berlin
  EXPECT_EQ(distance_km(1, 2, 1, 2), 0);
}

}  // namespace
}  // namespace postern::core
