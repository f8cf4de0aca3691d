#pragma once
// LiveFigures: what the network side of a server is doing now, for `postern top`. Plain values.

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "net/lane.h"
#include "net/stats.h"

namespace postern::app {

inline constexpr std::array<std::pair<Lane, std::string_view>, 4> kNamedLanes{
    {{Lane::hash, "hash"},
     {Lane::store, "store"},
     {Lane::http, "http"},
     {Lane::outbound, "outbound"}}};

struct LiveFigures {
  net::Traffic traffic;
  std::int64_t ldap_sessions = 0;
  std::vector<std::pair<std::string_view, net::LaneLoad>> lanes;
};
using LiveSource = std::function<LiveFigures()>;

}  // namespace postern::app
