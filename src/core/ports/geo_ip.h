#pragma once
// GeoIp: where an address is, out of a database of the administrator's. Thread-safe, may read a
// mapped file. Errors: nothing = not known, or no database.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::core {

struct Place {
  std::string country;    // ISO 3166 alpha-2, "" = not known
  std::string continent;  // two letters
  std::string city;
  std::optional<double> latitude, longitude;  // degrees
};

struct AddressOwner {
  std::int64_t number = 0;  // ASN
  std::string name;
  std::string network = {};  // "192.0.2.0/24": the part of its that the address lies in
};

class GeoIp {
 public:
  virtual ~GeoIp() = default;
  virtual std::optional<Place> place(std::string_view address) const = 0;
  virtual std::optional<AddressOwner> owner(std::string_view address) const = 0;
};

}  // namespace postern::core
