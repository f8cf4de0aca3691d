#pragma once
// Log lines for operators: a level, a constant event id ("ldap.bind.denied") and key=value pairs.
// Control characters in values are escaped, so no input forges a line. Secrets never come here:
// values are plain text, core::Secret does not convert.
//
// Lines go to stderr (the journal) through a thread of their own, so that a caller pays for the
// text alone: at most 100 ms late, errors and warnings at once, in order. When 4 MiB wait, lines
// are dropped and counted in one that follows. Until start_writer() each line is written at once.
// Thread-safe.

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace postern::log {

enum class Level { trace, debug, info, warning, error };

// A value lives as long as the call.
struct Pair {
  std::string_view key;
  std::string_view text;
  std::int64_t number = 0;
  bool is_number = false;

  Pair(std::string_view k, std::string_view v) : key(k), text(v) {}
  Pair(std::string_view k, const char* v) : key(k), text(v) {}
  Pair(std::string_view k, std::int64_t v) : key(k), number(v), is_number(true) {}
};

enum class Format { text, json };

// Called once by main, again at reload.
void configure(Level level, Format format);
void start_writer();
void stop_writer();  // writes what waits; later lines are written at once

bool enabled(Level level) noexcept;
void write(Level level, std::string_view event, std::initializer_list<Pair> pairs);

inline void info(std::string_view event, std::initializer_list<Pair> pairs = {}) {
  write(Level::info, event, pairs);
}
inline void warning(std::string_view event, std::initializer_list<Pair> pairs = {}) {
  write(Level::warning, event, pairs);
}
inline void error(std::string_view event, std::initializer_list<Pair> pairs = {}) {
  write(Level::error, event, pairs);
}

}  // namespace postern::log
