#include "protocols/ldap/ldap_url.h"

#include <algorithm>
#include <array>
#include <optional>

#include "protocols/ldap/dn.h"
#include "protocols/ldap/filter_text.h"
#include "protocols/ldap/hex.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

constexpr std::string_view kAnything = "(objectClass=*)";
constexpr std::array<std::string_view, 3> kSchemes{"ldap", "ldaps", "ldapi"};
constexpr std::array<std::string_view, 4> kScopes{"base", "one", "sub", "children"};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What may stand in a URL as it is: unreserved, reserved, and '%' for its own sake.
bool is_url_character(char c) {
  return is_alphanumeric(c) ||
         std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

// Unreserved, and the separators that mean nothing inside a part of ours.
bool stays_as_it_is(char c) {
  return is_alphanumeric(c) ||
         std::string_view("-._~:@!$&'()*+,;=/").find(c) != std::string_view::npos;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int octet = hex_pair(text, i + 1);
    if (octet < 0) return std::nullopt;
    out.push_back(static_cast<char>(octet));
    i += 2;
  }
  return out;
}

// `also`: characters that would be taken for separators where the text stands.
void append_encoded(std::string& out, std::string_view text, std::string_view also = {}) {
  for (const char c : text) {
    if (stays_as_it_is(c) && also.find(c) == std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    append_hex(out, c);
  }
}

// Splits at the first separator: the part before it is returned and taken off `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

class UrlParser {
 public:
  explicit UrlParser(std::string_view text) : rest_(text) {}

  Result<LdapUrl> run() {
    if (!std::all_of(rest_.begin(), rest_.end(), is_url_character))
      return DecodeError{"character not allowed in a URL", 0};
    if (!scheme()) return DecodeError{"unknown scheme", 0};
    const std::size_t end = std::min(rest_.find_first_of("/?"), rest_.size());
    if (!authority(rest_.substr(0, end))) return DecodeError{"bad host or port", 0};
    rest_.remove_prefix(end);
    if (rest_.starts_with('?')) return DecodeError{"'/' missing in front of the DN", 0};
    if (rest_.starts_with('/')) rest_.remove_prefix(1);
    if (!dn(take_until(rest_, '?'))) return DecodeError{"bad DN", 0};
    if (!attributes(take_until(rest_, '?'))) return DecodeError{"bad attribute", 0};
    if (!scope(take_until(rest_, '?'))) return DecodeError{"unknown scope", 0};
    if (!filter(take_until(rest_, '?'))) return DecodeError{"bad filter", 0};
    if (!extensions(rest_)) return DecodeError{"bad extension", 0};
    return std::move(out_);
  }

 private:
  bool scheme() {
    const std::size_t end = rest_.find("://");
    if (end == std::string_view::npos) return false;
    for (std::size_t i = 0; i < kSchemes.size(); ++i) {
      if (!equal_ascii_case(rest_.substr(0, end), kSchemes[i])) continue;
      out_.scheme = static_cast<LdapUrl::Scheme>(i);
      rest_.remove_prefix(end + 3);
      return true;
    }
    return false;
  }

  // A colon inside brackets belongs to an IPv6 address.
  bool authority(std::string_view text) {
    if (text.find('@') != std::string_view::npos) return false;  // no user names here
    const std::size_t bracket = text.rfind(']');
    if (text.starts_with('[') != (bracket != std::string_view::npos)) return false;
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos && !port(text.substr(colon + 1))) return false;
    const std::string_view name = text.substr(0, colon);
    if (bracket != std::string_view::npos) return literal(name);
    const auto host = decoded(name);
    if (!host || host->starts_with('[')) return false;
    out_.host = *host;
    return true;
  }

  bool literal(std::string_view text) {
    const std::string_view inside = text.substr(1, text.size() - 2);
    if (!text.ends_with(']') || inside.empty()) return false;
    if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
      return false;
    out_.host = text;
    return true;
  }

  bool port(std::string_view text) {
    if (text.size() > 5) return false;
    std::uint32_t number = 0;
    for (const char c : text) {
      if (c < '0' || c > '9') return false;
      number = number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    out_.port = static_cast<std::uint16_t>(number);
    return number <= 65535;
  }

  bool dn(std::string_view part) {
    const auto text = decoded(part);
    std::string normal;
    if (!text || !normalise_dn(*text, normal)) return false;
    out_.dn = *text;
    return true;
  }

  bool attributes(std::string_view part) {
    while (!part.empty()) {
      const auto name = decoded(take_until(part, ','));
      if (!name || name->empty()) return false;
      out_.attributes.push_back(*name);
    }
    return true;
  }

  bool scope(std::string_view part) {
    if (part.empty()) return true;
    for (std::size_t i = 0; i < kScopes.size(); ++i) {
      if (!equal_ascii_case(part, kScopes[i])) continue;
      out_.scope = static_cast<Scope>(i);
      return true;
    }
    return false;
  }

  bool filter(std::string_view part) {
    if (part.empty()) return true;
    const auto text = decoded(part);
    if (!text || !parse_filter(*text).ok()) return false;
    out_.filter = *text;
    return true;
  }

  bool extensions(std::string_view part) {
    if (part.find('?') != std::string_view::npos) return false;
    while (!part.empty()) {
      std::string_view item = take_until(part, ',');
      LdapUrl::Extension& extension = out_.extensions.emplace_back();
      extension.critical = item.starts_with('!');
      if (extension.critical) item.remove_prefix(1);
      const auto type = decoded(take_until(item, '='));
      const auto value = decoded(item);
      if (!type || type->empty() || !value) return false;
      extension.type = *type;
      extension.value = *value;
    }
    return true;
  }

  std::string_view rest_;
  LdapUrl out_;
};

template <typename List, typename Append>
std::string joined(const List& list, Append&& append) {
  std::string out;
  for (const auto& item : list) {
    if (!out.empty()) out.push_back(',');
    append(out, item);
  }
  return out;
}

void append_name(std::string& out, std::string_view name) { append_encoded(out, name, ","); }

void append_extension(std::string& out, const LdapUrl::Extension& extension) {
  if (extension.critical) out.push_back('!');
  append_encoded(out, extension.type, "=!,");
  if (extension.value.empty()) return;
  out.push_back('=');
  append_encoded(out, extension.value, ",");
}

std::string encoded(std::string_view text) {
  std::string out;
  append_encoded(out, text);
  return out;
}

}  // namespace

