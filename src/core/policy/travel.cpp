#include "core/policy/travel.h"

#include <algorithm>
#include <cmath>

namespace postern::core {
namespace {

constexpr double kEarthKm = 6371.0;
constexpr double kKmPerHour = 1000.0;  // nobody is faster
constexpr double kRadians = 3.14159265358979323846 / 180.0;

PolicyAnswer refused(std::string_view why) {
  PolicyAnswer out;
  out.result = PolicyAnswer::Result::fail;
  out.messages.emplace_back(why);
  return out;
}

PolicyAnswer passed() {
  PolicyAnswer out;
  out.result = PolicyAnswer::Result::pass;
  return out;
}

bool allowed_network(const Policy& policy, const GeoIp& geo, std::string_view address) {
  const auto owner = geo.owner(address);
  return owner &&
         std::find(policy.asns.begin(), policy.asns.end(), owner->number) != policy.asns.end();
}

bool allowed_country(const Policy& policy, const GeoIp& geo, std::string_view address) {
  const auto place = geo.place(address);
  return place && std::find(policy.countries.begin(), policy.countries.end(), place->country) !=
                      policy.countries.end();
}

std::vector<Object> earlier_logins(Store& store, UserId user, std::int64_t count) {
  ListQuery query;
  query.equals["action"] = "login";
  query.equals["user_pk"] = user;
  query.order = "-pk";
  query.limit = static_cast<std::size_t>(count);
  return store.list(*find_model("authentik_events.event"), query);
}

PolicyAnswer judge_history(const Policy& policy, const PolicyCase& facts, Store& store,
                           const GeoIp& geo, WallMs now) {
  const auto here = geo.place(facts.client);
  if (!here || !here->latitude || !here->longitude) {
    return refused("The place of your address is not known.");
  }
  if (facts.record == nullptr || facts.record->pk == 0) return passed();
  for (const Object& login : earlier_logins(store, facts.record->pk, policy.history_login_count)) {
    const auto there = geo.place(std::string_view(login.at("client_ip").as_string()));
    if (!there || !there->latitude || !there->longitude) continue;
    const double km =
        distance_km(*here->latitude, *here->longitude, *there->latitude, *there->longitude);
    if (policy.check_history_distance &&
        km >= static_cast<double>(policy.history_max_distance_km + policy.distance_tolerance_km)) {
      return refused("Distance from previous authentication is larger than threshold.");
    }
    const double hours =
        static_cast<double>(now - login.at("created").to_number<std::int64_t>()) / 3'600'000.0;
    if (policy.check_impossible_travel &&
        km >= kKmPerHour * hours + static_cast<double>(policy.impossible_tolerance_km)) {
      return refused("Distance is further than possible.");
    }
  }
  return passed();
}

}  // namespace

double distance_km(double latitude_a, double longitude_a, double latitude_b,
                   double longitude_b) noexcept {
  const double half_latitude = (latitude_b - latitude_a) * kRadians / 2;
  const double half_longitude = (longitude_b - longitude_a) * kRadians / 2;
  const double a = std::pow(std::sin(half_latitude), 2) + std::cos(latitude_a * kRadians) *
                                                              std::cos(latitude_b * kRadians) *
                                                              std::pow(std::sin(half_longitude), 2);
  return 2 * kEarthKm * std::asin(std::sqrt(std::clamp(a, 0.0, 1.0)));
}

PolicyAnswer judge_travel(const Policy& policy, const PolicyCase& facts, Store& store,
                          const GeoIp* geo, WallMs now) {
  const bool history = policy.check_history_distance || policy.check_impossible_travel;
  if (policy.asns.empty() && policy.countries.empty() && !history) return passed();
  if (geo == nullptr) return refused("There is no database of places.");
  if (!policy.asns.empty() || !policy.countries.empty()) {
    const bool fits =
        allowed_network(policy, *geo, facts.client) || allowed_country(policy, *geo, facts.client);
    if (!fits) return refused("Your address is not in an allowed network or country.");
  }
  return history ? judge_history(policy, facts, store, *geo, now) : passed();
}

}  // namespace postern::core
