#pragma once
// GeoIP policies: networks (ASN) and countries that may, how far from earlier logins, and whether
// somebody can have travelled there in the time since. Without a database, or when it does not know
// the address, what was asked for does not pass. Thread-safe; reads events from the Store. Source:
// reference, policies 4.1.

#include "core/policy/policy_case.h"
#include "core/ports/geo_ip.h"
#include "core/ports/store.h"

namespace postern::core {

PolicyAnswer judge_travel(const Policy& policy, const PolicyCase& facts, Store& store,
                          const GeoIp* geo, WallMs now);

// On the sphere, between points in degrees.
double distance_km(double latitude_a, double longitude_a, double latitude_b,
                   double longitude_b) noexcept;

}  // namespace postern::core
