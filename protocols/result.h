#pragma once
// Result<T>: what a codec returns - a value, or a DecodeError. Codecs never throw on input.
//
// A DecodeError carries one constant sentence and the offset of the octet that offended, nothing of
// the input itself, so that it can be logged without leaking a credential.

#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

namespace postern {

struct DecodeError {
  std::string_view what;   // constant text, static storage
  std::size_t offset = 0;  // octets from the start of the decoded unit
  bool operator==(const DecodeError&) const = default;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(DecodeError error) : state_(std::in_place_index<1>, error) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  // REQUIRES: ok()
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }

  // REQUIRES: !ok()
  const DecodeError& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, DecodeError> state_;
};

}  // namespace postern
