#include "http/content_policy.h"

#include <gtest/gtest.h>

namespace postern::http {
namespace {

core::Stage captcha(std::string_view address) {
  core::Stage stage;
  stage.kind = core::StageKind::captcha;
  stage.row = std::make_shared<boost::json::object>(boost::json::object{{"js_url", address}});
  return stage;
}

core::Flow flow_with(core::Stage stage) {
  core::Flow flow;
  flow.steps.push_back({std::make_shared<core::Stage>(std::move(stage)), 0, {}, false, true});
  return flow;
}

TEST(ContentPolicy, AFlowWithoutCaptchaLetsInNothingFromElsewhere) {
  EXPECT_EQ(content_policy_of(core::Flow{}), kContentPolicy);
  EXPECT_EQ(content_policy_of(flow_with(core::Stage{})), kContentPolicy);
}

TEST(ContentPolicy, TheOriginOfTheCaptchasScriptIsLetIn) {
  const std::string policy =
      content_policy_of(flow_with(captcha("https://challenges.example:8443/turnstile/api.js?x=1")));
  EXPECT_NE(policy.find("; script-src 'self' https://challenges.example:8443;"), std::string::npos)
      << policy;
  EXPECT_EQ(policy.find("turnstile"), std::string::npos);
  EXPECT_EQ(policy.find('*'), std::string::npos);
}

TEST(ContentPolicy, ACaptchaInsideTheIdentificationCountsToo) {
  core::Stage identification;
  identification.kind = core::StageKind::identification;
  identification.embedded_captcha =
      std::make_shared<core::Stage>(captcha("https://js.hcaptcha.com/1/api.js"));
  const std::string policy = content_policy_of(flow_with(identification));
  EXPECT_NE(policy.find("https://js.hcaptcha.com https://hcaptcha.com https://*.hcaptcha.com"),
            std::string::npos)
      << policy;
}

TEST(ContentPolicy, AnAddressThatWouldChangeThePolicyIsLeftOut) {
  for (const std::string_view address :
       {"https://a.example; script-src *", "https://a.example *", "javascript:alert(1)",
        "//a.example/x", "https://", "data:text/javascript,1", "https://a'b/",
        "https://us\"er@a.example/", "", "https://*/x", "https://a.example\r\nX: y"}) {
    EXPECT_EQ(script_origin(address), "") << address;
    EXPECT_EQ(content_policy_of(flow_with(captcha(address))), kContentPolicy) << address;
  }
  EXPECT_EQ(script_origin("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(script_origin("https://nothcaptcha.com/x"), "https://nothcaptcha.com");
}

}  // namespace
}  // namespace postern::http
