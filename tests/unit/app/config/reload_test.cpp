#include "app/config/reload.h"

#include <gtest/gtest.h>

namespace postern::app {
namespace {

TEST(Reload, NothingChanged) {
  EXPECT_TRUE(changes_between(default_config(), default_config()).empty());
}

TEST(Reload, SaysWhatNeedsARestart) {
  const Config running = default_config();
  Config fresh = running;
  fresh.log.level = log::Level::debug;
  fresh.listen.ldap = {{"*", 389}};
  fresh.bootstrap.password = core::Secret("x");
  fresh.login.argon2.passes = 3;
  const auto changes = changes_between(running, fresh);
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0].key, "listen.ldap");
  EXPECT_EQ(changes[0].reload, Reload::restart);
  EXPECT_EQ(changes[1].key, "log.level");
  EXPECT_EQ(changes[1].reload, Reload::now);
  EXPECT_EQ(changes[2].reload, Reload::never);
  EXPECT_EQ(changes[3].reload, Reload::restart);
}

TEST(Reload, KeepsWhatNeedsARestart) {
  const Config running = default_config();
  Config fresh = running;
  fresh.log.level = log::Level::debug;
  fresh.listen.ldap = {{"*", 389}};
  fresh.tls.certificate = "/new.pem";
  const Config result = reloadable(running, fresh);
  EXPECT_EQ(result.log.level, log::Level::debug);
  EXPECT_EQ(result.tls.certificate, "/new.pem");
  EXPECT_EQ(result.listen, running.listen);
}

}  // namespace
}  // namespace postern::app
