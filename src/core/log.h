#pragma once
// Log lines for operators: a level, a constant event id ("ldap.bind.denied") and key=value pairs, over
// spdlog. Control characters in values are escaped, so no input forges a line. Secrets never come
// here: values are plain text, core::Secret does not convert. Thread-safe.

#include <initializer_list>
#include <string>
#include <string_view>

namespace postern::log {

enum class Level { trace, debug, info, warning, error };

struct Pair {
  std::string_view key;
  std::string value;
  Pair(std::string_view k, std::string_view v) : key(k), value(v) {}
  Pair(std::string_view k, const char* v) : key(k), value(v) {}
  Pair(std::string_view k, const std::string& v) : key(k), value(v) {}
  Pair(std::string_view k, std::int64_t v) : key(k), value(std::to_string(v)) {}
};

enum class Format { text, json };

// Lines go to stderr (the journal). Called once by main, again at reload.
void configure(Level level, Format format);
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
