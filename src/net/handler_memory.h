#pragma once
// HandlerMemory: a fixed place for the bookkeeping of one outstanding asynchronous operation, so
// that waiting costs no allocation. SlotAllocator gives it to Asio; what does not fit, or comes
// while the place is taken, falls back to the heap. One loop's thread only.

#include <cstddef>
#include <new>

namespace postern::net {

class HandlerMemory {
 public:
  HandlerMemory() = default;
  HandlerMemory(const HandlerMemory&) = delete;
  HandlerMemory& operator=(const HandlerMemory&) = delete;

  void* take(std::size_t size) {
    if (taken_ || size > sizeof(place_)) return ::operator new(size);
    taken_ = true;
    return place_;
  }

  void give_back(void* pointer) noexcept {
    if (pointer == place_) {
      taken_ = false;
    } else {
      ::operator delete(pointer);
    }
  }

 private:
  alignas(std::max_align_t) std::byte place_[144];
  bool taken_ = false;
};

template <typename T>
class SlotAllocator {
 public:
  using value_type = T;

  explicit SlotAllocator(HandlerMemory& memory) noexcept : memory_(&memory) {}
  template <typename U>
  SlotAllocator(const SlotAllocator<U>& other) noexcept : memory_(&other.memory()) {}

  T* allocate(std::size_t count) { return static_cast<T*>(memory_->take(count * sizeof(T))); }
  void deallocate(T* pointer, std::size_t) noexcept { memory_->give_back(pointer); }

  HandlerMemory& memory() const noexcept { return *memory_; }
  template <typename U>
  bool operator==(const SlotAllocator<U>& other) const noexcept {
    return memory_ == &other.memory();
  }

 private:
  HandlerMemory* memory_;
};

}  // namespace postern::net
