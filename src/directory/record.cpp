#include "directory/record.h"

#include <cstddef>
#include <cstring>

#include "protocols/ber/writer.h"

namespace postern::directory {
namespace {

// Header of an element that this program has written: tag, then a definite length.
struct ElementHead {
  std::size_t head = 2;
  std::size_t contents = 0;
};

ElementHead read_head(const char* at) noexcept {
  const auto first = static_cast<std::uint8_t>(at[1]);
  if (first < 0x80U) return {2, first};
  const std::size_t octets = first & 0x7fU;
  std::size_t size = 0;
  for (std::size_t i = 0; i < octets; ++i) size = size << 8U | static_cast<std::uint8_t>(at[2 + i]);
  return {2 + octets, size};
}

void append_head(std::string& out, ber::Tag tag, std::size_t contents) {
  std::uint8_t head[16];
  const std::uint8_t* end = ber::put_header(head, tag, contents);
  out.append(reinterpret_cast<const char*>(head), static_cast<std::size_t>(end - head));
}

}  // namespace

bool ValueWalk::next(std::string_view& value) noexcept {
  if (at_ >= end_) return false;
  const ElementHead head = read_head(at_);
  value = {at_ + head.head, head.contents};
  at_ += head.head + head.contents;
  return true;
}

RecordView::RecordView(std::string_view octets) noexcept : octets_(octets) {
  std::memcpy(&header_, octets.data(), sizeof header_);
}

bool same_state(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t kFrom = offsetof(RecordHeader, usn_high);
  constexpr std::size_t kTo = offsetof(RecordHeader, created);
  return a.substr(0, kFrom) == b.substr(0, kFrom) && a.substr(kTo) == b.substr(kTo);
}

void stamp_usn(std::string& record, std::uint64_t usn) noexcept {
  RecordHeader header;
  std::memcpy(&header, record.data(), sizeof header);
  header.set_usn(usn);
  std::memcpy(record.data(), &header, sizeof header);
}

std::string_view RecordView::rdn() const noexcept {
  return octets_.substr(sizeof(RecordHeader) + header_.slots * sizeof(PackedSlot),
                        header_.rdn_size);
}

std::string_view RecordView::name() const noexcept {
  return octets_.substr(
      sizeof(RecordHeader) + header_.slots * sizeof(PackedSlot) + header_.rdn_size,
      header_.name_size);
}

std::string_view RecordView::user_attributes() const noexcept {
  const std::size_t begin = sizeof(RecordHeader) + header_.slots * sizeof(PackedSlot) +
                            header_.rdn_size + header_.name_size;
  if (header_.user_slots == header_.slots) return octets_.substr(begin);
  PackedSlot behind;
  std::memcpy(&behind, packed(header_.user_slots), sizeof behind);
  return octets_.substr(begin, behind.offset - begin);
}

Slot RecordView::slot(std::size_t index) const noexcept {
  PackedSlot own;
  std::memcpy(&own, packed(index), sizeof own);
  std::uint32_t end = static_cast<std::uint32_t>(octets_.size());
  if (index + 1U < header_.slots) {
    PackedSlot next;
    std::memcpy(&next, packed(index + 1), sizeof next);
    end = next.offset;
  }
  return {.attribute = own.attribute,
          .offset = own.offset,
          .size = end - own.offset,
          .first = own.offset + own.first};
}

bool RecordView::find(AttributeId attribute, Slot& out) const noexcept {
  for (std::size_t i = 0; i < header_.slots; ++i) {
    AttributeId id = 0;
    std::memcpy(&id, packed(i), sizeof id);
    if (id != attribute) continue;
    out = slot(i);
    return true;
  }
  return false;
}

ValueWalk RecordView::values(const Slot& slot) const noexcept {
  return {octets_.data() + slot.first, octets_.data() + slot.offset + slot.size};
}

std::string_view RecordView::type_name(const Slot& slot) const noexcept {
  const char* at = octets_.data() + slot.offset;
  at += read_head(at).head;  // into the SEQUENCE
  const ElementHead type = read_head(at);
  return {at + type.head, type.contents};
}

std::string_view RecordView::first_value(AttributeId attribute) const noexcept {
  Slot found;
  std::string_view value;
  if (find(attribute, found)) values(found).next(value);
  return value;
}

std::size_t RecordView::id_count(AttributeId list) const noexcept {
  Slot found;
  return find(list, found) ? found.size / sizeof(EntryId) : 0;
}

EntryId RecordView::id_at(const Slot& slot, std::size_t index) const noexcept {
  EntryId id = 0;
  std::memcpy(&id, octets_.data() + slot.offset + index * sizeof id, sizeof id);
  return id;
}

bool RecordView::has_id(AttributeId list, EntryId id) const noexcept {
  Slot found;
  if (!find(list, found)) return false;
  std::size_t low = 0, high = found.size / sizeof(EntryId);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const EntryId at = id_at(found, middle);
    if (at == id) return true;
    if (at < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

void RecordBuilder::begin(EntryKind kind, std::string_view name, std::string_view rdn) {
  header_ = RecordHeader{.kind = kind,
                         .rdn_size = static_cast<std::uint16_t>(rdn.size()),
                         .name_size = static_cast<std::uint16_t>(name.size())};
  slots_.clear();
  data_.clear();
  name_.assign(name);
  rdn_.assign(rdn);
}

void RecordBuilder::push_slot(AttributeId attribute, std::size_t size, std::size_t first) {
  slots_.push_back({.attribute = attribute,
                    .offset = static_cast<std::uint32_t>(data_.size() - size),
                    .size = static_cast<std::uint32_t>(size),
                    .first = static_cast<std::uint32_t>(first)});
  const bool list = attribute == kDirectGroups || attribute == kNestedGroups;
  if (list || header_.user_slots + 1U != slots_.size() || info_of(attribute).operational) return;
  ++header_.user_slots;
}

void RecordBuilder::add(AttributeId attribute, std::string_view type,
                        std::span<const std::string_view> values) {
  const std::size_t start = data_.size();
  std::size_t set = 0;
  for (const std::string_view value : values) set += ber::element_size(value.size());
  append_head(data_, ber::kSequence, ber::element_size(type.size()) + ber::element_size(set));
  append_head(data_, ber::kOctetString, type.size());
  data_.append(type);
  append_head(data_, ber::kSet, set);
  const std::size_t first = data_.size();
  for (const std::string_view value : values) {
    append_head(data_, ber::kOctetString, value.size());
    data_.append(value);
  }
  push_slot(attribute, data_.size() - start, first);
}

void RecordBuilder::add_ids(AttributeId list, std::span<const EntryId> ids) {
  if (ids.empty()) return;
  data_.append(reinterpret_cast<const char*>(ids.data()), ids.size_bytes());
  push_slot(list, ids.size_bytes(), data_.size() - ids.size_bytes());
}

void RecordBuilder::add_copy(const RecordView& from, AttributeId attribute) {
  Slot found;
  if (!from.find(attribute, found)) return;
  const std::size_t start = data_.size();
  data_.append(from.element(found));
  push_slot(attribute, found.size, start + (found.first - found.offset));
}

std::string_view RecordBuilder::finish() {
  header_.slots = static_cast<std::uint16_t>(slots_.size());
  const std::size_t shift =
      sizeof(RecordHeader) + slots_.size() * sizeof(PackedSlot) + rdn_.size() + name_.size();
  record_.assign(reinterpret_cast<const char*>(&header_), sizeof header_);
  for (const Slot& slot : slots_) {
    const PackedSlot packed{.attribute = slot.attribute,
                            .first = static_cast<std::uint16_t>(slot.first - slot.offset),
                            .offset = static_cast<std::uint32_t>(slot.offset + shift)};
    record_.append(reinterpret_cast<const char*>(&packed), sizeof packed);
  }
  record_.append(rdn_).append(name_).append(data_);
  return record_;
}

}  // namespace postern::directory
