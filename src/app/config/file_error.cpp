#include "app/config/file_error.h"

namespace postern::app {

std::string to_text(const FileError& error) {
  std::string out = error.file;
  if (error.line > 0) out += ":" + std::to_string(error.line);
  if (!out.empty()) out += ": ";
  return out + error.text;
}

std::string in_quotes(std::string_view value) {
  constexpr std::size_t kLongest = 80;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : value.substr(0, kLongest)) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7f) {
      out += "\\x";
      out += kDigits[octet >> 4U];
      out += kDigits[octet & 15U];
    } else {
      out += c;
    }
  }
  if (value.size() > kLongest) out += "...";
  return out + "\"";
}

}  // namespace postern::app
