#include "core/credentials/token_scope.h"

#include <gtest/gtest.h>

#include "core/login.h"

namespace postern::core {
namespace {

constexpr std::string_view kMail = "11111111-1111-4111-8111-111111111111";
constexpr std::string_view kWiki = "22222222-2222-4222-8222-222222222222";

bool at(const TokenScope& scope, Protocol protocol, std::string_view application,
        std::string_view source) {
  return allows(scope, protocol, application, source);
}

TEST(TokenScope, NothingNamedRestrictsNothing) {
  const TokenScope anywhere;
  EXPECT_TRUE(at(anywhere, Protocol::ldap, kMail, "192.0.2.1"));
  EXPECT_TRUE(at(anywhere, Protocol::http, "", "no address"));
}

TEST(TokenScope, ApplicationsOfTheListOnly) {
  TokenScope scope;
  add_application(scope, kMail);
  EXPECT_TRUE(at(scope, Protocol::ldap, kMail, "192.0.2.1"));
  EXPECT_FALSE(at(scope, Protocol::ldap, kWiki, "192.0.2.1"));
  EXPECT_FALSE(at(scope, Protocol::ldap, "", "192.0.2.1")) << "a provider without an application";
  add_application(scope, kWiki);
  EXPECT_TRUE(at(scope, Protocol::radius, kWiki, "192.0.2.1"));
}

TEST(TokenScope, ProtocolsOfTheListOnly) {
  TokenScope scope;
  scope.protocols = protocol_bit("radius");
  EXPECT_TRUE(at(scope, Protocol::radius, kMail, "192.0.2.1"));
  EXPECT_FALSE(at(scope, Protocol::ldap, kMail, "192.0.2.1"));
  EXPECT_FALSE(at(scope, Protocol::http, kMail, "192.0.2.1"));
}

TEST(TokenScope, NetworksByPrefixInBothFamilies) {
  TokenScope scope;
  add_network(scope, "192.0.2.0/24");
  add_network(scope, "2001:db8::/32");
  EXPECT_TRUE(at(scope, Protocol::ldap, kMail, "192.0.2.255"));
  EXPECT_TRUE(at(scope, Protocol::ldap, kMail, "::ffff:192.0.2.7")) << "a mapped peer is the same";
  EXPECT_TRUE(at(scope, Protocol::ldap, kMail, "2001:db8:1::5"));
  EXPECT_FALSE(at(scope, Protocol::ldap, kMail, "192.0.3.1"));
  EXPECT_FALSE(at(scope, Protocol::ldap, kMail, "2001:db9::1"));
  EXPECT_FALSE(at(scope, Protocol::ldap, kMail, "local socket")) << "no address is in no network";
}

TEST(TokenScope, WhatCannotBeReadRestrictsToNothing) {
  TokenScope network, application, protocol;
  add_network(network, "10.0.0.0/8x");
  add_application(application, "gone");
  protocol.protocols = protocol_bit("imap");
  for (const char* source : {"10.0.0.1", "::", "::1"}) {
    EXPECT_FALSE(at(network, Protocol::ldap, kMail, source));
  }
  EXPECT_FALSE(at(application, Protocol::ldap, kMail, "10.0.0.1"));
  EXPECT_FALSE(at(application, Protocol::ldap, "gone", "10.0.0.1"));
  EXPECT_FALSE(at(protocol, Protocol::ldap, kMail, "10.0.0.1"));
}

}  // namespace
}  // namespace postern::core
