#pragma once
// Keys of the index table: one octet that says what kind, the attribute or group, the value.
//
//   E attr value    equality: the prepared value, whole
//   H attr prefix hash   equality of a value beyond kMaxValue octets: found here, then compared
//   P attr          the attribute is there (only where it is not in every entry)
//   T three octets  a name-like attribute holds them (no spaces)
//   M id, N id      the entry is in group `id` directly; directly or through others
//
// LMDB allows 511 octets. Keys are built into the caller's string, nothing else is allocated.

#include <string>
#include <string_view>
#include <vector>

#include "directory/attributes.h"
#include "directory/record.h"

namespace postern::directory {

inline constexpr std::size_t kMaxValue = 400;
inline constexpr std::size_t kHashedPrefix = 200;

// `value` is prepared by the attribute's equality rule. Gives whether the key holds it whole.
bool equality_key(AttributeId attribute, std::string_view value, std::string& out);
// The front of all equality keys that start with `prefix` (whole values, then hashed ones).
void whole_prefix_key(AttributeId attribute, std::string_view prefix, std::string& out);
void hashed_prefix_key(AttributeId attribute, std::string_view prefix, std::string& out);
void presence_key(AttributeId attribute, std::string& out);
void trigram_key(std::string_view three, std::string& out);
enum class Membership : char { direct = 'M', nested = 'N' };
void membership_key(Membership kind, EntryId group, std::string& out);

// A three-octet window that the index holds: no space in it.
bool is_trigram(std::string_view window) noexcept;

// All keys of a record, ascending, each once.
void collect_keys(const RecordView& record, std::vector<std::string>& out);

}  // namespace postern::directory
