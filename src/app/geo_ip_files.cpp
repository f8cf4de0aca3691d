#include "app/geo_ip_files.h"

#include <maxminddb.h>

#include <string>
#include <utility>

#include "core/access/network.h"
#include "core/log.h"

namespace postern::app {
namespace {

constexpr std::chrono::seconds kLook{60};

constexpr unsigned kMapped = 96;  // bits before an IPv4 address in a tree of IPv6

using Entry = MMDB_entry_s;

// The network of that many bits, in terms of IPv6, that the address lies in.
std::string network_of(std::string_view address, unsigned bits) {
  const auto octets = core::parse_address(address);
  if (!octets || bits > 128) return {};
  const bool mapped = address.find(':') == std::string_view::npos && bits >= kMapped;
  const auto prefix = core::masked(*octets, static_cast<std::uint8_t>(bits));
  return core::address_text(prefix) + "/" + std::to_string(mapped ? bits - kMapped : bits);
}

std::optional<MMDB_entry_data_s> value_at(Entry& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data) return std::nullopt;
  return data;
}

std::string text_at(Entry& entry, const char* const* path) {
  const auto data = value_at(entry, path);
  if (!data || data->type != MMDB_DATA_TYPE_UTF8_STRING) return {};
  return {data->utf8_string, data->data_size};
}

std::optional<double> number_at(Entry& entry, const char* const* path) {
  const auto data = value_at(entry, path);
  if (!data || data->type != MMDB_DATA_TYPE_DOUBLE) return std::nullopt;
  return data->double_value;
}

}  // namespace

class GeoIpFile {
 public:
  explicit GeoIpFile(const std::filesystem::path& path)
      : status_(MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database_)) {}
  ~GeoIpFile() {
    if (open()) MMDB_close(&database_);
  }
  GeoIpFile(const GeoIpFile&) = delete;
  GeoIpFile& operator=(const GeoIpFile&) = delete;

  bool open() const noexcept { return status_ == MMDB_SUCCESS; }
  const char* why() const noexcept { return MMDB_strerror(status_); }

  struct Found {
    Entry entry;
    unsigned bits = 0;  // of the network that the record is about, in terms of IPv6
  };
  std::optional<Found> find(std::string_view address) const {
    const std::string text(address);
    int resolving = 0, reading = MMDB_SUCCESS;
    const MMDB_lookup_result_s found =
        MMDB_lookup_string(&database_, text.c_str(), &resolving, &reading);
    if (resolving != 0 || reading != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
    return Found{found.entry, found.netmask + (database_.metadata.ip_version == 4 ? kMapped : 0U)};
  }

 private:
  MMDB_s database_{};
  const int status_;
};

GeoIpFiles::GeoIpFiles(std::optional<std::filesystem::path> city,
                       std::optional<std::filesystem::path> asn) {
  city_.path = std::move(city);
  asn_.path = std::move(asn);
}

GeoIpFiles::~GeoIpFiles() = default;

std::shared_ptr<const GeoIpFile> GeoIpFiles::current(Kept& kept) const {
  if (!kept.path) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (kept.looked.time_since_epoch().count() != 0 && now - kept.looked < kLook) return kept.file;
  kept.looked = now;
  std::error_code error;
  const auto written = std::filesystem::last_write_time(*kept.path, error);
  if (kept.file && !error && written == kept.written) return kept.file;
  auto fresh = std::make_shared<const GeoIpFile>(*kept.path);
  if (!fresh->open()) {
    log::error("geoip.file.refused", {{"file", kept.path->string()}, {"why", fresh->why()}});
    return kept.file;
  }
  kept.written = written;
  kept.file = std::move(fresh);
  return kept.file;
}

std::optional<core::Place> GeoIpFiles::place(std::string_view address) const {
  const auto file = current(city_);
  auto found = file ? file->find(address) : std::nullopt;
  if (!found) return std::nullopt;
  Entry* const entry = &found->entry;
  const char* const country[] = {"country", "iso_code", nullptr};
  const char* const continent[] = {"continent", "code", nullptr};
  const char* const city[] = {"city", "names", "en", nullptr};
  const char* const latitude[] = {"location", "latitude", nullptr};
  const char* const longitude[] = {"location", "longitude", nullptr};
  return core::Place{text_at(*entry, country), text_at(*entry, continent), text_at(*entry, city),
                     number_at(*entry, latitude), number_at(*entry, longitude)};
}

std::optional<core::AddressOwner> GeoIpFiles::owner(std::string_view address) const {
  const auto file = current(asn_);
  auto found = file ? file->find(address) : std::nullopt;
  if (!found) return std::nullopt;
  Entry* const entry = &found->entry;
  const char* const number[] = {"autonomous_system_number", nullptr};
  const char* const name[] = {"autonomous_system_organization", nullptr};
  const auto data = value_at(*entry, number);
  if (!data || data->type != MMDB_DATA_TYPE_UINT32) return std::nullopt;
  return core::AddressOwner{static_cast<std::int64_t>(data->uint32), text_at(*entry, name),
                            network_of(address, found->bits)};
}

}  // namespace postern::app
