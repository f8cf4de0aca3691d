#include "core/access/policy_engine.h"

#include <algorithm>

namespace postern::core {
Verdict evaluate(const Bindings& bindings, const Subject& subject) noexcept {
  return evaluate(bindings, subject.user, [&subject](GroupNumber group) {
    return std::binary_search(subject.groups.begin(), subject.groups.end(), group);
  });
}

bool has_enabled(const Bindings& bindings) noexcept {
  return std::any_of(bindings.list.begin(), bindings.list.end(),
                     [](const Binding& binding) { return binding.enabled; });
}

}  // namespace postern::core
