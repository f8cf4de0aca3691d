#include "core/flow/fingerprint.h"

namespace postern::core {

std::uint64_t fingerprint(const Flow& flow) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ 0xff) * 0x100000001b3U;
  };
  mix(flow.slug);
  for (const FlowStep& step : flow.steps) {
    mix(step.stage->pk);
    mix(step.stage->name);
  }
  return hash;
}

}  // namespace postern::core
