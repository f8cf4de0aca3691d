#include "core/access/eap_settings.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/model/time_text.h"

namespace postern::core {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxItems = 10'000;
constexpr std::size_t kMaxCrl = 1024 * 1024;
constexpr std::size_t kSha256Hex = 64;

std::string_view text_in(const json::value& value) noexcept {
  const json::string* text = value.if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

// One text or a list of texts, none empty. Nothing: something else.
std::optional<std::vector<std::string>> texts_in(const json::value& value) {
  std::vector<std::string> out;
  if (value.is_string()) {
    out.emplace_back(text_in(value));
  } else if (const json::array* list = value.if_array(); list != nullptr) {
    if (list->size() > kMaxItems) return std::nullopt;
    for (const json::value& item : *list) out.emplace_back(text_in(item));
  } else {
    return std::nullopt;
  }
  if (std::any_of(out.begin(), out.end(), [](const auto& one) { return one.empty(); })) {
    return std::nullopt;
  }
  return out;
}

std::optional<EapMethod> method_of(std::string_view word) noexcept {
  if (word == "ttls") return EapMethod::ttls;
  if (word == "peap") return EapMethod::peap;
  if (word == "tls") return EapMethod::tls;
  return std::nullopt;
}

std::optional<ClientName> client_name_of(std::string_view word) noexcept {
  if (word == "upn") return ClientName::upn;
  if (word == "email") return ClientName::email;
  if (word == "uri") return ClientName::uri;
  if (word == "dns") return ClientName::dns;
  if (word == "cn") return ClientName::common_name;
  if (word == "fingerprint") return ClientName::fingerprint;
  return std::nullopt;
}

// Words of a list, each once. False: another word, or no list.
template <typename Item, typename Parse>
bool take_words(const json::value& value, std::vector<Item>& out, Parse&& parse) {
  const auto words = texts_in(value);
  if (!words) return false;
  out.clear();
  for (const std::string& word : *words) {
    const auto item = parse(word);
    if (!item || std::find(out.begin(), out.end(), *item) != out.end()) return false;
    out.push_back(*item);
  }
  return true;
}

// As openssl prints it or without colons. "" = no SHA-256.
std::string fingerprint_of(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == ':') continue;
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return {};
    out.push_back(c);
  }
  return out.size() == kSha256Hex ? out : std::string();
}

bool take_fingerprints(const json::value& value, EapSettings& settings) {
  const json::object* map = value.if_object();
  if (map == nullptr || map->size() > kMaxItems) return false;
  for (const json::key_value_pair& user : *map) {
    const auto texts = texts_in(user.value());
    if (!texts || user.key().empty()) return false;
    for (const std::string& text : *texts) {
      std::string print = fingerprint_of(text);
      if (print.empty()) return false;
      const auto added = settings.client_fingerprints.emplace(std::move(print), user.key());
      if (!added.second) return false;  // one certificate, two users
    }
  }
  return true;
}

bool take_resumption(const json::value& value, EapSettings& settings) {
  constexpr std::int64_t kSecond = 1000, kDay = 86'400'000;
  settings.resumption_ms = 0;
  if (value.is_bool()) return !value.get_bool();
  const auto lifetime = parse_duration(text_in(value));
  if (!lifetime || *lifetime < kSecond || *lifetime > kDay) return false;
  settings.resumption_ms = *lifetime;
  return true;
}

std::optional<std::string_view> take(std::string_view key, const json::value& value,
                                     EapSettings& settings) {
  if (key == "methods") {
    const bool off = value.is_bool() && !value.get_bool();
    if (off) settings.eap_methods.clear();
    if (off || take_words(value, settings.eap_methods, method_of)) return std::nullopt;
    return "must be a list of ttls, peap, tls, or off";
  }
  if (key == "required") {
    settings.eap_required = !value.is_bool() || value.get_bool();  // the stricter, if in doubt
    if (value.is_bool()) return std::nullopt;
    return "must be true or false";
  }
  if (key == "client_names") {
    if (take_words(value, settings.client_names, client_name_of)) return std::nullopt;
    return "must be a list of fingerprint, upn, email, uri, dns, cn";
  }
  if (key == "client_ca") {
    auto names = texts_in(value);
    if (!names) return "must name one certificate or a list of them";
    settings.client_ca = *std::move(names);
    return std::nullopt;
  }
  if (key == "client_crl") {
    settings.client_crl = text_in(value);
    const bool file = settings.client_crl.starts_with('/');
    const bool pem = settings.client_crl.find("-----BEGIN X509 CRL-----") != std::string::npos;
    if ((file || pem) && settings.client_crl.size() <= kMaxCrl) return std::nullopt;
    return "must be the absolute path of a file, or PEM";
  }
  if (key == "fingerprints") {
    if (take_fingerprints(value, settings)) return std::nullopt;
    return "must map user names to SHA-256 fingerprints, each to one user";
  }
  if (key == "resumption") {
    if (take_resumption(value, settings)) return std::nullopt;
    return "must be off or a duration of a second to a day, such as hours=8";
  }
  return "is unknown; allowed are methods, required, client_ca, client_crl, client_names, "
         "fingerprints, resumption";
}

}  // namespace

ParsedEapSettings parse_eap_settings(const json::value& map) {
  ParsedEapSettings parsed;
  const json::object* settings = map.if_object();
  if (settings == nullptr) {
    parsed.problem = "postern.eap must be a map";
    return parsed;
  }
  for (const json::key_value_pair& item : *settings) {
    const std::string_view key(item.key().data(), item.key().size());
    if (const auto problem = take(key, item.value(), parsed.settings)) {
      parsed.problem = "postern.eap." + std::string(key) + " " + std::string(*problem);
      return parsed;
    }
  }
  return parsed;
}

}  // namespace postern::core
