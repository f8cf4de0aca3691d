#pragma once
// LineSource: lines of a file of any size in bounded memory, with their numbers and the octets read
// so far. CR LF and LF end a line. A line longer than `limit` is cut and marked. Thread: one.
// Errors: a failed read ends the file; failed() tells.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace postern::app {

inline constexpr std::size_t kMaxLine = 4 * 1024 * 1024;

class LineSource {
 public:
  explicit LineSource(int fd) : fd_(fd), buffer_(64 * 1024) {}

  // False at the end of the file. `cut` = the line was too long and its rest is lost.
  bool next(std::string& line, bool& cut);

  std::uint64_t line_number() const noexcept { return line_number_; }  // of the last line, from 1
  std::uint64_t octets() const noexcept { return octets_; }
  bool failed() const noexcept { return failed_; }

 private:
  bool fill();
  int fd_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, end_ = 0;
  std::uint64_t line_number_ = 0, octets_ = 0;
  bool failed_ = false;
};

}  // namespace postern::app
