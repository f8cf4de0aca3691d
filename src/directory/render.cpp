#include "directory/render.h"

#include "directory/compose.h"
#include "directory/members.h"
#include "protocols/ldap/encode.h"

namespace postern::directory {

void Renderer::entry(const Subject& subject, std::int32_t message_id, Octets& out) {
  scratch_.parts.clear();
  scratch_.made.clear();
  set_dn(subject);
  stored_attributes(view_.layout->common(subject.kind));
  stored_attributes(subject.record);
  made_attributes(subject);
  std::size_t size = scratch_.made.size();
  for (const std::string_view part : scratch_.parts) size += part.size();
  ldap::append_entry_header(out, message_id, scratch_.dn, size);
  for (const std::string_view part : scratch_.parts) ber::append_raw(out, ber::octets_of(part));
  ber::append_raw(out, scratch_.made);
}

void Renderer::set_dn(const Subject& subject) {
  if (subject.kind == EntryKind::domain || subject.kind == EntryKind::container) {
    scratch_.dn.assign(view_.upper(subject.upper).dn);
    return;
  }
  scratch_.dn.assign(subject.record.rdn());
  scratch_.dn.append(1, ',').append(view_.parent_of(subject.kind).dn);
}

void Renderer::stored_attributes(const RecordView& record) {
  const RecordHeader& header = record.header();
  std::size_t next = 0;
  if (selection_.all_user && !selection_.types_only && selection_.unlimited()) {
    scratch_.parts.push_back(record.user_attributes());
    next = header.user_slots;
    if (selection_.named.empty() && !selection_.all_operational) return;
  }
  for (; next < header.slots; ++next) {
    const Slot slot = record.slot(next);
    if (slot.attribute == kDirectGroups || slot.attribute == kNestedGroups) continue;
    if (selection_.wants(slot.attribute, info_of(slot.attribute).operational)) {
      stored_attribute(record, slot);
    }
  }
}

void Renderer::stored_attribute(const RecordView& record, const Slot& slot) {
  if (!selection_.types_only) {
    scratch_.parts.push_back(record.element(slot));
    return;
  }
  const std::string_view type = record.type_name(slot);
  ldap::append_partial_attribute(scratch_.made, type, {});
}

void Renderer::made_attributes(const Subject& subject) {
  groups(subject);
  members(subject);
  const Known& k = known();
  timestamp(k.createTimestamp, subject.record.header().created);
  timestamp(k.modifyTimestamp, subject.record.header().updated);
  constructed(subject);
  if (selection_.wants(k.entryDN, true)) {
    scratch_.values.clear();
    add_value(scratch_.dn);
    close_attribute(k.entryDN);
  }
}

void Renderer::constructed(const Subject& subject) {
  if (selection_.named.empty() && !selection_.all_operational) return;
  for (const AttributeId id : constructed_attributes()) {
    const bool wanted = id == known().entryUSN ? selection_.wants(id, true) : selection_.names(id);
    if (!wanted || !view_.layout->constructs(id, subject.kind)) continue;
    if (id == known().entryUSN && !sight_.whole()) continue;
    if (!construct(id, subject.record, lease_.snapshot().built, scratch_.key)) continue;
    scratch_.values.clear();
    add_value(scratch_.key);
    close_attribute(id);
  }
}

void Renderer::timestamp(AttributeId id, std::uint32_t seconds) {
  if (seconds == 0 || !selection_.wants(id, true)) return;
  scratch_.values.clear();
  add_value(generalized_time(seconds));
  close_attribute(id);
}

void Renderer::groups(const Subject& subject) {
  if (subject.kind != EntryKind::user && subject.kind != EntryKind::group) return;
  if (!selection_.wants(known().memberOf, false)) return;
  Slot slot;
  if (!view_.layout->shows(known().memberOf)) return;
  if (!subject.record.find(view_.member_of_list(), slot)) return;
  scratch_.values.clear();
  for (std::size_t i = 0; i < slot.size / sizeof(EntryId); ++i) {
    const EntryId group = subject.record.id_at(slot, i);
    if (sight_.group(group)) add_dn_of(group);
  }
  close_attribute(known().memberOf);
}

void Renderer::members(const Subject& subject) {
  if (subject.kind != EntryKind::group && subject.kind != EntryKind::virtual_group) return;
  const Known& k = known();
  for (const AttributeId id : {k.member, k.uniqueMember, k.memberUid}) {
    if (!selection_.wants(id, false) || !view_.layout->shows(id)) continue;
    scratch_.values.clear();
    const bool names = id == k.memberUid;
    const auto add = [&](EntryId member) {
      if (names) {
        const auto octets = read_record(lease_, member);
        if (octets) add_value(RecordView(*octets).name());
      } else {
        add_dn_of(member);
      }
      return true;
    };
    if (subject.kind == EntryKind::virtual_group) {
      add(subject.id);
    } else {
      for_each_member(lease_, view_, sight_, subject.id, names, scratch_.key, add);
    }
    close_attribute(id);
  }
}

void Renderer::add_dn_of(EntryId id) {
  if (is_group(id)) {
    const std::string_view rdn = scratch_.group_names.rdn(lease_, id);
    if (!rdn.empty()) add_value(rdn, ',', view_.parent_of(EntryKind::group).dn);
    return;
  }
  const auto octets = read_record(lease_, id);
  if (!octets) return;  // not there yet: it comes later in the feed
  const RecordView record(*octets);
  add_value(record.rdn(), ',', view_.parent_of(record.kind()).dn);
}

void Renderer::add_value(std::string_view first, char separator, std::string_view second) {
  ber::append_header(scratch_.values, ber::kOctetString, first.size() + 1 + second.size());
  ber::append_raw(scratch_.values, ber::octets_of(first));
  scratch_.values.push_back(static_cast<std::uint8_t>(separator));
  ber::append_raw(scratch_.values, ber::octets_of(second));
}

void Renderer::add_value(std::string_view value) { ber::append_string(scratch_.values, value); }

// Wraps the collected values; none = no attribute.
void Renderer::close_attribute(AttributeId id) {
  if (scratch_.values.empty()) return;
  if (selection_.types_only) scratch_.values.clear();
  const std::string_view type = ldap::attribute(id).name;
  const std::size_t set = scratch_.values.size();
  ber::append_header(scratch_.made, ber::kSequence,
                     ber::element_size(type.size()) + ber::element_size(set));
  ber::append_string(scratch_.made, type);
  ber::append_header(scratch_.made, ber::kSet, set);
  ber::append_raw(scratch_.made, scratch_.values);
}

}  // namespace postern::directory
