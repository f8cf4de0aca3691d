#pragma once
// Persistent search: its request control and the notification that goes with each changed entry.
// Source: draft-ietf-ldapext-psearch-03. Any thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/ldap/control_value.h"

namespace postern::ldap {

enum class ChangeType : std::uint8_t { add = 1, remove = 2, modify = 4, rename = 8 };

struct PersistentSearch {
  std::uint8_t change_types = 0;  // ChangeType bits, at least one, none unknown
  bool changes_only = false;      // FALSE: the entries that match now come first
  bool return_notifications = false;
  bool wants(ChangeType type) const noexcept {
    return (change_types & static_cast<std::uint8_t>(type)) != 0;
  }
};
Result<PersistentSearch> decode_persistent_search(ControlValue value);

struct EntryChange {
  ChangeType type{};
  std::optional<std::string_view> previous_dn;  // only with rename
  std::optional<std::int64_t> change_number;
};
void append_entry_change(Octets& controls, const EntryChange& change);

}  // namespace postern::ldap
