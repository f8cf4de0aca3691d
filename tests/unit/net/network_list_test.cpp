// NetworkList: CIDR notation, mapped addresses, what is no network.

#include "net/network_list.h"

#include <gtest/gtest.h>

namespace postern::net::test {
namespace {

NetworkList list(const std::vector<std::string>& networks) {
  auto parsed = NetworkList::parse(networks);
  EXPECT_TRUE(parsed.ok());
  return parsed ? *parsed : NetworkList{};
}

TEST(NetworkList, HoldsAddressesByPrefix) {
  const NetworkList networks = list({"10.1.0.0/16", "192.0.2.7", "2001:db8::/33", "::1"});
  for (const char* inside : {"10.1.0.0", "10.1.255.255", "192.0.2.7", "2001:db8::1",
                             "2001:db8:7fff::", "::1", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(networks.contains(inside)) << inside;
  }
  for (const char* outside : {"10.0.255.255", "10.2.0.0", "192.0.2.8", "2001:db8:8000::", "::2",
                              "local", "", "10.1.0.0.1", "::ffff:10.2.0.0"}) {
    EXPECT_FALSE(networks.contains(outside)) << outside;
  }
}

TEST(NetworkList, EverythingAndNothing) {
  EXPECT_TRUE(list({"0.0.0.0/0"}).contains("203.0.113.9"));
  EXPECT_FALSE(list({"0.0.0.0/0"}).contains("2001:db8::1"));
  EXPECT_TRUE(list({"::/0"}).contains("2001:db8::1"));
  EXPECT_FALSE(NetworkList().contains("127.0.0.1"));
  EXPECT_TRUE(NetworkList().empty());
}

TEST(NetworkList, WhatIsNoNetworkIsNamed) {
  for (const char* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.1/8", "host",
                          "10.0.0.0/-1", "2001:db8::1/32", "::/129", "10.0.0.0/8 "}) {
    const auto parsed = NetworkList::parse({"127.0.0.0/8", bad});
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_NE(parsed.fault().text.find("\"" + std::string(bad) + "\""), std::string::npos);
  }
}

}  // namespace
}  // namespace postern::net::test
