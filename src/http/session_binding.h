#pragma once
// What a login may bind its session to (user_login: network_binding, geoip_binding): the network
// that the address belongs to, or the place where it is. An address that has not moved is always
// inside; of one that has moved, what is not known does not count as the same. Thread: pure, but
// for the database. Source: reference, stages 3.4.

#include <string_view>

#include "core/ports/geo_ip.h"

namespace postern::http {

// "" = a session bound like this goes on from `now`; else the word of what broke:
// "network.missing", "network.asn", "network.asn_network", "network.ip", "geoip.missing",
// "geoip.continent", "geoip.country", "geoip.city". `geo` null: nothing is known.
std::string_view broken_binding(const core::GeoIp* geo, std::string_view network,
                                std::string_view geoip, std::string_view before,
                                std::string_view now);

}  // namespace postern::http
