#pragma once
// AccessFacts: what network gear says of an access that it asks about, for policies that look at
// it. Texts come from the network: bounded, UTF-8, control characters escaped; "" = not said.
// Thread: a value. Sources: RFC 2865 5, RFC 3580 3.20.

#include <string>

namespace postern::core {

struct AccessFacts {
  std::string nas_identifier, nas_address;
  std::string nas_port_type;  // by the dictionary's name: "Wireless-802.11"
  std::string nas_port_id;
  std::string called_station, calling_station;
  std::string ssid;  // of called_station
};

}  // namespace postern::core
