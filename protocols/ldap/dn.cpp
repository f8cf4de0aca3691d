#include "protocols/ldap/dn.h"

#include <algorithm>

#include "protocols/ber/writer.h"
#include "protocols/ldap/dn_scan.h"
#include "protocols/ldap/hex.h"
#include "protocols/ldap/schema.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

constexpr std::string_view kSpecials = "\"+,;<>\\";

void append_type(std::string& out, std::string_view type) {
  if (const AttributeType* known = find_attribute(type)) {
    out.append(known->lower);
    return;
  }
  for (const char c : type) out.push_back(ascii_lower(c));
}

void append_encoded(std::string& out, std::string_view octets) {
  out.push_back('#');
  for (const char octet : octets) append_hex(out, octet);
}

// A type that is a number says nothing of the form of its values, so they go out as BER (RFC 4514
// 2.4). A value that is no BER already was prepared as a string, hence is UTF-8.
void append_numbered(std::string& out, std::string_view value) {
  ber::Octets element;
  constexpr ber::Tag kUtf8String = 0x0c;
  ber::append_string(element, value, kUtf8String);
  append_encoded(out, ber::text_of(element));
}

// Specials as hex pairs, so that a separator in a normal form is always a separator.
bool append_normal_value(std::string& out, std::string_view value) {
  std::string prepared;
  if (!prepare_string(Fold::ignore_case, value, prepared)) return false;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    const bool escaped = kSpecials.find(prepared[i]) != std::string_view::npos ||
                         (i == 0 && (prepared[i] == '#' || prepared[i] == ' '));
    if (!escaped) {
      out.push_back(prepared[i]);
      continue;
    }
    out.push_back('\\');
    append_hex(out, prepared[i]);
  }
  return true;
}

bool append_value(DnScanner& scanner, std::string& out) {
  if (scanner.plain_value(out)) return true;
  std::string value;
  bool encoded = false;
  if (!scanner.value(value, encoded)) return false;
  if (!encoded) return append_normal_value(out, value);
  append_encoded(out, value);
  return true;
}

// The AVAs of the RDN that begins at `start` in normal order.
void sort_avas(std::string& out, std::size_t start) {
  std::vector<std::string> avas;
  for (std::size_t at = start; at <= out.size();) {
    const std::size_t plus = std::min(out.find('+', at), out.size());
    avas.push_back(out.substr(at, plus - at));
    at = plus + 1;
  }
  std::sort(avas.begin(), avas.end());
  out.resize(start);
  for (const std::string& ava : avas) {
    if (out.size() != start) out.push_back('+');
    out.append(ava);
  }
}

// One RDN appended; `more` tells whether another one follows.
bool append_rdn(DnScanner& scanner, std::string& out, bool& more) {
  const std::size_t start = out.size();
  bool several = false;
  for (;;) {
    std::string_view type;
    if (!scanner.type(type)) return false;
    append_type(out, type);
    out.push_back('=');
    if (!append_value(scanner, out)) return false;
    const char separator = scanner.separator();
    if (separator == '?') return false;
    more = separator == ',';
    if (separator != '+') break;
    several = true;
    out.push_back('+');
  }
  if (several) sort_avas(out, start);
  return true;
}

bool parse_rdn(DnScanner& scanner, Rdn& out, bool& more) {
  for (;;) {
    std::string_view type;
    Ava& ava = out.emplace_back();
    if (!scanner.type(type) || !scanner.value(ava.value, ava.encoded)) return false;
    ava.type = std::string(type);
    const char separator = scanner.separator();
    if (separator == '?') return false;
    more = separator == ',';
    if (separator != '+') return true;
  }
}

}  // namespace

bool normalise_dn(std::string_view text, std::string& out) {
  out.clear();
  if (text.size() > kMaxDnOctets) return false;
  DnScanner scanner(text);
  scanner.skip_spaces();
  if (scanner.at_end()) return true;
  bool more = true;
  for (std::size_t count = 0; more; ++count) {
    if (count == kMaxRdns) return false;
    if (count != 0) out.push_back(',');
    if (!append_rdn(scanner, out, more)) return false;
  }
  return true;
}

