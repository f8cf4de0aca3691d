#pragma once
// Record: one entry as it lies in the read model. A header, a slot table, the RDN and name, then
// the attributes pre-encoded as PartialAttribute elements, so that sending is copying: user
// attributes first and together, operational ones behind. Groups that the entry is in are lists of
// entry ids, which are rendered as DNs when sent, so that a rename touches one record.
//
//   Header | PackedSlot[slots] | rdn | name | user attributes | id lists | operational attributes
//
// A record is independent of the base DN. Numbers are in host order: the file never leaves the
// node. RecordView is a view into the map and as short-lived; RecordBuilder keeps its buffers.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/attributes.h"
#include "directory/entry_id.h"

namespace postern::directory {

enum class EntryKind : std::uint8_t { domain, container, user, group, virtual_group };

struct RecordHeader {
  EntryKind kind = EntryKind::user;
  std::uint8_t flags = 0;  // below
  std::uint16_t slots = 0;
  std::uint16_t user_slots = 0;  // pre-encoded user attributes: slots [0, user_slots)
  std::uint16_t rdn_size = 0;    // "cn=alice", escaped
  std::uint16_t name_size = 0;   // "alice"
  // The number of the change that brought the record to this state, 0 = the build did. Two parts,
  // so that the header has no gap; they are no part of what an entry says (same_state()).
  std::uint16_t usn_high = 0;
  std::uint32_t usn_low = 0;
  // Seconds since 1970, 0 = unknown or never. Written out when they are asked for.
  std::uint32_t created = 0;
  std::uint32_t updated = 0;
  std::uint32_t password_changed = 0;
  std::uint32_t not_after = 0;

  static constexpr std::uint8_t kSuperuser = 1;  // the group's own flag
  static constexpr std::uint8_t kInactive = 2;

  bool superuser() const noexcept { return (flags & kSuperuser) != 0; }
  bool inactive() const noexcept { return (flags & kInactive) != 0; }
  std::uint64_t usn() const noexcept { return std::uint64_t{usn_high} << 32U | usn_low; }
  void set_usn(std::uint64_t usn) noexcept {
    usn_high = static_cast<std::uint16_t>(usn >> 32U);
    usn_low = static_cast<std::uint32_t>(usn);
  }
};
static_assert(sizeof(RecordHeader) == 32, "one record lies in memory for each user and layout");

// Whether two records say the same, whenever they came to.
bool same_state(std::string_view a, std::string_view b) noexcept;
void stamp_usn(std::string& record, std::uint64_t usn) noexcept;

// Ids for the slots that hold id lists, outside the range of attributes.
inline constexpr AttributeId kDirectGroups = 0xfff0;
inline constexpr AttributeId kNestedGroups = 0xfff1;

struct Slot {
  AttributeId attribute = 0;
  std::uint32_t offset = 0;  // from the start of the record
  std::uint32_t size = 0;
  std::uint32_t first = 0;  // offset of the first value's element; end of the slot = none
};

// A slot as it is stored: slots lie in the order of their data, so a size is the way to the next
// one.
struct PackedSlot {
  AttributeId attribute = 0;
  std::uint16_t first = 0;  // from the start of the slot
  std::uint32_t offset = 0;
};

// Walks the OCTET STRING elements of a slot.
class ValueWalk {
 public:
  ValueWalk(const char* at, const char* end) noexcept : at_(at), end_(end) {}
  bool next(std::string_view& value) noexcept;

 private:
  const char* at_;
  const char* end_;
};

class RecordView {
 public:
  RecordView() = default;
  explicit RecordView(std::string_view octets) noexcept;

  const RecordHeader& header() const noexcept { return header_; }
  EntryKind kind() const noexcept { return header_.kind; }
  std::string_view rdn() const noexcept;
  std::string_view name() const noexcept;
  std::string_view user_attributes() const noexcept;

  Slot slot(std::size_t index) const noexcept;
  bool find(AttributeId attribute, Slot& out) const noexcept;
  ValueWalk values(const Slot& slot) const noexcept;
  std::string_view element(const Slot& slot) const noexcept {  // the whole PartialAttribute
    return octets_.substr(slot.offset, slot.size);
  }
  std::string_view type_name(const Slot& slot) const noexcept;
  std::string_view first_value(AttributeId attribute) const noexcept;  // "" = none

  // Groups: number and the n-th of an id list.
  std::size_t id_count(AttributeId list) const noexcept;
  EntryId id_at(const Slot& slot, std::size_t index) const noexcept;
  bool has_id(AttributeId list, EntryId id) const noexcept;

 private:
  const char* packed(std::size_t index) const noexcept {
    return octets_.data() + sizeof(RecordHeader) + index * sizeof(PackedSlot);
  }

  std::string_view octets_;
  RecordHeader header_;
};

class RecordBuilder {
 public:
  void begin(EntryKind kind, std::string_view name, std::string_view rdn);
  void stamp(std::uint32_t created, std::uint32_t updated) {
    header_.created = created;
    header_.updated = updated;
  }
  RecordHeader& header() noexcept { return header_; }  // flags and times, until finish()
  // Values must not be empty as a list. User attributes, then lists, then operational ones.
  void add(AttributeId attribute, std::string_view type, std::span<const std::string_view> values);
  void add_ids(AttributeId list, std::span<const EntryId> ids);
  // A copy of an attribute of another record.
  void add_copy(const RecordView& from, AttributeId attribute);
  // Valid until the next begin().
  std::string_view finish();

 private:
  void push_slot(AttributeId attribute, std::size_t size, std::size_t first);

  RecordHeader header_;
  std::vector<Slot> slots_;  // offsets relative to data_ until finish()
  std::string name_, rdn_, data_, record_;
};

}  // namespace postern::directory
