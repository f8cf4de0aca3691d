#include "core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <memory>

#include "core/model/time_text.h"

namespace postern::log {
namespace {

std::atomic<Level> lowest{Level::info};
std::atomic<Format> shape{Format::text};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>(
        "postern", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_level(spdlog::level::trace);
    made->set_pattern("%v");
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum spd(Level level) {
  switch (level) {
    case Level::trace: return spdlog::level::trace;
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view name(Level level) {
  switch (level) {
    case Level::trace: return "trace";
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "info";
}

std::string timestamp() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return core::time_text(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// One token: bare when plain, else quoted with control characters, quotes and backslashes escaped.
void append_value(std::string& line, std::string_view value) {
  bool plain = !value.empty();
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7f) plain = false;
  }
  if (plain) {
    line += value;
    return;
  }
  static constexpr std::string_view kHex = "0123456789abcdef";
  line += '"';
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (octet < ' ' || octet == 0x7f) {
      line += "\\x";
      line += kHex[octet >> 4];
      line += kHex[octet & 15];
    } else {
      line += c;
    }
  }
  line += '"';
}

std::string text_line(Level level, std::string_view event, std::initializer_list<Pair> pairs) {
  std::string line = timestamp();
  line += ' ';
  line += name(level);
  line += ' ';
  line += event;
  for (const Pair& pair : pairs) {
    line += ' ';
    line += pair.key;
    line += '=';
    append_value(line, pair.value);
  }
  return line;
}

std::string json_line(Level level, std::string_view event, std::initializer_list<Pair> pairs) {
  boost::json::object object;
  object["time"] = timestamp();
  object["level"] = name(level);
  object["event"] = event;
  for (const Pair& pair : pairs) object[pair.key] = pair.value;
  return boost::json::serialize(object);
}

}  // namespace

void configure(Level level, Format format) {
  lowest.store(level);
  shape.store(format);
}

bool enabled(Level level) noexcept { return level >= lowest.load(std::memory_order_relaxed); }

void write(Level level, std::string_view event, std::initializer_list<Pair> pairs) {
  if (!enabled(level)) return;
  const bool json = shape.load(std::memory_order_relaxed) == Format::json;
  const std::string line = json ? json_line(level, event, pairs) : text_line(level, event, pairs);
  logger().log(spd(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace postern::log
