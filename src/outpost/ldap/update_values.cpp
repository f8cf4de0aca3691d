#include "outpost/ldap/update_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "protocols/ldap/string_prep.h"

namespace postern::outpost {
namespace {

using core::Value;
using ldap::ResultCode;

void add_text(const Value& value, std::vector<std::string>& out) {
  if (value.is_string()) out.emplace_back(value.get_string());
  if (value.is_bool()) out.emplace_back(value.get_bool() ? "TRUE" : "FALSE");
  if (value.is_int64()) out.push_back(std::to_string(value.get_int64()));
  if (value.is_uint64()) out.push_back(std::to_string(value.get_uint64()));
}

// The name under which the directory shows a key: '/' becomes '-', '.' is dropped.
std::string shown_name(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c != '.') out += c == '/' ? '-' : c;
  }
  return out;
}

// Integers and booleans keep their kind, so that other readers of the JSON see what they expect.
Value json_value(const EntryImage::Attribute& attribute, const std::string& text) {
  const bool integer = attribute.type != nullptr && attribute.type->equality == ldap::Rule::integer;
  std::int64_t number = 0;
  if (integer) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size()) return number;
  }
  const bool truth = attribute.type != nullptr && attribute.type->equality == ldap::Rule::boolean;
  if (truth && (text == "TRUE" || text == "FALSE")) return text == "TRUE";
  return Value(text);
}

}  // namespace

bool is_binary_attribute(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> kBinary{
      "jpegPhoto", "photo", "audio", "userCertificate", "userSMIMECertificate", "userPKCS12"};
  return std::any_of(kBinary.begin(), kBinary.end(),
                     [name](std::string_view one) { return ldap::equal_ascii_case(one, name); });
}

std::string base64(std::string_view octets) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((octets.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const bool there = i + j < octets.size();
      group = group << 8U | (there ? static_cast<unsigned char>(octets[i + j]) : 0U);
    }
    const std::size_t digits = std::min<std::size_t>(octets.size() - i, 3) + 1;
    for (std::size_t j = 0; j < 4; ++j) {
      out += j < digits ? kDigits[group >> (18U - 6U * j) & 63U] : '=';
    }
  }
  return out;
}

bool is_secret_name(std::string_view lower) noexcept {
  constexpr std::array<std::string_view, 7> kSecrets{"unicodepwd",      "dbcspwd",
                                                     "ntpwdhistory",    "lmpwdhistory",
                                                     "krbprincipalkey", "supplementalcredentials",
                                                     "sambapwdhistory"};
  return lower.find("password") != std::string_view::npos ||
         lower.find("passwd") != std::string_view::npos || lower.starts_with("goauthentik.io/") ||
         lower.starts_with("postern:") || lower.starts_with("postern.") ||
         std::find(kSecrets.begin(), kSecrets.end(), lower) != kSecrets.end();
}

std::string json_key(const boost::json::object& attributes, std::string_view lower) {
  for (const auto& item : attributes) {
    const std::string_view key(item.key().data(), item.key().size());
    if (attribute_key(shown_name(key)) == lower) return std::string(key);
  }
  return {};
}

void load_custom(const boost::json::object& attributes, EntryImage& image) {
  for (const auto& item : attributes) {
    const std::string name = shown_name({item.key().data(), item.key().size()});
    if (name.empty() || is_secret_name(attribute_key(name)) ||
        is_secret_name(std::string(item.key()))) {
      continue;
    }
    std::vector<std::string> values;
    if (item.value().is_array()) {
      for (const Value& one : item.value().get_array()) add_text(one, values);
    } else {
      add_text(item.value(), values);
    }
    image.load(name, std::move(values));
  }
}

MaybeFault store_custom(const EntryImage::Attribute& attribute, boost::json::object& attributes) {
  std::string key = json_key(attributes, attribute.lower);
  if (attribute.values.empty()) {
    if (!key.empty()) attributes.erase(key);
    return std::nullopt;
  }
  if (key.empty()) key = attribute.name;
  for (const std::string& value : attribute.values) {
    if (value.empty() || !ldap::is_utf8(value)) {
      return UpdateFault{ResultCode::invalidAttributeSyntax, attribute.name + ": invalid value"};
    }
  }
  if (attribute.values.size() == 1) {
    attributes[key] = json_value(attribute, attribute.values.front());
    return std::nullopt;
  }
  boost::json::array list;
  for (const std::string& value : attribute.values) list.push_back(json_value(attribute, value));
  attributes[key] = std::move(list);
  return std::nullopt;
}

MaybeFault number_field(const EntryImage::Attribute& attribute, std::string_view field,
                        core::Object& fields) {
  if (attribute.values.empty()) {
    return UpdateFault{ResultCode::objectClassViolation, attribute.name + ": cannot be removed"};
  }
  const std::string& text = attribute.values.front();
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
    return UpdateFault{ResultCode::invalidAttributeSyntax, attribute.name + ": invalid value"};
  }
  if (number < 1 || number > std::numeric_limits<std::int32_t>::max()) {
    return UpdateFault{ResultCode::constraintViolation, attribute.name + ": out of range"};
  }
  fields[field] = number;
  return std::nullopt;
}

MaybeFault check_single(const EntryImage::Attribute& attribute) {
  const bool single = attribute.type != nullptr && attribute.type->single_value;
  if (!single || attribute.values.size() < 2) return std::nullopt;
  return UpdateFault{ResultCode::constraintViolation, attribute.name + ": takes one value only"};
}

MaybeFault take_touched(const EntryImage& image, const core::Object* stored, core::Object& fields,
                        const TakeAttribute& take,
                        const std::function<void(boost::json::object& custom)>& last) {
  boost::json::object custom;
  if (stored != nullptr) custom = stored->at("attributes").as_object();
  const boost::json::object before = custom;
  for (const EntryImage::Attribute& attribute : image.all()) {
    if (!attribute.touched) continue;
    if (MaybeFault bad = check_single(attribute)) return bad;
    if (MaybeFault bad = take(attribute, custom)) return bad;
  }
  if (last) last(custom);
  if (stored == nullptr || custom != before) fields["attributes"] = std::move(custom);
  return std::nullopt;
}

}  // namespace postern::outpost
