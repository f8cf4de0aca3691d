#include "directory/subject.h"

#include <algorithm>

#include "directory/sight.h"

namespace postern::directory {

Subject upper_subject(const View& view, Container which) {
  return {.kind = which == Container::base ? EntryKind::domain : EntryKind::container,
          .upper = which,
          .id = 0,
          .record = RecordView(view.upper(which).record)};
}

bool has_children(Lease& lease, const Sight& sight, Container which) {
  constexpr int kMostLookedAt = 256;
  if (which == Container::base) return true;
  const bool groups = which == Container::groups;
  const EntryId first = groups ? kGroupBit : 1, last = groups ? kLastEntry : kLastUser;
  if (sight.is_short()) {
    return std::any_of(sight.shown().begin(), sight.shown().end(), [&](EntryId id) {
      return id >= first && id <= last && read_record(lease, id).has_value();
    });
  }
  const IdKey start(first);
  MDB_val key = to_val(start.view()), value{};
  int rc = mdb_cursor_get(lease.records(), &key, &value, MDB_SET_RANGE);
  for (int looked = 0; rc == MDB_SUCCESS; ++looked) {
    const EntryId id = read_id(from_val(key).data());
    if (id > last) return false;
    if (looked == kMostLookedAt || sight.stored(id, RecordView(from_val(value)))) return true;
    rc = mdb_cursor_get(lease.records(), &key, &value, MDB_NEXT);
  }
  if (rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
  return false;
}

Subject virtual_subject(const View& view, EntryId user, const RecordView& record,
                        SubjectScratch& scratch) {
  const Known& k = known();
  RecordBuilder& builder = scratch.builder;
  std::string_view rdn = record.rdn();
  if (view.layout->own_virtual_rdn()) {
    view.layout->make_rdn(EntryKind::virtual_group, record.name(), scratch.rdn);
    rdn = scratch.rdn;
  }
  builder.begin(EntryKind::virtual_group, record.name(), rdn);
  const auto set = [&builder](AttributeId id, std::initializer_list<std::string_view> values) {
    builder.add(id, ldap::attribute(id).name, {values.begin(), values.size()});
  };
  const std::string_view uuid = record.first_value(k.entryUUID);
  set(k.cn, {record.name()});
  set(k.sAMAccountName, {record.name()});
  set(k.uid, {uuid});
  builder.add_copy(record, k.gidNumber);
  set(k.superuser, {"FALSE"});
  if (flip_uuid(uuid, scratch.uuid)) set(k.entryUUID, {scratch.uuid});
  builder.stamp(record.header().created, record.header().updated);
  builder.header().set_usn(record.header().usn());
  return {.kind = EntryKind::virtual_group,
          .upper = Container::virtual_groups,
          .id = user,
          .record = RecordView(builder.finish())};
}

std::optional<Subject> load_subject(Lease& lease, const View& view, const Target& target,
                                    SubjectScratch& scratch) {
  if (target.kind == Target::Kind::upper) return upper_subject(view, target.upper);
  if (target.id == 0) return std::nullopt;
  const auto octets = read_record(lease, target.id);
  if (!octets) return std::nullopt;
  const RecordView record(*octets);
  if (target.kind == Target::Kind::virtual_group) {
    return virtual_subject(view, target.id, record, scratch);
  }
  return Subject{
      .kind = record.kind(), .upper = Container::base, .id = target.id, .record = record};
}

}  // namespace postern::directory
