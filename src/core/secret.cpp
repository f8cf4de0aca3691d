#include "core/secret.h"

#include <sodium.h>

#include <cstring>
#include <utility>

namespace postern::core {

Secret::Secret(std::string_view text) : size_(text.size()) {
  if (size_ == 0) return;
  data_ = new char[size_];
  std::memcpy(data_, text.data(), size_);
}

Secret::Secret(const Secret& other) : Secret(other.reveal()) {}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) *this = Secret(other.reveal());
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

Secret::~Secret() { wipe(); }

bool Secret::equal(std::string_view other) const noexcept {
  return constant_time_equal(reveal(), other);
}

void Secret::wipe() noexcept {
  if (data_ == nullptr) return;
  sodium_memzero(data_, size_);
  delete[] data_;
  data_ = nullptr;
  size_ = 0;
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace postern::core
