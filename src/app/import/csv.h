#pragma once
// CSV with a header line: comma-separated, quotes doubled inside quotes, a quoted value may span
// lines. Bounded as LineSource; 1,000 columns at most. Source: RFC 4180. Thread: one.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/import/line_source.h"

namespace postern::app {

class CsvReader {
 public:
  explicit CsvReader(int fd) : source_(fd) {}

  enum class Next { row, fault, end };
  Next next(std::vector<std::string>& cells);
  std::string_view fault() const noexcept { return fault_; }
  std::uint64_t line() const noexcept { return line_; }  // where the last row began
  const LineSource& source() const noexcept { return source_; }

 private:
  LineSource source_;
  std::uint64_t line_ = 0;
  std::string_view fault_;
};

}  // namespace postern::app
