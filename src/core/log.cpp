#include "core/log.h"

#include <utf8proc.h>

#include <array>
#include <atomic>
#include <charconv>
#include <string>

#include "core/log_writer.h"
#include "core/model/time_text.h"
#include "core/time.h"

namespace postern::log {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

std::atomic<Level> lowest{Level::info};
std::atomic<Format> shape{Format::text};

LogWriter& writer() {
  static LogWriter instance;
  return instance;
}

std::string_view name(Level level) {
  switch (level) {
    case Level::trace:
      return "trace";
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "info";
}

// "2026-01-31T12:00:00.123Z"; the text of a second is made once in it.
void append_timestamp(std::string& line) {
  thread_local std::int64_t second = -1;
  thread_local std::string text;
  const std::int64_t ms = core::coarse_wall();
  if (ms / 1000 != second) {
    second = ms / 1000;
    text = core::time_text(second * 1000).substr(0, 20);  // up to the point
  }
  line += text;
  const auto part = static_cast<unsigned>(ms % 1000);
  line += static_cast<char>('0' + part / 100);
  line += static_cast<char>('0' + part / 10 % 10);
  line += static_cast<char>('0' + part % 10);
  line += 'Z';
}

void append_number(std::string& line, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  line.append(digits.data(), end.ptr);
}

bool is_plain(std::string_view value) {
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7f) {
      if (static_cast<unsigned char>(c) < 0x80) return false;
    }
  }
  return !value.empty();
}

// In quotes; control characters and octets that are no UTF-8 become `control` and two hex digits.
void append_escaped(std::string& line, std::string_view value, std::string_view control) {
  line += '"';
  while (!value.empty()) {
    utf8proc_int32_t point = -1;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(value.data()),
                                       static_cast<utf8proc_ssize_t>(value.size()), &point);
    const std::size_t taken = size > 0 ? static_cast<std::size_t>(size) : 1;
    if (size <= 0 || point < ' ' || point == 0x7f) {
      const auto octet = static_cast<unsigned char>(value.front());
      line += control;
      line += kHex[octet >> 4U];
      line += kHex[octet & 15U];
    } else {
      if (point == '"' || point == '\\') line += '\\';
      line.append(value.substr(0, taken));
    }
    value.remove_prefix(taken);
  }
  line += '"';
}

void append_text(std::string& line, Level level, std::string_view event,
                 std::initializer_list<Pair> pairs) {
  append_timestamp(line);
  line.append(1, ' ').append(name(level)).append(1, ' ').append(event);
  for (const Pair& pair : pairs) {
    line.append(1, ' ').append(pair.key).append(1, '=');
    if (pair.is_number) {
      append_number(line, pair.number);
    } else if (is_plain(pair.text)) {
      line += pair.text;
    } else {
      append_escaped(line, pair.text, "\\x");
    }
  }
}

void append_json(std::string& line, Level level, std::string_view event,
                 std::initializer_list<Pair> pairs) {
  line += "{\"time\":\"";
  append_timestamp(line);
  line.append("\",\"level\":\"").append(name(level)).append("\",\"event\":\"").append(event);
  line += '"';
  for (const Pair& pair : pairs) {
    line.append(",\"").append(pair.key).append("\":");
    if (pair.is_number) {
      append_number(line, pair.number);
    } else {
      append_escaped(line, pair.text, "\\u00");
    }
  }
  line += '}';
}

}  // namespace

void configure(Level level, Format format) {
  lowest.store(level);
  shape.store(format);
}

void start_writer() { writer().start(); }

void stop_writer() { writer().stop(); }

bool enabled(Level level) noexcept { return level >= lowest.load(std::memory_order_relaxed); }

void write(Level level, std::string_view event, std::initializer_list<Pair> pairs) {
  if (!enabled(level)) return;
  thread_local std::string line;  // keeps its capacity
  line.clear();
  if (shape.load(std::memory_order_relaxed) == Format::json) {
    append_json(line, level, event, pairs);
  } else {
    append_text(line, level, event, pairs);
  }
  line += '\n';
  writer().add(line, level >= Level::warning);
}

}  // namespace postern::log