void append_escaped_rdn_value(std::string& out, std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool outer = i == 0 || i + 1 == value.size();
    if (c == '\0') {
      out.append("\\00");
      continue;
    }
    if (kSpecials.find(c) != std::string_view::npos || (c == ' ' && outer) || (c == '#' && i == 0))
      out.push_back('\\');
    out.push_back(c);
  }
}

std::string escape_rdn_value(std::string_view value) {
  std::string out;
  append_escaped_rdn_value(out, value);
  return out;
}

std::string build_dn(std::string_view type, std::string_view value, std::string_view parent) {
  std::string out(type);
  out.push_back('=');
  append_escaped_rdn_value(out, value);
  if (!parent.empty()) out.append(",").append(parent);
  return out;
}

Result<Dn> Dn::parse(std::string_view text) {
  Dn dn;
  if (!normalise_dn(text, dn.normalised_)) return DecodeError{"invalid DN", 0};
  DnScanner scanner(text);
  scanner.skip_spaces();
  bool more = !scanner.at_end();
  while (more) {
    if (!parse_rdn(scanner, dn.rdns_.emplace_back(), more))
      return DecodeError{"invalid DN", scanner.position()};
  }
  return dn;
}

std::string Dn::text() const {
  std::string out;
  for (const Rdn& rdn : rdns_) {
    if (&rdn != &rdns_.front()) out.push_back(',');
    for (const Ava& ava : rdn) {
      if (&ava != &rdn.front()) out.push_back('+');
      out.append(ava.type).push_back('=');
      if (ava.encoded) {
        append_encoded(out, ava.value);
      } else if (ava.type[0] >= '0' && ava.type[0] <= '9') {
        append_numbered(out, ava.value);
      } else {
        append_escaped_rdn_value(out, ava.value);
      }
    }
  }
  return out;
}

Dn Dn::parent() const {
  Dn dn;
  if (rdns_.empty()) return dn;
  dn.rdns_.assign(rdns_.begin() + 1, rdns_.end());
  dn.normalised_ = std::string(normal_parent(normalised_));
  return dn;
}

bool Dn::is_within(const Dn& base) const noexcept {
  return normal_is_within(normalised_, base.normalised_);
}

std::string_view normal_parent(std::string_view dn) noexcept {
  const std::size_t comma = dn.find(',');
  return comma == std::string_view::npos ? std::string_view{} : dn.substr(comma + 1);
}

std::string_view normal_leaf(std::string_view dn) noexcept { return dn.substr(0, dn.find(',')); }

bool normal_is_within(std::string_view dn, std::string_view base) noexcept {
  if (base.empty() || dn == base) return true;
  return dn.size() > base.size() && dn.ends_with(base) && dn[dn.size() - base.size() - 1] == ',';
}

bool normal_is_child(std::string_view dn, std::string_view base) noexcept {
  return !dn.empty() && normal_parent(dn) == base;
}

std::size_t normal_depth(std::string_view dn) noexcept {
  if (dn.empty()) return 0;
  return 1 + static_cast<std::size_t>(std::count(dn.begin(), dn.end(), ','));
}

std::string_view normal_relative(std::string_view dn, std::string_view base) noexcept {
  if (base.empty() || dn == base) return base.empty() ? dn : std::string_view{};
  return dn.substr(0, dn.size() - base.size() - 1);
}

bool normal_rdn_value(std::string_view rdn, std::string_view type, std::string& value) {
  const std::size_t equals = rdn.find('=');
  if (equals == std::string_view::npos || rdn.substr(0, equals) != type) return false;
  DnScanner scanner(rdn.substr(equals + 1));
  bool encoded = false;
  return scanner.value(value, encoded) && !encoded && scanner.at_end();
}

}  // namespace postern::ldap
