#pragma once
// GeoIpFiles: databases of MaxMind's format, of cities (or countries) and of networks (ASN), named
// in the configuration. A file that is replaced is opened anew within a minute; one that cannot be
// opened is reported once and nothing is known of any address.
// Thread-safe.

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "core/ports/geo_ip.h"

namespace postern::app {

class GeoIpFile;

class GeoIpFiles final : public core::GeoIp {
 public:
  GeoIpFiles(std::optional<std::filesystem::path> city, std::optional<std::filesystem::path> asn);
  ~GeoIpFiles() override;

  std::optional<core::Place> place(std::string_view address) const override;
  std::optional<core::AddressOwner> owner(std::string_view address) const override;
  bool any() const noexcept { return city_.path || asn_.path; }

 private:
  struct Kept {
    std::optional<std::filesystem::path> path;
    std::shared_ptr<const GeoIpFile> file;
    std::filesystem::file_time_type written{};
    std::chrono::steady_clock::time_point looked{};
  };
  std::shared_ptr<const GeoIpFile> current(Kept& kept) const;

  mutable std::mutex mutex_;
  mutable Kept city_, asn_;
};

}  // namespace postern::app
