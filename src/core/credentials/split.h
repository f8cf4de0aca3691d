#pragma once
// Split: where `password;code` is cut, by what the user owns. A pure function; the whole rule is
// here.
//   - inline_code off, no code device, or a flow that will not ask: the whole text is the password.
//   - with a separator: at the last one, if the left part is not empty and the right part has the
//     shape of a code that the user owns; nothing is trimmed. "" = no separator: the last N digits,
//     N from the user's TOTP devices, longest first, if something is left before them.
//   - a flow that may or may not ask: the cut counts only if the code is right (`code_fits`), so
//   that
//     there is one password candidate, and one slow hash, per attempt.
// The caller has already compared the whole text with the user's app passwords.
// Thread: pure. Source: reference rule 5.4.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/access/catalog.h"
#include "core/model/login_record.h"

namespace postern::core {

struct CodeShapes {
  bool totp6 = false, totp7 = false, totp8 = false;
  const LoginRecord* static_owner = nullptr;  // lengths of its codes

  bool any() const noexcept { return totp6 || totp7 || totp8 || static_owner != nullptr; }
  bool fits(std::string_view text) const noexcept;
};
// Shapes of the record's devices, restricted to the classes that the flow accepts.
CodeShapes code_shapes(const LoginRecord& record, bool totp, bool static_codes) noexcept;

enum class CodeDemand : std::uint8_t { no, maybe, yes };

struct SplitRule {
  InlineCode mode = InlineCode::optional;
  std::string_view separator = ";";
  CodeDemand demand = CodeDemand::yes;
};

struct SplitText {
  std::string_view password;  // the only candidate
  std::string_view code;      // "" = none given
};

// The cut by shape alone.
SplitText split_by_shape(std::string_view text, const CodeShapes& shapes,
                         const SplitRule& rule) noexcept;
// Whether the answer depends on the code being right, i.e. whether to look before split().
inline bool depends_on_code(const SplitRule& rule) noexcept {
  return rule.demand == CodeDemand::maybe;
}
SplitText split(std::string_view text, const CodeShapes& shapes, const SplitRule& rule,
                bool code_fits) noexcept;

// One of `; , : # +`, or "" for none.
bool is_separator(std::string_view text) noexcept;

}  // namespace postern::core
