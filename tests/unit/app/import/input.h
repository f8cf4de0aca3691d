#pragma once
// Input: text behind a file descriptor, as an import reads it. Also a Random without randomness.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "core/ports/random.h"

namespace postern::app::testing {

class Input {
 public:
  explicit Input(std::string_view text) : fd_(::memfd_create("input", MFD_CLOEXEC)) {
    while (!text.empty()) {
      const ssize_t size = ::write(fd_, text.data(), text.size());
      if (size <= 0) std::abort();
      text.remove_prefix(static_cast<std::size_t>(size));
    }
    ::lseek(fd_, 0, SEEK_SET);
  }
  ~Input() { ::close(fd_); }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

class CountingRandom : public core::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out) octet = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

}  // namespace postern::app::testing
