#include "core/model/time_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace postern::core {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// Milliseconds of ".123456"; moves `at` behind it.
std::optional<int> fraction(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return 0;
  int value = 0;
  int scale = 100;
  std::size_t seen = 0;
  for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++seen) {
    value += (text[at] - '0') * scale;
    scale /= 10;
  }
  if (seen == 0) return std::nullopt;
  return value;
}

// Offset from UTC in minutes: "Z", "+02:00", "-0330"; must end the text.
std::optional<int> offset_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 && text.size() != 5) return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  if (text.size() == 6 && text[3] != ':') return std::nullopt;
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, text.size() - 2, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int total = *hours * 60 + *minutes;
  return text[0] == '-' ? -total : total;
}

}  // namespace

std::string compact_time_text(WallMs when) {
  const std::time_t seconds = static_cast<std::time_t>(when / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return {text.data(), size};
}

std::string time_text(WallMs when) {
  using namespace std::chrono;
  const sys_time<milliseconds> point{milliseconds{when}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss<milliseconds> clock{point - day};
  std::array<char, 40> out{};
  const int size = std::snprintf(
      out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03d000Z",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {out.data(), static_cast<std::size_t>(size)};
}

std::optional<WallMs> parse_time(std::string_view text) {
  using namespace std::chrono;
  const auto year_number = digits(text, 0, 4);
  const auto month_number = digits(text, 5, 2);
  const auto day_number = digits(text, 8, 2);
  const auto hours = digits(text, 11, 2);
  const auto minutes = digits(text, 14, 2);
  const auto seconds = digits(text, 17, 2);
  if (!year_number || !month_number || !day_number || !hours || !minutes || !seconds) {
    return std::nullopt;
  }
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                            day{static_cast<unsigned>(*day_number)}};
  if (!date.ok() || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  std::size_t at = 19;
  const auto millis = fraction(text, at);
  if (!millis) return std::nullopt;
  const auto offset = offset_minutes(text.substr(at));
  if (!offset) return std::nullopt;
  const WallMs day_ms = duration_cast<milliseconds>(sys_days{date}.time_since_epoch()).count();
  return day_ms + ((*hours * 60 + *minutes - *offset) * 60LL + *seconds) * 1000 + *millis;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  static constexpr std::array<Unit, 6> kUnits{{{"weeks", 604'800'000},
                                               {"days", 86'400'000},
                                               {"hours", 3'600'000},
                                               {"minutes", 60'000},
                                               {"seconds", 1000},
                                               {"milliseconds", 1}}};
  constexpr std::int64_t kMost = 1'000'000'000;  // of any unit: keeps the sum in range
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(part.size() == text.size() ? part.size() : part.size() + 1);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view number = part.substr(equals + 1);
    std::int64_t amount = 0;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), amount);
    if (parsed.ec != std::errc{} || parsed.ptr != number.data() + number.size())
      return std::nullopt;
    if (amount < 0 || amount > kMost) return std::nullopt;
    std::int64_t factor = 0;
    for (const Unit& unit : kUnits) {
      if (unit.name == part.substr(0, equals)) factor = unit.ms;
    }
    if (factor == 0) return std::nullopt;
    total += amount * factor;
  }
  return total;
}

}  // namespace postern::core
