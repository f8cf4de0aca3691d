#pragma once
// NameTable: names and OIDs in any case -> a small number, by open addressing; lookups do not
// allocate. Filled once, then read-only. Internal to protocols/ldap.

#include <cstdint>
#include <string_view>
#include <vector>

#include "protocols/ldap/string_prep.h"

namespace postern::ldap {

class NameTable {
 public:
  static constexpr std::uint16_t kAbsent = 0xffff;

  // REQUIRES: at most half as many names as slots (a power of two); names outlive the table.
  explicit NameTable(std::size_t slots) : slots_(slots), mask_(slots - 1) {}

  void add(std::string_view name, std::uint16_t value) {
    std::size_t at = hash(name) & mask_;
    while (slots_[at].value != kAbsent) at = (at + 1) & mask_;
    slots_[at] = {name, value};
  }

  std::uint16_t find(std::string_view name) const noexcept {
    for (std::size_t at = hash(name) & mask_; slots_[at].value != kAbsent; at = (at + 1) & mask_) {
      if (equal_ascii_case(slots_[at].name, name)) return slots_[at].value;
    }
    return kAbsent;
  }

 private:
  struct Slot {
    std::string_view name;
    std::uint16_t value = kAbsent;
  };

  static std::size_t hash(std::string_view name) noexcept {  // FNV-1a over lower case
    std::uint64_t state = 0xcbf29ce484222325U;
    for (const char c : name)
      state = (state ^ static_cast<unsigned char>(ascii_lower(c))) * 0x100000001b3U;
    return static_cast<std::size_t>(state ^ (state >> 32U));
  }

  std::vector<Slot> slots_;
  std::size_t mask_;
};

}  // namespace postern::ldap
