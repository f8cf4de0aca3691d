#include "directory/writer.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

#include "core/log.h"
#include "directory/closure.h"
#include "directory/login_pack.h"

namespace postern::directory {
namespace {

constexpr std::size_t kMaxDepth = 256;  // what was accepted into the Store must be readable here

// Calls gone(x) for what is only in `before`, come(x) for what is only in `after`; both ascending.
template <typename T, typename Gone, typename Come>
void for_difference(const std::vector<T>& before, const std::vector<T>& after, const Gone& gone,
                    const Come& come) {
  auto b = before.begin();
  auto a = after.begin();
  while (b != before.end() || a != after.end()) {
    if (a == after.end() || (b != before.end() && *b < *a)) {
      gone(*b++);
    } else if (b == before.end() || *a < *b) {
      come(*a++);
    } else {
      ++a;
      ++b;
    }
  }
}

std::vector<EntryId> id_list(const RecordView& record, AttributeId list) {
  Slot slot;
  std::vector<EntryId> ids;
  if (!record.find(list, slot)) return ids;
  ids.resize(slot.size / sizeof(EntryId));
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = record.id_at(slot, i);
  return ids;
}

}  // namespace

Writer::Writer(const Environment& environment, MDB_txn* txn, core::Store& store,
               const Shapes& shapes)
    : environment_(environment),
      tables_(environment.tables()),
      txn_(txn),
      store_(store),
      composer_(
          [this](std::string_view name) {
            return intern_attribute(txn_, tables_.attributes, name);
          },
          shapes.types) {
  attributes_before_ = attribute_names();
}

std::size_t Writer::attribute_names() const {
  MDB_stat stat{};
  check(mdb_stat(txn_, tables_.attributes, &stat), "mdb_stat");
  return stat.ms_entries;
}

std::vector<EntryId> Writer::members(Membership kind, EntryId group) const {
  std::string key;
  membership_key(kind, group, key);
  std::vector<EntryId> ids;
  const Cursor cursor(txn_, tables_.index);
  MDB_val k = to_val(key), v{};
  for (int rc = mdb_cursor_get(cursor.get(), &k, &v, MDB_SET); rc == MDB_SUCCESS;
       rc = mdb_cursor_get(cursor.get(), &k, &v, MDB_NEXT_DUP)) {
    ids.push_back(read_id(from_val(v).data()));
  }
  return ids;
}

Closure Writer::close(std::vector<EntryId> direct, EntryId self) const {
  return close_over(std::move(direct), self, [this](EntryId id, const auto& visit) {
    const auto record = get(txn_, tables_.records, IdKey(id).view());
    if (!record) return;  // comes later in the feed, and then carries over to us
    const RecordView group(*record);
    visit(group.header().superuser(), id_list(group, kDirectGroups));
  });
}

void Writer::diff_keys(const Tables& tables, EntryId id, const std::vector<std::string>& before,
                       const std::vector<std::string>& after) {
  const IdKey key(id);
  for_difference(
      before, after,
      [&](const std::string& gone) { erase_pair(txn_, tables.index, gone, key.view()); },
      [&](const std::string& come) { put_pair(txn_, tables.index, come, key.view()); });
}

void Writer::diff_names(EntryId id, const std::vector<std::string>& before,
                        const std::vector<std::string>& after) {
  const IdKey key(id);
  for_difference(
      before, after,
      [&](const std::string& gone) { erase_pair(txn_, tables_.names, gone, key.view()); },
      [&](const std::string& come) { put_pair(txn_, tables_.names, come, key.view()); });
}

void Writer::put_records(EntryId id) {
  for (const auto& layout : environment_.layouts()) {
    put_record(layout->number(), id, composer_.record(*layout));
    touch_groups(environment_.tables(layout->number()));
  }
}

void Writer::put_record(LayoutNumber layout, EntryId id, std::string_view record) {
  const Tables& tables = environment_.tables(layout);
  const IdKey key(id);
  keys_before_.clear();
  if (const auto old = get(txn_, tables.records, key.view())) {
    if (same_state(*old, record)) return;
    collect_keys(RecordView(*old), keys_before_);
    note(layout, id, *old, record);
  } else {
    note(layout, id, {}, record);
  }
  record_.assign(record);
  stamp_usn(record_, usn_);
  collect_keys(RecordView(record_), keys_after_);
  diff_keys(tables, id, keys_before_, keys_after_);
  put_ordered(txn_, tables.records, key.view(), record_);
  const auto note = [this](const std::string& membership) {
    const char kind = membership.front();
    if (kind == static_cast<char>(Membership::direct) ||
        kind == static_cast<char>(Membership::nested)) {
      touched_.insert(read_id(membership.data() + 1));
    }
  };
  for_difference(keys_before_, keys_after_, note, note);
}

void Writer::touch_groups(const Tables& tables) {
  for (const EntryId group : touched_) {
    const IdKey key(group);
    const auto record = get(txn_, tables.records, key.view());
    if (!record) continue;
    record_.assign(*record);
    stamp_usn(record_, usn_);
    put(txn_, tables.records, key.view(), record_);
  }
  touched_.clear();
}

void Writer::drop_records(EntryId id) {
  for (const auto& layout : environment_.layouts()) {
    drop_record(layout->number(), id);
  }
}

void Writer::drop_record(LayoutNumber layout, EntryId id) {
  const Tables& tables = environment_.tables(layout);
  const IdKey key(id);
  const auto old = get(txn_, tables.records, key.view());
  if (!old) return;
  note(layout, id, *old, {});
  collect_keys(RecordView(*old), keys_before_);
  diff_keys(tables, id, keys_before_, {});
  for (const EntryId group : id_list(RecordView(*old), kNestedGroups)) touched_.insert(group);
  erase(txn_, tables.records, key.view());
  touch_groups(tables);
}

// The groups that an entry joined or left are others, too: their members are no part of their
// records.
void Writer::note(LayoutNumber layout, EntryId id, std::string_view before,
                  std::string_view after) {
  Change change{.id = id, .layout = layout};
  std::vector<EntryId> groups_before, groups_after;
  if (!before.empty()) groups_before = id_list(RecordView(before), kDirectGroups);
  if (!after.empty()) groups_after = id_list(RecordView(after), kDirectGroups);
  if (before.empty()) {
    change.type = ldap::ChangeType::add;
  } else if (after.empty()) {
    change.type = ldap::ChangeType::remove;
    change.before.assign(before);
  } else if (RecordView(before).rdn() != RecordView(after).rdn()) {
    change.type = ldap::ChangeType::rename;
    change.before.assign(before);
  }
  changes_.push_back(std::move(change));
  const auto group = [this, layout](EntryId other) {
    changes_.push_back({.id = other, .layout = layout});
  };
  for_difference(groups_before, groups_after, group, group);
}

std::vector<Change> Writer::take_changes() {
  std::set<std::pair<LayoutNumber, EntryId>>
      seen;  // several times modified in one transaction is once modified
  std::erase_if(changes_, [&seen](const Change& change) {
    return !seen.insert({change.layout, change.id}).second &&
           change.type == ldap::ChangeType::modify;
  });
  return std::exchange(changes_, {});
}

void Writer::put_login(EntryId id, const core::StoredUser& user, const Closure& closure) {
  const IdKey key(id);
  const std::vector<std::string> names = login_names(user);
  pack_login(user, closure, names, packed_);
  std::vector<std::string> before;
  if (const auto old = get(txn_, tables_.credentials, key.view())) {
    if (*old == packed_) return;
    before = packed_names(*old);
  }
  diff_names(id, before, names);
  put_ordered(txn_, tables_.credentials, key.view(), packed_);
  logins_changed_ = true;
}

void Writer::put_user(const core::StoredUser& user) {
  const EntryId id = user_entry(user.pk);
  if (id == 0) return;
  const Closure closure = close(group_entries(user.groups), 0);
  put_login(id, user, closure);
  if (!composer_.take(user, closure)) {
    log::warning("directory.unpublished", {{"user", user.pk}});
    drop_records(id);
    return;
  }
  put_records(id);
}

void Writer::drop_user(EntryId id) {
  const IdKey key(id);
  drop_records(id);
  const auto old = get(txn_, tables_.credentials, key.view());
  if (!old) return;
  diff_names(id, packed_names(*old), {});
  erase(txn_, tables_.credentials, key.view());
  logins_changed_ = true;
}

bool Writer::put_group(const core::StoredGroup& group) {
  const EntryId id = group_entry(group.num_pk);
  if (id == 0) return false;
  const Closure closure = close(group_entries(group.parents), id);
  if (!composer_.take(group, closure)) {
    log::warning("directory.unpublished", {{"group", group.num_pk}});
    return drop_group(id);
  }
  const auto old = get(txn_, tables_.records, IdKey(id).view());
  bool carries = true;
  if (old) {
    const RecordView before(*old);
    groups_changed_ = groups_changed_ || before.name() != group.name;
    carries = before.header().superuser() != group.is_superuser ||
              id_list(before, kNestedGroups) != closure.nested ||
              id_list(before, kDirectGroups) != closure.direct;
  } else {
    groups_changed_ = true;
  }
  put_records(id);
  return carries;
}

bool Writer::drop_group(EntryId id) {
  if (!get(txn_, tables_.records, IdKey(id).view())) return false;
  drop_records(id);
  groups_changed_ = true;
  return true;
}

void Writer::user_changed(core::UserId pk) {
  if (const auto user = store_.load_user(pk)) {
    put_user(*user);
  } else if (const EntryId id = user_entry(pk)) {
    drop_user(id);
  }
}

void Writer::note_moved_members(const core::StoredGroup& group, std::set<core::GroupNumber>& groups,
                                std::set<core::UserId>& users) const {
  std::vector<EntryId> now;
  for (const core::UserId user : group.members) {
    if (const EntryId id = user_entry(user)) now.push_back(id);
  }
  for (const EntryId child : group_entries(group.children)) now.push_back(child);
  std::sort(now.begin(), now.end());
  const auto note = [&](EntryId id) {
    if (is_group(id)) {
      groups.insert(number_of(id));
    } else {
      users.insert(number_of(id));
    }
  };
  for_difference(members(Membership::direct, group_entry(group.num_pk)), now, note, note);
}

void Writer::group_changed(core::GroupNumber num) {
  std::set<core::GroupNumber> open{num};
  std::set<core::UserId> users;
  bool first = true;
  while (!open.empty()) {
    const core::GroupNumber next = first ? num : *open.begin();
    open.erase(next);
    const EntryId id = group_entry(next);
    if (id == 0) break;
    const auto group = store_.load_group(next);
    if (group && first) note_moved_members(*group, open, users);
    first = false;
    const bool carries = group ? put_group(*group) : drop_group(id);
    if (!carries) continue;
    for (const EntryId member : members(Membership::nested, id)) {
      if (is_group(member)) {
        open.insert(number_of(member));
      } else {
        users.insert(number_of(member));
      }
    }
    // A membership that its group's record does not know of yet (the group was missing) is direct
    // only.
    for (const EntryId member : members(Membership::direct, id)) {
      if (is_group(member)) {
        open.insert(number_of(member));
      } else {
        users.insert(number_of(member));
      }
    }
  }
  for (const core::UserId user : users) user_changed(user);
}

bool Writer::config_changed() {
  const std::string text = config_text(store_.load_config());
  if (text == environment_.config(txn_)) return false;
  put(txn_, tables_.meta, "config", text);
  return true;
}

std::string config_text(const core::StoredConfig& config) {
  boost::json::object whole;
  whole["objects"] = config.objects;
  whole["permissions"] = config.permissions;
  return boost::json::serialize(whole);
}

core::StoredConfig parse_config(const std::string& text) {
  core::StoredConfig config;
  if (text.empty()) return config;
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::value whole = boost::json::parse(text, {}, options);
  config.objects = whole.at("objects").as_array();
  config.permissions = whole.at("permissions").as_array();
  return config;
}

}  // namespace postern::directory