Result<LdapUrl> parse_ldap_url(std::string_view text) {
  if (text.size() > kMaxUrlOctets) return DecodeError{"URL too long", kMaxUrlOctets};
  return UrlParser(text).run();
}

std::string to_text(const LdapUrl& url) {
  std::string out(kSchemes[static_cast<std::size_t>(url.scheme)]);
  out.append("://");
  if (url.host.starts_with('[')) {
    out.append(url.host);
  } else {
    append_encoded(out, url.host, "/:@");
  }
  if (url.port != 0) out.append(":").append(std::to_string(url.port));
  const std::array<std::string, 5> parts{
      encoded(url.dn), joined(url.attributes, append_name),
      url.scope == Scope::base ? std::string()
                               : std::string(kScopes[static_cast<std::size_t>(url.scope)]),
      url.filter == kAnything ? std::string() : encoded(url.filter),
      joined(url.extensions, append_extension)};
  std::size_t used = parts.size();
  while (used != 0 && parts[used - 1].empty()) --used;
  for (std::size_t i = 0; i < used; ++i) out.append(i == 0 ? "/" : "?").append(parts[i]);
  return out;
}

bool unknown_critical(const LdapUrl& url, std::span<const std::string_view> known) noexcept {
  return std::any_of(url.extensions.begin(), url.extensions.end(), [&](const auto& extension) {
    return extension.critical &&
           std::none_of(known.begin(), known.end(), [&](std::string_view name) {
             return equal_ascii_case(name, extension.type);
           });
  });
}

}  // namespace postern::ldap
