#pragma once
// Secret: text that must not be seen. It zeroes its memory when it dies or is moved from, has no
// stream operator, no conversion, no ==; equal() compares in constant time for equal lengths. What
// people and app passwords have lies inside the object, without an allocation.
// Thread: a value; no sharing.

#include <array>
#include <cstddef>
#include <string_view>

namespace postern::core {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  Secret(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  // For handing to a hash or a peer; never for printing.
  // The pointer is never null: C libraries forbid that even for no octets.
  std::string_view reveal() const noexcept {
    return {large_ != nullptr ? large_ : small_.data(), size_};
  }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  bool equal(std::string_view other) const noexcept;

 private:
  static constexpr std::size_t kInside = 64;

  void take(Secret& other) noexcept;
  void wipe() noexcept;

  char* large_ = nullptr;  // holds the text if it is longer than kInside
  std::size_t size_ = 0;
  std::array<char, kInside> small_;  // only the first size_ octets are ever set
};

bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace postern::core
