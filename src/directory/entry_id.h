#pragma once
// EntryId: how the read model numbers users and groups: 32 bits, all users before all groups, so
// that one ascending walk gives users then groups. Ids are stable: they are the Store's own keys.

#include <cstdint>

#include "core/ids.h"

namespace postern::directory {

using EntryId = std::uint32_t;

inline constexpr EntryId kGroupBit = 0x80000000U;
inline constexpr EntryId kLastUser = kGroupBit - 1;
inline constexpr EntryId kLastEntry = 0xffffffffU;

// Keys beyond 31 bits have no place here; 0 is no entry.
constexpr EntryId user_entry(core::UserId pk) noexcept {
  return pk > 0 && pk <= static_cast<core::UserId>(kLastUser) ? static_cast<EntryId>(pk) : 0;
}
constexpr EntryId group_entry(core::GroupNumber num) noexcept {
  return num > 0 && num <= static_cast<core::GroupNumber>(kLastUser)
             ? static_cast<EntryId>(num) | kGroupBit
             : 0;
}
constexpr bool is_group(EntryId id) noexcept { return (id & kGroupBit) != 0; }
constexpr std::int64_t number_of(EntryId id) noexcept { return id & ~kGroupBit; }

}  // namespace postern::directory
