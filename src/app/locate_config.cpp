#include "app/locate_config.h"

#include <array>
#include <cstdlib>

namespace postern::app {

ConfigResult locate_config(const std::string& given) {
  if (!given.empty()) return load_config(given);
  if (const char* named = std::getenv("POSTERN_CONFIG"); named != nullptr && *named != '\0') {
    return load_config(named);
  }
  static constexpr std::array<const char*, 2> kPlaces{"state/postern.yaml",
                                                      "/etc/postern/postern.yaml"};
  for (const char* place : kPlaces) {
    std::error_code error;
    if (std::filesystem::exists(place, error)) return load_config(place);
  }
  return default_config();
}

}  // namespace postern::app
