#include "app/blueprints/format.h"

#include "app/blueprints/scalar.h"

namespace postern::app {
namespace {

constexpr std::size_t kLongest = 1024 * 1024;

bool is_number(const core::Value& value) { return value.is_int64() || value.is_uint64(); }

}  // namespace

std::variant<std::string, FormatError> percent_format(std::string_view text,
                                                      std::span<const core::Value> arguments) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const char kind = ++at < text.size() ? text[at] : '\0';
    if (kind == '%') {
      out += '%';
      continue;
    }
    if (kind != 's' && kind != 'd' && kind != 'i') {
      return FormatError{"!Format knows %s, %d, %i and %%"};
    }
    if (used == arguments.size())
      return FormatError{"!Format has fewer arguments than its text asks for"};
    const core::Value& argument = arguments[used++];
    if (kind != 's' && !is_number(argument)) return FormatError{"!Format: %d needs a whole number"};
    out += plain_text(argument);
    if (out.size() > kLongest) return FormatError{"!Format gives more than 1 MiB"};
  }
  if (used < arguments.size())
    return FormatError{"!Format has more arguments than its text asks for"};
  return out;
}

}  // namespace postern::app
