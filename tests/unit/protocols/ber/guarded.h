#pragma once
// Octets that end `spare` octets before a page that cannot be touched, in memory that cannot be
// written: reading too far or writing at all ends the test by a signal.

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "protocols/ber/tag.h"

namespace postern::test {

class Guarded {
 public:
  Guarded(ber::OctetPiece octets, std::size_t spare) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t pages = (octets.size() + spare + page - 1) / page + 1;
    size_ = pages * page;
    void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("mmap");
    memory_ = static_cast<std::uint8_t*>(memory);
    std::uint8_t* start = memory_ + size_ - page - spare - octets.size();
    if (!octets.empty()) std::memcpy(start, octets.data(), octets.size());
    piece_ = {start, octets.size()};
    if (mprotect(memory_, size_ - page, PROT_READ) != 0) throw std::runtime_error("mprotect");
    if (mprotect(memory_ + size_ - page, page, PROT_NONE) != 0)
      throw std::runtime_error("mprotect");
  }
  ~Guarded() { munmap(memory_, size_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  ber::OctetPiece piece() const { return piece_; }

 private:
  std::uint8_t* memory_ = nullptr;
  std::size_t size_ = 0;
  ber::OctetPiece piece_;
};

}  // namespace postern::test
