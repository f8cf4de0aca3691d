#pragma once
// Outcome<T>: the answer of an operation that a person asked for: a value, or an Error that says
// what is wrong and what is allowed. Never carries a secret. Decisions about logins are variants
// instead (core/login.h); codecs have their own Result.

#include <string>
#include <utility>
#include <variant>

namespace postern::core {

struct Error {
  enum class Kind { invalid, not_found, conflict, forbidden, unavailable } kind = Kind::invalid;
  std::string field;    // the attribute at fault, "" = the whole object
  std::string message;  // one sentence: what is wrong, what is allowed
};

// A field of the input that cannot be taken.
inline Error invalid_field(std::string field, std::string message) {
  return {Error::Kind::invalid, std::move(field), std::move(message)};
}

struct Done {};

template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace postern::core
