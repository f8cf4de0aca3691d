#pragma once
// The policy engine: does a set of bindings let this subject through? Every enabled binding is
// looked at; `any` needs one that passes, `all` none that does not; no enabled binding lets
// everybody pass. A broken binding is neither: the verdict is `unknown` where it decides, and
// unknown never opens a door (negation does not turn it round either). Callers that would skip
// something on `fail` (a stage of a flow) have to deny on `unknown`. Thread: pure. Source:
// reference, policies 4.2.

#include <cstdint>
#include <span>

#include "core/access/catalog.h"
#include "core/model/login_record.h"

namespace postern::core {

struct Subject {
  UserId user = 0;                      // 0 = nobody known
  std::span<const GroupNumber> groups;  // closure, ascending
};
inline Subject subject_of(const LoginRecord& record) noexcept { return {record.pk, record.groups}; }

enum class Verdict : std::uint8_t { pass, fail, unknown };

Verdict evaluate(const Bindings& bindings, const Subject& subject) noexcept;
bool has_enabled(const Bindings& bindings) noexcept;

}  // namespace postern::core
