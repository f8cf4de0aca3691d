#include "http/session_binding.h"

namespace postern::http {
namespace {

bool binds(std::string_view binding) { return !binding.empty() && binding != "no_binding"; }

// Each word binds to what the one before it does, and to more.
std::string_view broken_network(const core::GeoIp* geo, std::string_view binding,
                                std::string_view before, std::string_view now) {
  const auto old = geo == nullptr ? std::nullopt : geo->owner(before);
  const auto fresh = geo == nullptr ? std::nullopt : geo->owner(now);
  if (!old || !fresh) return "network.missing";
  if (old->number != fresh->number) return "network.asn";
  if (binding == "bind_asn") return {};
  if (old->network.empty() || old->network != fresh->network) return "network.asn_network";
  return binding == "bind_asn_network" ? "" : "network.ip";
}

std::string_view broken_place(const core::GeoIp* geo, std::string_view binding,
                              std::string_view before, std::string_view now) {
  const auto old = geo == nullptr ? std::nullopt : geo->place(before);
  const auto fresh = geo == nullptr ? std::nullopt : geo->place(now);
  if (!old || !fresh) return "geoip.missing";
  if (old->continent.empty() || old->continent != fresh->continent) return "geoip.continent";
  if (binding == "bind_continent") return {};
  if (old->country.empty() || old->country != fresh->country) return "geoip.country";
  if (binding == "bind_continent_country") return {};
  return old->city.empty() || old->city != fresh->city ? "geoip.city" : "";
}

}  // namespace

std::string_view broken_binding(const core::GeoIp* geo, std::string_view network,
                                std::string_view geoip, std::string_view before,
                                std::string_view now) {
  if (before == now) return {};
  if (binds(network)) {
    const std::string_view broken = broken_network(geo, network, before, now);
    if (!broken.empty()) return broken;
  }
  return binds(geoip) ? broken_place(geo, geoip, before, now) : std::string_view();
}

}  // namespace postern::http
