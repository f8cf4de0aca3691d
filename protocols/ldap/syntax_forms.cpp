#include "protocols/ldap/syntax_forms.h"

#include <array>
#include <cstdint>
#include <optional>

#include "protocols/ldap/hex.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

// Takes `count` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count || !all_digits(text.substr(0, count))) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text[i] - '0');
  text.remove_prefix(count);
  return value;
}

bool starts_with_digit(std::string_view text) { return !text.empty() && is_digit(text[0]); }

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

struct Time {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::string_view fraction;  // digits behind the point
  int fraction_of = 1;        // in seconds: 3600 of an hour, 60 of a minute, 1 of a second
  int offset_minutes = 0;     // east of UTC
};

bool take_date(std::string_view& text, Time& time) {
  const auto year = take_digits(text, 4);
  const auto month = take_digits(text, 2);
  const auto day = take_digits(text, 2);
  const auto hour = take_digits(text, 2);
  if (!year || !month || !day || !hour) return false;
  time.year = *year;
  time.month = *month;
  time.day = *day;
  time.hour = *hour;
  return time.month >= 1 && time.month <= 12 && time.day >= 1 &&
         time.day <= days_in(time.year, time.month) && time.hour <= 23;
}

// Minutes and seconds are optional, in this order; a fraction belongs to the last part given.
bool take_clock(std::string_view& text, Time& time) {
  time.fraction_of = 3600;
  if (starts_with_digit(text)) {
    const auto minute = take_digits(text, 2);
    if (!minute || *minute > 59) return false;
    time.minute = *minute;
    time.fraction_of = 60;
  }
  if (starts_with_digit(text)) {
    const auto second = take_digits(text, 2);
    if (!second || *second > 60) return false;
    time.second = *second;
    time.fraction_of = 1;
  }
  return true;
}

bool take_fraction(std::string_view& text, Time& time) {
  if (!text.starts_with('.') && !text.starts_with(',')) return true;
  text.remove_prefix(1);
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0) return false;
  time.fraction = text.substr(0, digits);
  text.remove_prefix(digits);
  return true;
}

bool take_zone(std::string_view text, Time& time) {
  if (text == "Z") return true;
  const bool signed_zone = text.starts_with('+') || text.starts_with('-');
  if (!signed_zone) return false;
  const int sign = text[0] == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  const auto minutes = text.empty() ? std::optional<int>(0) : take_digits(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) return false;
  time.offset_minutes = sign * (*hours * 60 + *minutes);
  return true;
}

void step_day(Time& time, int step) {
  time.day += step;
  if (time.day == 0) {
    time.month = time.month == 1 ? 12 : time.month - 1;
    if (time.month == 12) --time.year;
    time.day = days_in(time.year, time.month);
  } else if (time.day > days_in(time.year, time.month)) {
    time.day = 1;
    time.month = time.month == 12 ? 1 : time.month + 1;
    if (time.month == 1) ++time.year;
  }
}

bool to_utc(Time& time) {
  int minutes = time.hour * 60 + time.minute - time.offset_minutes;
  if (minutes < 0) {
    minutes += 24 * 60;
    step_day(time, -1);
  } else if (minutes >= 24 * 60) {
    minutes -= 24 * 60;
    step_day(time, 1);
  }
  time.hour = minutes / 60;
  time.minute = minutes % 60;
  return time.year >= 0 && time.year <= 9999;
}

// A fraction of an hour or a minute, turned into minutes, seconds and a fraction of a second.
// Digits beyond the ninth are below a nanosecond of the unit and are cut there.
void spread_fraction(Time& time, std::string& rest) {
  rest.assign(time.fraction);
  if (time.fraction_of != 1) {
    std::uint64_t parts = 0;
    for (std::size_t i = 0; i < 9; ++i)
      parts = parts * 10 + static_cast<std::uint64_t>(i < rest.size() ? rest[i] - '0' : 0);
    const std::uint64_t nanoseconds = parts * static_cast<std::uint64_t>(time.fraction_of);
    const auto seconds = static_cast<int>(nanoseconds / 1'000'000'000U);
    time.minute += seconds / 60;
    time.second += seconds % 60;
    const std::string digits = std::to_string(nanoseconds % 1'000'000'000U);
    rest.assign(9 - digits.size(), '0').append(digits);
  }
  while (rest.ends_with('0')) rest.pop_back();
}

void append_digits(std::string& out, int value, int width) {
  for (int scale = width == 4 ? 1000 : 10; scale != 0; scale /= 10)
    out.push_back(static_cast<char>('0' + value / scale % 10));
}

}  // namespace

bool canonical_integer(std::string_view value, std::string& out) {
  const bool negative = value.starts_with('-');
  const std::string_view digits = value.substr(negative ? 1 : 0);
  if (!all_digits(digits)) return false;
  const bool padded = digits[0] == '0' && (digits.size() > 1 || negative);
  if (padded) return false;
  out.assign(value);
  return true;
}

int compare_integers(std::string_view a, std::string_view b) noexcept {
  const bool a_negative = a.starts_with('-');
  const bool b_negative = b.starts_with('-');
  if (a_negative != b_negative) return a_negative ? -1 : 1;
  const int sign = a_negative ? -1 : 1;
  if (a.size() != b.size()) return a.size() < b.size() ? -sign : sign;
  return sign * a.compare(b);
}

// RFC 4517 wants upper case; lower case is common in the field and cannot mean anything else.
bool canonical_boolean(std::string_view value, std::string& out) {
  const bool yes = equal_ascii_case(value, "TRUE");
  if (!yes && !equal_ascii_case(value, "FALSE")) return false;
  out.assign(yes ? "TRUE" : "FALSE");
  return true;
}

bool canonical_bit_string(std::string_view value, std::string& out) {
  const bool framed = value.size() >= 3 && value.starts_with('\'') && value.ends_with("'B");
  if (!framed) return false;
  const std::string_view bits = value.substr(1, value.size() - 3);
  if (bits.find_first_not_of("01") != std::string_view::npos) return false;
  out.assign(value);
  return true;
}

bool canonical_uuid(std::string_view value, std::string& out) {
  if (value.size() != 36) return false;
  out.clear();
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? value[i] != '-' : hex_value(value[i]) < 0) return false;
    out.push_back(ascii_lower(value[i]));
  }
  return true;
}

bool canonical_time(std::string_view value, std::string& out) {
  Time time;
  if (!take_date(value, time) || !take_clock(value, time) || !take_fraction(value, time) ||
      !take_zone(value, time))
    return false;
  std::string fraction;
  spread_fraction(time, fraction);
  if (!to_utc(time)) return false;
  out.clear();
  append_digits(out, time.year, 4);
  for (const int part : {time.month, time.day, time.hour, time.minute, time.second})
    append_digits(out, part, 2);
  if (!fraction.empty()) out.append(".").append(fraction);
  return true;
}

}  // namespace postern::ldap
