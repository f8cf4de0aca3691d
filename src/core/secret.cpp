#include "core/secret.h"

#include <sodium.h>

#include <cstring>
#include <utility>

namespace postern::core {

Secret::Secret(std::string_view text) : size_(text.size()) {
  if (size_ == 0) return;
  if (size_ > kInside) large_ = new char[size_];
  std::memcpy(large_ != nullptr ? large_ : small_.data(), text.data(), size_);
}

Secret::Secret(const Secret& other) : Secret(other.reveal()) {}

Secret::Secret(Secret&& other) noexcept { take(other); }

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) *this = Secret(other.reveal());
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  take(other);
  return *this;
}

Secret::~Secret() { wipe(); }

bool Secret::equal(std::string_view other) const noexcept {
  return constant_time_equal(reveal(), other);
}

// REQUIRES: this is empty.
void Secret::take(Secret& other) noexcept {
  large_ = std::exchange(other.large_, nullptr);
  size_ = other.size_;
  if (large_ != nullptr) {
    other.size_ = 0;
    return;
  }
  std::memcpy(small_.data(), other.small_.data(), size_);
  other.wipe();
}

void Secret::wipe() noexcept {
  sodium_memzero(large_ != nullptr ? large_ : small_.data(), size_);
  delete[] large_;
  large_ = nullptr;
  size_ = 0;
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace postern::core
