#include "core/credentials/split.h"

#include <algorithm>

#include "core/credentials/static_code.h"

namespace postern::core {
namespace {

bool all_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

SplitText cut_tail(std::string_view text, const CodeShapes& shapes) noexcept {
  for (const std::size_t digits : {std::size_t{8}, std::size_t{7}, std::size_t{6}}) {
    const bool owned = digits == 8 ? shapes.totp8 : digits == 7 ? shapes.totp7 : shapes.totp6;
    if (!owned || text.size() <= digits) continue;
    const std::string_view tail = text.substr(text.size() - digits);
    if (all_digits(tail)) return {text.substr(0, text.size() - digits), tail};
  }
  return {text, {}};
}

}  // namespace

bool CodeShapes::fits(std::string_view text) const noexcept {
  if ((totp6 && text.size() == 6) || (totp7 && text.size() == 7) || (totp8 && text.size() == 8)) {
    if (all_digits(text)) return true;
  }
  if (static_owner == nullptr || !is_static_code_text(text)) return false;
  return std::any_of(static_owner->static_codes.begin(), static_owner->static_codes.end(),
                     [text](const LoginRecord::StaticCode& code) {
                       return code.length >= 0 &&
                              static_cast<std::size_t>(code.length) == text.size();
                     });
}

CodeShapes code_shapes(const LoginRecord& record, bool totp, bool static_codes) noexcept {
  CodeShapes shapes;
  if (totp) {
    for (const LoginRecord::Totp& device : record.totp) {
      shapes.totp6 |= device.digits == 6;
      shapes.totp7 |= device.digits == 7;
      shapes.totp8 |= device.digits == 8;
    }
  }
  if (static_codes && (record.has_static_device || !record.static_codes.empty())) {
    shapes.static_owner = &record;
  }
  return shapes;
}

SplitText split_by_shape(std::string_view text, const CodeShapes& shapes,
                         const SplitRule& rule) noexcept {
  if (rule.mode == InlineCode::off || rule.demand == CodeDemand::no || !shapes.any())
    return {text, {}};
  if (rule.separator.empty()) return cut_tail(text, shapes);
  const std::size_t at = text.rfind(rule.separator);
  if (at == std::string_view::npos || at == 0) return {text, {}};
  const std::string_view code = text.substr(at + rule.separator.size());
  if (!shapes.fits(code)) return {text, {}};
  return {text.substr(0, at), code};
}

SplitText split(std::string_view text, const CodeShapes& shapes, const SplitRule& rule,
                bool code_fits) noexcept {
  const SplitText cut = split_by_shape(text, shapes, rule);
  if (cut.code.empty() || !depends_on_code(rule) || code_fits) return cut;
  return {text, {}};
}

bool is_separator(std::string_view text) noexcept {
  return text.empty() ||
         (text.size() == 1 && std::string_view(";,:#+").find(text[0]) != std::string_view::npos);
}

}  // namespace postern::core
