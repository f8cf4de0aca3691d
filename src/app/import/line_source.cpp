#include "app/import/line_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace postern::app {

bool LineSource::fill() {
  for (;;) {
    const ssize_t size = ::read(fd_, buffer_.data(), buffer_.size());
    if (size < 0 && errno == EINTR) continue;
    failed_ = size < 0;
    at_ = 0;
    end_ = size > 0 ? static_cast<std::size_t>(size) : 0;
    octets_ += end_;
    return end_ > 0;
  }
}

bool LineSource::next(std::string& line, bool& cut) {
  line.clear();
  cut = false;
  bool any = false;
  for (;;) {
    if (at_ == end_ && !fill()) break;
    any = true;
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto newline = std::find(begin, end, '\n');
    const auto room = static_cast<std::ptrdiff_t>(kMaxLine - line.size());
    cut = cut || newline - begin > room;
    line.append(begin, begin + std::min(newline - begin, room));
    at_ = static_cast<std::size_t>(newline - buffer_.begin());
    if (newline == end) continue;
    ++at_;
    break;
  }
  if (!any) return false;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  ++line_number_;
  return true;
}

}  // namespace postern::app
