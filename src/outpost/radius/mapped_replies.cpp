#include "outpost/radius/mapped_replies.h"

#include <array>
#include <exception>
#include <iterator>

#include "core/log.h"
#include "core/login_effects.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

struct Named {
  std::uint8_t number;
  const char* name;
};
constexpr std::array<Named, 5> kTexts{{{type::user_name, "User-Name"},
                                       {type::nas_identifier, "NAS-Identifier"},
                                       {type::nas_port_id, "NAS-Port-Id"},
                                       {type::called_station_id, "Called-Station-Id"},
                                       {type::calling_station_id, "Calling-Station-Id"}}};
constexpr std::array<Named, 3> kNumbers{{{type::nas_port, "NAS-Port"},
                                         {type::nas_port_type, "NAS-Port-Type"},
                                         {type::service_type, "Service-Type"}}};

}  // namespace

boost::json::object packet_facts(const radius::Packet& packet) {
  boost::json::object out;
  for (const Named& one : kTexts) {
    if (packet.has(one.number)) out[one.name] = core::printable(packet.text(one.number), 253);
  }
  for (const Named& one : kNumbers) {
    if (const auto number = packet.number(one.number)) out[one.name] = std::int64_t{*number};
  }
  const std::string_view ssid = core::ssid_of(packet.text(type::called_station_id));
  if (!ssid.empty()) out["ssid"] = core::printable(ssid, 253);
  return out;
}

void MappedReplies::run() noexcept {
  try {
    const core::MappedReply mapped = mappings_.map(asked_);
    if (mapped.failed) return;
    if (const auto wrong = book_.problem(mapped.rules)) {
      return mappings_.tell(asked_, "", *wrong);
    }
    replies_ = book_.encode(mapped.rules, "mappings");
    std::copy(rules_.rules.begin(), rules_.rules.end(), std::back_inserter(replies_.rules));
    std::copy(rules_.items.begin(), rules_.items.end(), std::back_inserter(replies_.items));
    failed_ = false;
  } catch (const std::exception& error) {
    log::error("radius.mappings.broken", {{"why", error.what()}});
  }
}

}  // namespace postern::outpost
