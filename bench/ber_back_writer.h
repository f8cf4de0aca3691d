// Writes BER from the last octet to the first into a fixed buffer, so that every length is known
// when its header is written and nothing is allocated or moved. Overflow sets a flag and writes
// nothing more. One writer per message; single thread. X.690 8.1, definite lengths only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace postern::bench {

class BerBackWriter {
 public:
  explicit BerBackWriter(std::span<char> buffer)
      : begin_(buffer.data()), end_(buffer.data() + buffer.size()), pos_(end_) {}

  // Octets written so far; the difference of two sizes is the length of what lies between them.
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - pos_); }
  [[nodiscard]] bool overflowed() const { return overflowed_; }
  [[nodiscard]] std::string_view octets() const { return {pos_, size()}; }

  void raw(std::string_view octets) {
    if (octets.size() > static_cast<std::size_t>(pos_ - begin_)) {
      overflowed_ = true;
      return;
    }
    pos_ -= octets.size();
    if (!octets.empty()) std::memcpy(pos_, octets.data(), octets.size());
  }

  // Puts tag and length in front of everything written since `mark` (an earlier size()).
  void wrap(std::uint8_t tag, std::size_t mark) {
    std::size_t length = size() - mark;
    if (length < 0x80) {
      octet(static_cast<std::uint8_t>(length));
    } else {
      std::uint8_t count = 0;
      for (; length != 0; length >>= 8, ++count) octet(static_cast<std::uint8_t>(length & 0xff));
      octet(static_cast<std::uint8_t>(0x80 | count));
    }
    octet(tag);
  }

  void string(std::uint8_t tag, std::string_view value) {
    const std::size_t mark = size();
    raw(value);
    wrap(tag, mark);
  }

  // A non-negative INTEGER or ENUMERATED in its shortest form.
  void number(std::uint8_t tag, std::uint32_t value) {
    const std::size_t mark = size();
    std::uint8_t last = 0;
    do {
      last = static_cast<std::uint8_t>(value & 0xff);
      octet(last);
      value >>= 8;
    } while (value != 0);
    if ((last & 0x80) != 0) octet(0);
    wrap(tag, mark);
  }

 private:
  void octet(std::uint8_t value) {
    const char c = static_cast<char>(value);
    raw({&c, 1});
  }

  char* begin_;
  char* end_;
  char* pos_;
  bool overflowed_ = false;
};

}  // namespace postern::bench
