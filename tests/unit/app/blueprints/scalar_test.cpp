#include "app/blueprints/scalar.h"

#include <gtest/gtest.h>

namespace postern::app {
namespace {

using core::Value;

const core::Model& user() { return *core::find_model("authentik_core.user"); }

YamlNode plain(const char* text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = text;
  return node;
}

std::optional<Value> untyped(const char* text) {
  std::string problem;
  return typed_scalar(plain(text), nullptr, problem);
}

TEST(BlueprintScalar, UntypedWords) {
  EXPECT_EQ(untyped("yes"), Value(true));
  EXPECT_EQ(untyped("off"), Value(false));
  EXPECT_EQ(untyped("12"), Value(12));
  EXPECT_EQ(untyped("-1.5"), Value(-1.5));
  EXPECT_EQ(untyped("1.2.3"), Value("1.2.3"));
  EXPECT_EQ(untyped("word"), Value("word"));
}

TEST(BlueprintScalar, LeadingZerosAreRefusedWhereNothingSaysText) {
  EXPECT_FALSE(untyped("0301234"));
  EXPECT_FALSE(untyped("123456789012345678901234567890"));
}

TEST(BlueprintScalar, TheFieldDecides) {
  std::string problem;
  EXPECT_EQ(typed_scalar(plain("007"), user().field("name"), problem), Value("007"));
  EXPECT_EQ(typed_scalar(plain("yes"), user().field("name"), problem), Value("yes"));
  EXPECT_EQ(typed_scalar(plain("012345"), user().field("password"), problem), Value("012345"));
  EXPECT_EQ(typed_scalar(plain("no"), user().field("is_active"), problem), Value(false));
  const core::Model& totp = *core::find_model("authentik_stages_authenticator_totp.totpdevice");
  YamlNode digits = plain("6");
  digits.quoted = true;
  EXPECT_EQ(typed_scalar(digits, totp.field("digits"), problem), Value(6));
  EXPECT_EQ(coerced(Value("true"), user().field("is_active")), Value(true));
  EXPECT_EQ(coerced(Value(5), user().field("name")), Value("5"));
}

TEST(BlueprintScalar, TruthAsPythonHasIt) {
  EXPECT_FALSE(truthy(Value(nullptr)));
  EXPECT_FALSE(truthy(Value("")));
  EXPECT_FALSE(truthy(Value(0)));
  EXPECT_FALSE(truthy(Value(boost::json::array{})));
  EXPECT_TRUE(truthy(Value("false")));
}

}  // namespace
}  // namespace postern::app
