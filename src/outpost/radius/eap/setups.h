#pragma once
// EapSetups: what each RADIUS provider needs for EAP, made ready by the composition and replaced as
// a whole when configuration or certificate files change. Thread-safe.

#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "core/ids.h"
#include "core/ports/random.h"
#include "outpost/radius/eap/tls_setup.h"

namespace postern::outpost {

class EapSetups {
 public:
  using Map = std::map<core::ProviderId, std::shared_ptr<const EapTlsSetup>>;

  // nullptr: no EAP at this provider now.
  std::shared_ptr<const EapTlsSetup> of(core::ProviderId provider) const {
    const std::lock_guard lock(mutex_);
    const auto found = map_.find(provider);
    return found == map_.end() ? nullptr : found->second;
  }
  void replace(Map map) {
    const std::lock_guard lock(mutex_);
    map_.swap(map);
  }

 private:
  mutable std::mutex mutex_;
  Map map_;
};

// What EAP stands on beside the services of the RADIUS server.
struct EapServices {
  const EapSetups& setups;
  core::Random& random;
};

}  // namespace postern::outpost
