#include "http/session_binding.h"

#include <gtest/gtest.h>

namespace postern::http {
namespace {

// Addresses say what they are: "AS.network.n" and "EU.DE.Berlin.n" in one: 1.7.EU.DE.Berlin.3
class WordGeo final : public core::GeoIp {
 public:
  std::optional<core::Place> place(std::string_view address) const override {
    const auto words = split(address);
    if (words.size() != 6) return std::nullopt;
    return core::Place{words[3], words[2], words[4], {}, {}};
  }
  std::optional<core::AddressOwner> owner(std::string_view address) const override {
    const auto words = split(address);
    if (words.size() != 6) return std::nullopt;
    return core::AddressOwner{std::stoll(words[0]), "", words[1]};
  }

 private:
  static std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out{""};
    for (const char c : text) {
      if (c == '.') {
        out.emplace_back();
      } else {
        out.back().push_back(c);
      }
    }
    return out;
  }
};

TEST(SessionBinding, EachWordBindsToMoreThanTheOneBefore) {
  const WordGeo geo;
  const std::string home = "1.7.EU.DE.Berlin.3";
  struct Case {
    const char *network, *geoip, *now, *broken;
  };
  const Case cases[] = {
      {"bind_asn", "", "1.8.EU.DE.Berlin.3", ""},
      {"bind_asn", "", "2.7.EU.DE.Berlin.3", "network.asn"},
      {"bind_asn_network", "", "1.7.EU.DE.Berlin.4", ""},
      {"bind_asn_network", "", "1.8.EU.DE.Berlin.4", "network.asn_network"},
      {"bind_asn_network_ip", "", "1.7.EU.DE.Berlin.4", "network.ip"},
      {"bind_asn_network_ip", "", "2.7.EU.DE.Berlin.4", "network.asn"},
      {"", "bind_continent", "2.9.EU.FR.Paris.1", ""},
      {"", "bind_continent", "2.9.AS.JP.Tokyo.1", "geoip.continent"},
      {"", "bind_continent_country", "2.9.EU.DE.Bonn.1", ""},
      {"", "bind_continent_country", "2.9.EU.FR.Paris.1", "geoip.country"},
      {"", "bind_continent_country_city", "2.9.EU.DE.Berlin.1", ""},
      {"", "bind_continent_country_city", "2.9.EU.DE.Bonn.1", "geoip.city"},
      {"bind_asn", "bind_continent_country", "1.8.EU.FR.Paris.3", "geoip.country"},
      {"no_binding", "no_binding", "2.9.AS.JP.Tokyo.1", ""},
      {"", "", "unknown", ""},
      {"bind_asn", "", "unknown", "network.missing"},
      {"", "bind_continent", "unknown", "geoip.missing"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(broken_binding(&geo, one.network, one.geoip, home, one.now), one.broken)
        << one.network << " " << one.geoip << " " << one.now;
  }
}

TEST(SessionBinding, WithoutADatabaseTheAddressItselfBinds) {
  EXPECT_EQ(broken_binding(nullptr, "bind_asn", "", "192.0.2.1", "192.0.2.1"), "");
  EXPECT_EQ(broken_binding(nullptr, "bind_asn", "", "192.0.2.1", "192.0.2.2"), "network.missing");
  EXPECT_EQ(broken_binding(nullptr, "", "bind_continent", "192.0.2.1", "192.0.2.2"),
            "geoip.missing");
}

}  // namespace
}  // namespace postern::http
