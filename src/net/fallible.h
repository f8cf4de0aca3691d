#pragma once
// Fallible<T>: a value, or a Fault: one clear sentence for the operator about what the environment
// refused (a file, a port, a certificate). It names the file or address, never a key's content.

#include <string>
#include <utility>
#include <variant>

namespace postern::net {

struct Fault {
  std::string text;
};

struct Nothing {};

template <typename T>
class [[nodiscard]] Fallible {
 public:
  Fallible(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Fallible(Fault fault) : state_(std::in_place_index<1>, std::move(fault)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  // REQUIRES: ok()
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  // REQUIRES: !ok()
  const Fault& fault() const { return std::get<1>(state_); }

 private:
  std::variant<T, Fault> state_;
};

}  // namespace postern::net
