#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "core/access/catalog.h"
#include "core/access/policy_engine.h"

namespace postern::core {
namespace {

namespace json = boost::json;

StoredConfig config(const char* objects, const char* permissions = "[]") {
  return {json::parse(objects).as_array(), json::parse(permissions).as_array()};
}

std::shared_ptr<const Catalog> compile(const StoredConfig& stored) {
  return compile_catalog(
      stored, 7, [](std::string_view uuid) -> GroupNumber { return uuid == "g1" ? 11 : 0; });
}

std::string object(const std::string& model, const std::string& body) {
  return R"({"model":")" + model + R"(","object":)" + body + "}";
}

// A provider with the given attributes, an application and a flow.
std::string service(const std::string& attributes, const std::string& more = "") {
  return "[" +
         object(
             "authentik_providers_ldap.ldapprovider",
             R"({"pk":3,"name":"ldap","base_dn":"dc=x","authorization_flow":"f1","mfa_support":true,)"
             R"("uid_start_number":5000,"attributes":)" +
                 attributes + "}") +
         "," +
         object(
             "authentik_core.application",
             R"({"pk":"a1","slug":"app","name":"App","provider":3,"policy_engine_mode":"any"})") +
         "," +
         object(
             "authentik_flows.flow",
             R"({"pk":"f1","slug":"login","title":"T","designation":"authentication","authentication":"none"})") +
         more + "]";
}

bool has_problem(const Catalog& catalog, std::string_view text) {
  for (const std::string& problem : catalog.problems) {
    if (problem.find(text) != std::string::npos) return true;
  }
  return false;
}

TEST(CompileCatalog, ResolvesFlowStagesApplicationAndGrants) {
  const std::string more =
      "," +
      object("authentik_stages_identification.identificationstage",
             R"({"pk":"s1","name":"id","user_fields":["username","upn"],"password_stage":"s2"})") +
      "," +
      object(
          "authentik_stages_password.passwordstage",
          R"({"pk":"s2","name":"pw","backends":["authentik.core.auth.TokenBackend"],"failed_attempts_before_cancel":3})") +
      "," +
      object("authentik_stages_user_login.userloginstage",
             R"({"pk":"s3","name":"in","session_duration":"hours=1;minutes=2"})") +
      "," +
      object("authentik_flows.flowstagebinding",
             R"({"pk":"b2","target":"f1","stage":"s3","order":20})") +
      "," +
      object("authentik_flows.flowstagebinding",
             R"({"pk":"b1","target":"f1","stage":"s1","order":10})") +
      "," +
      object("authentik_policies.policybinding",
             R"({"pk":"p2","target":"a1","user":9,"order":2})") +
      "," +
      object("authentik_policies.policybinding",
             R"({"pk":"p1","target":"a1","group":"g1","order":1,"negate":true})");
  const StoredConfig stored = config(
      service("{}", more).c_str(),
      R"([{"permission":"authentik_providers_ldap.search_full_directory","model":"authentik_providers_ldap.ldapprovider","object":"3","user":9},
          {"permission":"authentik_providers_ldap.search_full_directory","model":"authentik_providers_ldap.ldapprovider","object":"4","user":8},
          {"permission":"other","model":"authentik_providers_ldap.ldapprovider","object":"3","user":7}])");
  const auto catalog = compile(stored);
  EXPECT_EQ(catalog->version, 7u);
  EXPECT_TRUE(catalog->problems.empty());
  const LdapProvider* provider = catalog->ldap_provider(3);
  ASSERT_NE(provider, nullptr);
  EXPECT_EQ(catalog->ldap_provider(4), nullptr);
  EXPECT_EQ(provider->uid_start, 5000);
  EXPECT_EQ(provider->gid_start, 4000);
  EXPECT_EQ(provider->search_full, std::vector<UserId>{9});
  ASSERT_NE(provider->application, nullptr);
  ASSERT_EQ(provider->application->bindings.list.size(), 2u);
  EXPECT_EQ(provider->application->bindings.list[0].group, 11);
  EXPECT_TRUE(provider->application->bindings.list[0].negate);
  ASSERT_NE(provider->authentication_flow, nullptr);
  const Flow& flow = *provider->authentication_flow;
  ASSERT_EQ(flow.steps.size(), 2u);
  EXPECT_EQ(flow.steps[0].stage->kind, StageKind::identification);
  EXPECT_FALSE(flow.steps[0].stage->by_email);
  ASSERT_NE(flow.steps[0].stage->embedded_password, nullptr);
  EXPECT_FALSE(flow.steps[0].stage->embedded_password->inbuilt_backend);
  EXPECT_EQ(flow.steps[0].stage->embedded_password->failed_attempts_before_cancel, 3);
  EXPECT_EQ(flow.steps[1].stage->session_duration_ms, 3'720'000);
  EXPECT_FALSE(flow.broken);
}

TEST(CompileCatalog, OwnSettingsAreRead) {
  const auto catalog = compile(config(
      service(
          R"({"postern":{"inline_code":"required","separator":"#","member_of":"nested","profile":"authentik"}})")
          .c_str()));
  EXPECT_TRUE(catalog->problems.empty());
  const LdapProvider& provider = *catalog->ldap_provider(3);
  EXPECT_EQ(provider.inline_code, InlineCode::required);
  EXPECT_EQ(provider.separator, "#");
  EXPECT_EQ(provider.member_of_nested, true);
  EXPECT_EQ(provider.profile, "authentik");
}

TEST(CompileCatalog, IllTypedOwnSettingsAreProblemsAndTakeTheSafeValue) {
  const auto catalog = compile(config(
      service(
          R"({"postern":{"inline_code":"sometimes","separator":"ab","member_of":7,"profile":"No Such","typo":"x"}})")
          .c_str()));
  const LdapProvider& provider = *catalog->ldap_provider(3);
  EXPECT_EQ(provider.inline_code, InlineCode::required);
  EXPECT_EQ(provider.separator, ";");
  EXPECT_EQ(provider.member_of_nested, std::nullopt);
  EXPECT_EQ(provider.profile, "generic");
  EXPECT_EQ(catalog->problems.size(), 5u);
  EXPECT_TRUE(has_problem(*catalog, "attributes.postern.typo"));
  EXPECT_EQ(compile(config(service(R"({"postern":"x"})").c_str()))->problems.size(), 1u);
}

TEST(CompileCatalog, SearchRulesFindTheirGroupsAndWrongOnesShowNothing) {
  const auto catalog = compile(config(
      service(
          R"({"postern":{"search":[{"group":"g1","sees":"members","groups":["nobody","g1"]},{"group":"g2","sees":"self"}]}})")
          .c_str()));
  const SearchRules& rules = catalog->ldap_provider(3)->search;
  ASSERT_EQ(rules.list.size(), 2u);
  EXPECT_EQ(rules.list[0].group, 11);
  EXPECT_EQ(*rules.list[0].right.groups, std::vector<GroupNumber>{11});
  EXPECT_EQ(rules.list[1].group, 0);
  EXPECT_TRUE(has_problem(*catalog, "a search rule names the group nobody, which is not there"));
  const auto wrong =
      compile(config(service(R"({"postern":{"search":[{"sees":"everything"}]}})").c_str()));
  EXPECT_EQ(wrong->ldap_provider(3)->search.of_user({}).sees, Sees::nothing);
  EXPECT_TRUE(has_problem(*wrong, "attributes.postern.search[0]"));
}

TEST(CompileCatalog, MfaSupportFalseMeansInlineCodeOff) {
  std::string text = service(R"({"postern":{"inline_code":"required"}})");
  text.replace(text.find(R"("mfa_support":true)"), 18, R"("mfa_support":false)");
  EXPECT_EQ(compile(config(text.c_str()))->ldap_provider(3)->inline_code, InlineCode::off);
  EXPECT_EQ(compile(config(service(R"({"postern":{"inline_code":false}})").c_str()))
                ->ldap_provider(3)
                ->inline_code,
            InlineCode::off);
}

TEST(CompileCatalog, BrokenReferencesCloseTheirDoorAndAreNamed) {
  const std::string more =
      "," +
      object("authentik_flows.flowstagebinding",
             R"({"pk":"b1","target":"f1","stage":"missing","order":10})") +
      "," +
      object("authentik_policies.policybinding",
             R"({"pk":"p1","target":"a1","group":"gone","order":0})") +
      "," +
      object("authentik_policies.policybinding",
             R"({"pk":"p2","target":"a1","policy":"pol","order":1,"failure_result":true})") +
      "," +
      object("authentik_policies.policybinding",
             R"({"pk":"p3","target":"a1","order":2,"negate":true})") +
      "," +
      object("authentik_policies.policybinding",
             R"({"pk":"p4","target":"a1","user":1,"group":"g1","order":3})") +
      "," +
      object("authentik_stages_identification.identificationstage",
             R"({"pk":"s1","name":"id","password_stage":"nope"})") +
      "," + object("authentik_stages_dummy.dummystage", R"({"pk":"s9","name":"strange"})") +
      ",7,{}" + "," +
      object("authentik_providers_ldap.ldapprovider",
             R"({"pk":4,"name":"other","authorization_flow":"gone"})");
  const auto catalog = compile(config(service("{}", more).c_str()));
  EXPECT_TRUE(catalog->flows.at("login")->broken);
  for (const Binding& binding : catalog->applications.at("app")->bindings.list) {
    EXPECT_EQ(binding.subject, Binding::Subject::broken);
  }
  EXPECT_NE(evaluate(catalog->applications.at("app")->bindings, Subject{1, {}}), Verdict::pass);
  EXPECT_TRUE(catalog->ldap_provider(4)->flow_missing);
  EXPECT_EQ(catalog->ldap_provider(4)->application, nullptr);
  for (const char* text :
       {"flow login: a bound stage is missing", "group gone is missing", "policy pol is missing",
        "binding p3: names not exactly one", "binding p4: names not exactly one",
        "password_stage is missing", "authentik_stages_dummy.dummystage is not supported",
        "other: its authorization_flow is missing", "other: no application uses it",
        "not an object"}) {
    EXPECT_TRUE(has_problem(*catalog, text)) << text;
  }
}

TEST(CompileCatalog, BackchannelProviderIsReachedUnlessAnotherApplicationOwnsIt) {
  const std::string more =
      "," +
      object(
          "authentik_core.application",
          R"({"pk":"a0","slug":"back","name":"B","provider":null,"backchannel_providers":[3,4]})") +
      "," + object("authentik_providers_ldap.ldapprovider", R"({"pk":4,"name":"other"})");
  const auto catalog = compile(config(service("{}", more).c_str()));
  EXPECT_EQ(catalog->ldap_provider(3)->application->slug, "app");
  EXPECT_EQ(catalog->ldap_provider(4)->application->slug, "back");
  EXPECT_FALSE(catalog->ldap_provider(4)->flow_missing);
}

TEST(CompileCatalog, EmptyConfigurationIsAnEmptyCatalog) {
  const auto catalog = compile({});
  EXPECT_TRUE(catalog->ldap_providers.empty());
  EXPECT_TRUE(catalog->problems.empty());
}

}  // namespace
}  // namespace postern::core
