#include "app/ldif_writer.h"

#include <openssl/evp.h>

#include <algorithm>

namespace postern::app {
namespace {

constexpr std::size_t kColumns = 76;

// SAFE-STRING of RFC 2849; a space at the end would be lost by editors.
bool is_safe(std::string_view value) {
  if (value.empty()) return true;
  if (value.front() == ' ' || value.front() == ':' || value.front() == '<') return false;
  if (value.back() == ' ') return false;
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c > 0 && c < 127 && c != '\n' && c != '\r'; });
}

std::string base64(std::string_view value) {
  std::string out(4 * ((value.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(value.data()),
                                   static_cast<int>(value.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

void append_ldif(std::string& out, std::string_view attribute, std::string_view value) {
  std::string line(attribute);
  line += is_safe(value) ? ": " + std::string(value) : ":: " + base64(value);
  out.append(line, 0, kColumns);
  for (std::size_t at = kColumns; at < line.size(); at += kColumns - 1) {
    out += "\n ";
    out.append(line, at, kColumns - 1);
  }
  out += '\n';
}

}  // namespace postern::app
