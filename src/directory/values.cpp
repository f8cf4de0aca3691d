#include "directory/values.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "core/hex.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {
namespace {

// Which octet of the one form stands where in the other; its own inverse.
constexpr std::array<std::size_t, 16> kGuidOrder{3, 2, 1,  0,  5,  4,  7,  6,
                                                 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::uint64_t kEpochOfWindows = 11'644'473'600U;  // seconds from 1601 to 1970

std::string with_username(std::string_view text, const std::string& username) {
  std::string out;
  for (std::size_t at = 0;;) {
    const auto found = text.find("%s", at);
    out.append(text.substr(at, found - at));
    if (found == std::string_view::npos) return out;
    out.append(username);
    at = found + 2;
  }
}

std::string plain_double(double number) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.15g", number);
  return {text.data(), static_cast<std::size_t>(size)};
}

void append_scalar(const boost::json::value& value, const std::string* username,
                   std::vector<std::string>& out) {
  std::string text;
  if (value.is_string()) {
    text = username != nullptr ? with_username(value.get_string(), *username)
                               : std::string(value.get_string());
  } else if (value.is_bool()) {
    text = value.get_bool() ? "TRUE" : "FALSE";
  } else if (value.is_int64()) {
    text = std::to_string(value.get_int64());
  } else if (value.is_uint64()) {
    text = std::to_string(value.get_uint64());
  } else if (value.is_double()) {
    text = plain_double(value.get_double());
  }
  // An attribute is a set: equal octets once.
  if (!text.empty() && std::find(out.begin(), out.end(), text) == out.end()) {
    out.push_back(std::move(text));
  }
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string_view first_names(std::string_view name) {
  name = trimmed(name);
  const auto cut = name.rfind(' ');
  return cut == std::string_view::npos ? std::string_view{} : trimmed(name.substr(0, cut));
}

std::string_view last_name(std::string_view name) {
  name = trimmed(name);
  const auto cut = name.rfind(' ');
  return cut == std::string_view::npos ? name : name.substr(cut + 1);
}

// Settings and secrets are not attributes.
bool is_private(std::string_view key) {
  const std::string folded = ldap::ascii_lowered(key);
  const auto starts = [&folded](std::string_view prefix) { return folded.rfind(prefix, 0) == 0; };
  const auto holds = [&folded](std::string_view part) {
    return folded.find(part) != std::string::npos;
  };
  constexpr std::array<std::string_view, 7> kSecrets{"unicodepwd",      "dbcspwd",
                                                     "ntpwdhistory",    "lmpwdhistory",
                                                     "krbprincipalkey", "supplementalcredentials",
                                                     "sambapwdhistory"};
  return starts("goauthentik.io/") || starts("postern:") || starts("postern.") ||
         holds("password") || holds("passwd") ||
         std::find(kSecrets.begin(), kSecrets.end(), folded) != kSecrets.end();
}

void append_values(const boost::json::value& value, const std::string* username,
                   std::vector<std::string>& out) {
  if (!value.is_array()) return append_scalar(value, username, out);
  for (const auto& item : value.get_array()) append_scalar(item, username, out);
}

std::string generalized_time(std::uint32_t seconds) {
  const std::time_t when = seconds;
  std::tm utc{};
  gmtime_r(&when, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%d%H%M%SZ", &utc);
  return {text.data(), size};
}

std::string filetime(std::uint32_t seconds) {
  return std::to_string((seconds + kEpochOfWindows) * 10'000'000U);
}

void guid_octets(std::string_view uuid, std::string& out) {
  out.clear();
  std::string digits;
  for (const char c : uuid) {
    if (c != '-') digits += c;
  }
  const auto octets = core::from_hex(digits);
  if (!octets || octets->size() != 16) return;
  for (const std::size_t at : kGuidOrder) out += (*octets)[at];
}

bool uuid_of_guid(std::string_view octets, std::string& out) {
  out.clear();
  if (octets.size() != kGuidOrder.size()) return false;
  for (std::size_t i = 0; i < kGuidOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += core::to_hex(octets.substr(kGuidOrder[i], 1));
  }
  return true;
}

}  // namespace postern::directory
