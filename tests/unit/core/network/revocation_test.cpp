// Which changes of a user end his network sessions, and which do not.

#include "core/network/revocation.h"

#include <gtest/gtest.h>

namespace postern::core {
namespace {

constexpr WallMs kNow = 1'700'000'000'000;

struct Revocation : ::testing::Test {
  Revocation() {
    auto provider = std::make_shared<RadiusProvider>();
    provider->pk = 7;
    provider->application = application;
    catalog.radius_providers = {provider};
    record.pk = 5;
    record.is_active = true;
    record.generation = 4;
    session.provider = 7;
    session.user = 5;
    session.login = {7, 5, 3, kNow - 1000, 0, 0, true};
  }
  std::string why() { return std::string(revoked_because(session, &record, catalog, kNow)); }

  std::shared_ptr<Application> application = std::make_shared<Application>();
  Catalog catalog;
  LoginRecord record;
  NetworkSession session;
};

TEST_F(Revocation, ANewGenerationAloneEndsNothing) { EXPECT_EQ(why(), ""); }

TEST_F(Revocation, WhoMayNotLogInMayNotStay) {
  EXPECT_EQ(revoked_because(session, nullptr, catalog, kNow), "user_deleted");
  record.is_active = false;
  EXPECT_EQ(why(), "user_inactive");
  record.is_active = true;
  record.not_after = kNow - 1;
  EXPECT_EQ(why(), "user_expired");
  record.not_after = 0;
  Binding binding;
  binding.subject = Binding::Subject::group;
  binding.group = 99;
  application->bindings.list = {binding};
  EXPECT_EQ(why(), "access_denied");
  catalog.radius_providers.clear();
  EXPECT_EQ(why(), "provider_missing");
}

TEST_F(Revocation, AChangedPasswordEndsWhatItOpened) {
  record.password_changed = kNow - 10;
  EXPECT_EQ(why(), "password_changed");
  record.password_changed = kNow - 2000;
  EXPECT_EQ(why(), "");
  record.password_changed = kNow - 10;
  session.login.account_password = false;
  EXPECT_EQ(why(), "");
}

TEST_F(Revocation, ADeletedAppPasswordEndsWhatItOpened) {
  LoginRecord::Token token;
  token.pk = "11111111-1111-4111-8111-111111111111";
  session.login.account_password = false;
  session.login.credential = credential_mark(token.pk);
  EXPECT_EQ(why(), "credential_revoked");
  record.tokens = {token};
  EXPECT_EQ(why(), "");
  record.tokens[0].expires = kNow - 1;
  EXPECT_EQ(why(), "credential_revoked");
  LoginRecord::NetworkPassword network;
  network.pk = token.pk;
  record.network_passwords = {network};
  EXPECT_EQ(why(), "") << "a network password as well";
}

TEST_F(Revocation, RevokedSessionsEndWhateverOpenedThem) {
  session.login.account_password = false;
  session.started = kNow - 500;
  record.sessions_revoked = kNow - 10;
  EXPECT_EQ(why(), "session_revoked");
  session.login = {};
  EXPECT_EQ(why(), "session_revoked") << "by when it began";
  session.started = kNow - 5;
  EXPECT_EQ(why(), "");
  session.login = {7, 5, 4, kNow - 10, 0, 0, true};
  EXPECT_EQ(why(), "") << "a login of the same moment came after";
}

TEST_F(Revocation, ASessionThatIsNotTiedEndsWithItsUserAlone) {
  session.login = {};
  record.password_changed = kNow;
  EXPECT_EQ(why(), "");
  record.is_active = false;
  EXPECT_EQ(why(), "user_inactive");
}

}  // namespace
}  // namespace postern::core
