#include "directory/index_key.h"

#include <algorithm>

#include "directory/lmdb.h"

namespace postern::directory {
namespace {

void start_key(char kind, AttributeId attribute, std::string& out) {
  out.clear();
  out += kind;
  out += static_cast<char>(attribute >> 8U);
  out += static_cast<char>(attribute & 0xffU);
}

// Spreads long values; equal hashes are told apart by comparing the values themselves.
std::uint64_t mix(std::string_view text, std::uint64_t state) noexcept {
  for (const char c : text) {
    state = (state ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
    state ^= state >> 29U;
  }
  return state;
}

void append_number(std::uint64_t number, std::string& out) {
  for (unsigned shift = 64; shift != 0; shift -= 8) out += static_cast<char>(number >> (shift - 8));
}

void add_values(const RecordView& record, const Slot& slot, std::vector<std::string>& out) {
  const ldap::Rule rule = info_of(slot.attribute).equality;
  const bool trigrams = has_trigrams(slot.attribute);
  std::string prepared, key;
  std::string_view value;
  for (ValueWalk walk = record.values(slot); walk.next(value);) {
    if (!ldap::prepare(rule, value, prepared)) continue;
    equality_key(slot.attribute, prepared, key);
    out.push_back(key);
    for (std::size_t i = 0; trigrams && i + 3 <= prepared.size(); ++i) {
      const std::string_view window = std::string_view(prepared).substr(i, 3);
      if (!is_trigram(window)) continue;
      trigram_key(window, key);
      out.push_back(key);
    }
  }
}

void add_memberships(const RecordView& record, const Slot& slot, Membership kind,
                     std::vector<std::string>& out) {
  std::string key;
  for (std::size_t i = 0; i < slot.size / sizeof(EntryId); ++i) {
    membership_key(kind, record.id_at(slot, i), key);
    out.push_back(key);
  }
}

}  // namespace

bool equality_key(AttributeId attribute, std::string_view value, std::string& out) {
  if (value.size() <= kMaxValue) {
    start_key('E', attribute, out);
    out.append(value);
    return true;
  }
  start_key('H', attribute, out);
  out.append(value.substr(0, kHashedPrefix));
  append_number(mix(value, 0xcbf29ce484222325U), out);
  append_number(mix(value, 0x9e3779b97f4a7c15U), out);
  return false;
}

void whole_prefix_key(AttributeId attribute, std::string_view prefix, std::string& out) {
  start_key('E', attribute, out);
  out.append(prefix.substr(0, kMaxValue));
}

void hashed_prefix_key(AttributeId attribute, std::string_view prefix, std::string& out) {
  start_key('H', attribute, out);
  out.append(prefix.substr(0, kHashedPrefix));
}

void presence_key(AttributeId attribute, std::string& out) { start_key('P', attribute, out); }

void trigram_key(std::string_view three, std::string& out) {
  out.assign(1, 'T');
  out.append(three);
}

void membership_key(Membership kind, EntryId group, std::string& out) {
  out.assign(1, static_cast<char>(kind));
  out.append(IdKey(group).view());
}

bool is_trigram(std::string_view window) noexcept {
  return window.size() == 3 && window.find(' ') == std::string_view::npos;
}

void collect_keys(const RecordView& record, std::vector<std::string>& out) {
  out.clear();
  std::string key;
  for (std::size_t i = 0; i < record.header().slots; ++i) {
    const Slot slot = record.slot(i);
    if (slot.attribute == kDirectGroups) {
      add_memberships(record, slot, Membership::direct, out);
    } else if (slot.attribute == kNestedGroups) {
      add_memberships(record, slot, Membership::nested, out);
    } else {
      if (is_indexed(slot.attribute)) add_values(record, slot, out);
      if (is_universal(slot.attribute)) continue;
      presence_key(slot.attribute, key);
      out.push_back(key);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace postern::directory
