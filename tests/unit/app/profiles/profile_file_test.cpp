// Profile files: what they may say, and every mistake with its line.

#include "app/profiles/profile_file.h"

#include <gtest/gtest.h>

#include "app/profiles/check_run.h"

namespace postern::app {
namespace {

std::vector<std::string> errors_of(const std::string& text) {
  const auto parsed = parse_profile(text, "p.yaml");
  std::vector<std::string> out;
  if (const auto* errors = std::get_if<FileErrors>(&parsed)) {
    for (const FileError& error : *errors) out.push_back(to_text(error));
  }
  return out;
}

std::string error_of(const std::string& text) {
  const auto errors = errors_of(text);
  EXPECT_EQ(errors.size(), 1U) << text;
  return errors.empty() ? "" : errors.front();
}

TEST(ProfileFile, SaysAllOfAShape) {
  const auto parsed = parse_profile(R"yaml(name: mine
users:
  rdn: uid
  container: cn=People
  object_classes: [inetOrgPerson]
  keep: [mail]
  omit: uid
  custom: false
  attributes: {title: "%(username)s", l: [a, b]}
groups: {container: teams}
virtual_groups: off
member_of: transitive
members: memberUid
flatten: true
uid_offset: 1000000
plain_names: true
test:
  - what: finds
    base: "%(users)s"
    scope: one
    filter: "(uid=%(username)s)"
    expect: some
    has: uid
)yaml",
                                    "p.yaml");
  ASSERT_TRUE(std::holds_alternative<ClientProfile>(parsed));
  const auto& profile = std::get<ClientProfile>(parsed);
  EXPECT_EQ(profile.shape.users.rdn, "uid");
  EXPECT_EQ(profile.shape.users.container_type, "cn");
  EXPECT_EQ(profile.shape.users.container, "People");
  EXPECT_FALSE(profile.shape.users.custom);
  EXPECT_EQ(profile.shape.users.attributes.size(), 2U);
  EXPECT_EQ(profile.shape.users.attributes[1].values.size(), 2U);
  EXPECT_EQ(profile.shape.groups.container, "teams");
  EXPECT_TRUE(profile.shape.virtual_groups.empty());
  EXPECT_TRUE(profile.shape.nested && profile.shape.member_of);
  EXPECT_TRUE(profile.shape.member_uid);
  EXPECT_FALSE(profile.shape.member || profile.shape.unique_member);
  EXPECT_EQ(profile.shape.uid_offset, 1000000);
  ASSERT_EQ(profile.checks.size(), 1U);
  EXPECT_EQ(profile.checks[0].scope, ldap::Scope::one);
}

TEST(ProfileFile, MistakesHaveTheirLine) {
  EXPECT_NE(error_of("name: Not Good\n").find("p.yaml:1: `name`"), std::string::npos);
  EXPECT_NE(error_of("name: a\nusers:\n  rdn: sn\n").find("p.yaml:3: `users.rdn`"),
            std::string::npos);
  EXPECT_NE(error_of("name: a\nusers:\n  attributes:\n    mail: \"%(maill)s\"\n")
                .find("p.yaml:4: `users.attributes.mail`: users have no field maill"),
            std::string::npos);
  EXPECT_NE(error_of("name: a\nusers:\n  attributes: {memberOf: x}\n").find("p.yaml:3"),
            std::string::npos);
  EXPECT_NE(
      error_of("name: a\nusers:\n  rdn: uid\n  attributes: {uid: x}\n").find("names the entries"),
      std::string::npos);
  EXPECT_NE(error_of("name: a\nusers:\n  container: 'a,b'\n").find("p.yaml:3"), std::string::npos);
  EXPECT_NE(error_of("name: a\ngroups: {container: users}\n").find("same container"),
            std::string::npos);
  EXPECT_NE(error_of("name: a\nmembers: [membr]\n").find("p.yaml:2: `members`"), std::string::npos);
  EXPECT_NE(error_of("name: a\nuser: {}\n").find("did you mean `users`"), std::string::npos);
  EXPECT_NE(error_of("name: a\ntest:\n  - what: x\n    filter: (uid=%(name)s)\n")
                .find("there is no placeholder \"name\""),
            std::string::npos);
  EXPECT_EQ(errors_of("name: B\nmembers: x\nflatten: 3\n").size(), 3U) << "all at once";
}

TEST(ProfileCheckRun, SaysWhatIsMissing) {
  CheckClient client;
  FoundEntries answer;
  answer.code = ldap::ResultCode::success;
  std::string asked;
  client.search = [&](const std::string& base, ldap::Scope, const std::string& filter,
                      const std::vector<std::string>&) {
    asked = base + " " + filter;
    return answer;
  };
  ldap::ResultCode bound = ldap::ResultCode::success;
  client.bind = [&](const std::string&) { return bound; };
  ProfileCheck check;
  check.filter = "(uid=%(username)s)";
  check.has = {"mail"};
  const CheckFacts facts{{"username", "a*b"}, {"base", "dc=x"}};
  CheckResult result = run_check(check, facts, client);
  EXPECT_EQ(asked, "dc=x (uid=a\\2ab)");
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.seen, "nothing is found");
  answer.entries = {{"uid=a,dc=x", {{"uid", {"a"}}}}};
  EXPECT_EQ(run_check(check, facts, client).seen, "uid=a,dc=x has no mail");
  answer.entries[0].attributes["mail"] = {"m"};
  EXPECT_TRUE(run_check(check, facts, client).passed);
  check.dn = "UID=a, DC=x";
  EXPECT_TRUE(run_check(check, facts, client).passed);
  answer.entries.push_back({"uid=b,dc=x", {}});
  EXPECT_FALSE(run_check(check, facts, client).passed);
  answer.code = ldap::ResultCode::insufficientAccessRights;
  EXPECT_NE(run_check(check, facts, client).seen.find("result 50"), std::string::npos);
  check.bind = "uid=%(username)s";
  EXPECT_TRUE(run_check(check, facts, client).passed);
  bound = ldap::ResultCode::other;
  EXPECT_TRUE(run_check(check, facts, client).skipped);
  bound = ldap::ResultCode::insufficientAccessRights;
  EXPECT_NE(run_check(check, facts, client).seen.find("policy bindings"), std::string::npos);
}

}  // namespace
}  // namespace postern::app
