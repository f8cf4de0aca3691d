#include "app/outbound/message.h"

#include <openssl/evp.h>

#include <algorithm>
#include <ctime>
#include <string_view>

namespace postern::app {
namespace {

constexpr std::string_view kEnd = "\r\n";

std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string base64_lines(std::string_view text) {
  const std::string whole = base64(text);
  std::string out;
  for (std::size_t at = 0; at < whole.size(); at += 76) {
    out += whole.substr(at, 76);
    out += kEnd;
  }
  return out;
}

// Text ends its lines by CR LF in a message, whatever the encoding (RFC 2046 4.1.1).
std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string(kEnd) : std::string(1, c);
  return out;
}

// Encoded words of at most 45 octets each, not cut within a character.
std::string header_text(std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (plain && text.size() < 60) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t size = std::min<std::size_t>(text.size(), 42);
    while (size > 1 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
      --size;
    }
    out += (out.empty() ? "" : "\r\n ") + ("=?utf-8?B?" + base64(text.substr(0, size)) + "?=");
    text.remove_prefix(size);
  }
  return out;
}

std::string date_text(std::int64_t now) {
  const std::time_t seconds = now / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[48];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &utc);
  return {text, size};
}

void add_part(std::string& out, const std::string& boundary, std::string_view type,
              std::string_view text) {
  out += "--" + boundary + "\r\nContent-Type: " + std::string(type) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         base64_lines(with_crlf(text));
}

}  // namespace

std::string message_text(const core::Mail& mail, const std::string& unique, std::int64_t now) {
  const std::string boundary = "=_" + unique;
  const std::string host = mail.from.substr(mail.from.rfind('@') + 1);
  std::string out = "Date: " + date_text(now) + "\r\nFrom: <" + mail.from + ">\r\nTo: <" + mail.to +
                    ">\r\nSubject: " + header_text(mail.subject) + "\r\nMessage-ID: <" + unique +
                    "@" + host +
                    ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                    "Content-Type: multipart/alternative; boundary=\"" +
                    boundary + "\"\r\n\r\n";
  add_part(out, boundary, "text/plain", mail.text);
  if (!mail.html.empty()) add_part(out, boundary, "text/html", mail.html);
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace postern::app
