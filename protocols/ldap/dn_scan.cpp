#include "protocols/ldap/dn_scan.h"

#include "protocols/ber/reader.h"
#include "protocols/ldap/hex.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view type) {
  if (type.empty() || !is_alpha(type[0])) return false;
  for (const char c : type) {
    if (!is_alpha(c) && !is_digit(c) && c != '-') return false;
  }
  return true;
}

bool is_oid(std::string_view type) {
  std::size_t digits = 0;
  for (std::size_t i = 0; i < type.size(); ++i) {
    if (is_digit(type[i])) {
      ++digits;
      continue;
    }
    const bool empty_arc = digits == 0 || i + 1 == type.size();
    if (type[i] != '.' || empty_arc) return false;
    digits = 0;
  }
  return digits != 0;
}

// Characters that must be escaped in a value.
bool is_special(char c) {
  switch (c) {
    case '"':
    case '+':
    case ',':
    case ';':
    case '<':
    case '>':
    case '\\':
    case '\0':
      return true;
    default:
      return false;
  }
}

bool is_plain(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= ' ' && octet < 0x7f && !is_special(c);
}

// OCTET STRING and the character strings whose octets are UTF-8 or ASCII.
bool is_string_tag(ber::Tag tag) {
  return tag == 0x04 || tag == 0x0c || tag == 0x12 || tag == 0x13 || tag == 0x16 || tag == 0x1a;
}

}  // namespace

void DnScanner::skip_spaces() noexcept {
  while (!at_end() && text_[position_] == ' ') ++position_;
}

bool DnScanner::type(std::string_view& out) noexcept {
  skip_spaces();
  const std::size_t equals = text_.find('=', position_);
  if (equals == std::string_view::npos) return false;
  std::string_view name = text_.substr(position_, equals - position_);
  while (name.ends_with(' ')) name.remove_suffix(1);
  if (!is_name(name) && !is_oid(name)) return false;
  out = name;
  position_ = equals + 1;
  skip_spaces();
  return true;
}

bool DnScanner::plain_value(std::string& out) {
  const std::size_t before = out.size();
  std::size_t i = position_;
  if (i < text_.size() && text_[i] == '#') return false;
  bool space = false;
  for (; i < text_.size() && text_[i] != ',' && text_[i] != '+'; ++i) {
    if (!is_plain(text_[i])) {
      out.resize(before);
      return false;
    }
    if (text_[i] == ' ') {
      space = true;
      continue;
    }
    if (space) out.push_back(' ');
    space = false;
    out.push_back(ascii_lower(text_[i]));
  }
  position_ = i;
  return true;
}

bool DnScanner::escape(std::string& out) noexcept {
  ++position_;
  if (at_end()) return false;
  const char c = text_[position_];
  if ((is_special(c) && c != '\0') || c == ' ' || c == '#' || c == '=') {
    out.push_back(c);
    ++position_;
    return true;
  }
  const int octet = hex_pair(text_, position_);
  if (octet < 0) return false;
  out.push_back(static_cast<char>(octet));
  position_ += 2;
  return true;
}

bool DnScanner::hex_string(std::string& out, bool& encoded) {
  ++position_;
  for (int octet = hex_pair(text_, position_); octet >= 0; octet = hex_pair(text_, position_)) {
    out.push_back(static_cast<char>(octet));
    position_ += 2;
  }
  if (out.empty()) return false;
  skip_spaces();
  ber::Reader reader(ber::octets_of(out));
  ber::Tag tag = 0;
  ber::OctetPiece contents;
  encoded = !reader.any(tag, contents) || !reader.at_end() || !is_string_tag(tag);
  if (!encoded) out = std::string(ber::text_of(contents));
  return true;
}

bool DnScanner::value(std::string& out, bool& encoded) {
  out.clear();
  encoded = false;
  if (!at_end() && text_[position_] == '#') return hex_string(out, encoded);
  std::size_t significant = 0;  // unescaped spaces behind this are no part of the value
  while (!at_end()) {
    const char c = text_[position_];
    if (c == ',' || c == '+') break;
    if (c == '\\') {
      if (!escape(out)) return false;
      significant = out.size();
      continue;
    }
    if (is_special(c)) return false;
    out.push_back(c);
    if (c != ' ') significant = out.size();
    ++position_;
  }
  out.resize(significant);
  return true;
}

char DnScanner::separator() noexcept {
  if (at_end()) return 0;
  const char c = text_[position_];
  if (c != ',' && c != '+') return '?';
  ++position_;
  return c;
}

}  // namespace postern::ldap
