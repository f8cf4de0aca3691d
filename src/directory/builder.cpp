#include "directory/builder.h"

#include <algorithm>

#include "core/log.h"
#include "directory/closure.h"
#include "directory/index_key.h"
#include "directory/login_pack.h"
#include "directory/writer.h"

namespace postern::directory {
namespace {

constexpr std::size_t kBatch =
    2000;  // writes in one transaction: LMDB keeps the memory of its dirty pages

}  // namespace

Builder::Builder(const Environment& environment, core::Store& store, const Shapes& shapes,
                 const std::string& folder, const Environment* before)
    : environment_(environment),
      tables_(environment.tables()),
      store_(store),
      before_(before),
      txn_(std::make_unique<Txn>(environment.env(), 0)),
      composer_(
          [this](std::string_view name) {
            return intern_attribute(txn(), tables_.attributes, name);
          },
          shapes.types),
      names_(folder) {
  for (std::size_t i = 0; i < environment.layouts().size(); ++i) index_.emplace_back(folder);
  take_over_names();
  for (const CustomType& type : shapes.types) {
    intern_attribute(txn(), tables_.attributes, type.name, type.kind);
  }
}

// With the ids that attributes had, so that an entry that is the same has the same octets.
void Builder::take_over_names() {
  if (before_ == nullptr) return;
  read_before_ = std::make_unique<Txn>(before_->env(), MDB_RDONLY);
  built_before_ = before_->built(read_before_->get());
  if (before_->types() != environment_.types()) return;
  const Cursor cursor(read_before_->get(), before_->tables().attributes);
  MDB_val key{}, value{};
  int rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_FIRST);
  for (; rc == MDB_SUCCESS; rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_NEXT)) {
    put(txn(), tables_.attributes, from_val(key), from_val(value));
  }
  if (rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
}

// 0 = it is another entry than before, or was not there: what the build brought.
std::uint64_t Builder::usn_before(const Layout& layout, EntryId id, std::string_view record) const {
  if (before_ == nullptr) return 0;
  const auto& keys = before_->layout_keys();
  const auto at = std::find(keys.begin(), keys.end(), layout.key());
  if (at == keys.end()) return 0;
  const auto number = static_cast<LayoutNumber>(at - keys.begin());
  // The members of a group are no part of its record: what it lost or won meanwhile is not seen.
  if (is_group(id) && behind_) return 0;
  const auto old = get(read_before_->get(), before_->tables(number).records, IdKey(id).view());
  if (!old || !same_state(*old, record)) return 0;
  const std::uint64_t usn = RecordView(*old).header().usn();
  return usn != 0 ? usn : built_before_;
}

std::int64_t Builder::run() {
  // What is committed after this number may or may not be in the scan; it is applied again.
  const std::int64_t from = store_.last_change();
  behind_ = before_ != nullptr && before_->applied(read_before_->get()) != from;
  store_.scan([this](const core::StoredGroup& group) { take_group(group); },
              [this](const core::StoredUser& user) { take_user(user); });
  write_groups();
  fill(names_, tables_.names);
  for (const auto& layout : environment_.layouts()) {
    fill(index_[layout->number()], environment_.tables(layout->number()).index);
  }
  put(txn(), tables_.meta, "config", config_text(store_.load_config()));
  environment_.set_applied(txn(), from);
  environment_.set_built(txn(), from);
  txn_->commit();
  return from;
}

void Builder::count_write() {
  if (++writes_ < kBatch) return;
  writes_ = 0;
  txn_->commit();
  txn_ = std::make_unique<Txn>(environment_.env(), 0);
}

Closure Builder::close(std::vector<EntryId> direct, EntryId self) const {
  return close_over(std::move(direct), self, [this](EntryId id, const auto& visit) {
    const auto node = graph_.find(id);
    if (node != graph_.end()) visit(node->second.superuser, node->second.parents);
  });
}

// All groups come before the users; their records are written after them, since their ids are
// higher.
void Builder::take_group(const core::StoredGroup& group) {
  const EntryId id = group_entry(group.num_pk);
  if (id == 0) return;
  graph_[id] = {group.is_superuser, group_entries(group.parents)};
  groups_.push_back(group);
  groups_.back().members = {};  // memberships come with the users
}

void Builder::take_user(const core::StoredUser& user) {
  const EntryId id = user_entry(user.pk);
  if (id == 0) return;
  const Closure closure = close(group_entries(user.groups), 0);
  const std::vector<std::string> names = login_names(user);
  pack_login(user, closure, names, packed_);
  put_ordered(txn(), tables_.credentials, IdKey(id).view(), packed_);
  for (const std::string& name : names) names_.add(name, id);
  if (composer_.take(user, closure)) {
    put_records(id);
  } else {
    log::warning("directory.unpublished", {{"user", user.pk}});
  }
}

void Builder::write_groups() {
  const auto by_number = [](const core::StoredGroup& a, const core::StoredGroup& b) {
    return a.num_pk < b.num_pk;
  };
  std::sort(groups_.begin(), groups_.end(), by_number);
  for (const core::StoredGroup& group : groups_) {
    const EntryId id = group_entry(group.num_pk);
    const Closure closure = close(group_entries(group.parents), id);
    if (composer_.take(group, closure)) {
      put_records(id);
    } else {
      log::warning("directory.unpublished", {{"group", group.num_pk}});
    }
  }
  groups_ = {};
}

void Builder::put_records(EntryId id) {
  for (const auto& layout : environment_.layouts()) {
    record_.assign(composer_.record(*layout));
    stamp_usn(record_, usn_before(*layout, id, record_));
    const std::string_view record = record_;
    put_ordered(txn(), environment_.tables(layout->number()).records, IdKey(id).view(), record);
    collect_keys(RecordView(record), keys_);
    for (const std::string& key : keys_) index_[layout->number()].add(key, id);
    count_write();
  }
}

void Builder::fill(SortedPairs& pairs, MDB_dbi table) {
  std::string last;
  pairs.drain([&](std::string_view key, EntryId id) {
    const IdKey value(id);
    MDB_val k = to_val(key), v = to_val(value.view());
    const unsigned flag = key == last ? MDB_APPENDDUP : MDB_APPEND;
    const int rc = mdb_put(txn(), table, &k, &v, flag);
    if (rc != MDB_KEYEXIST) check(rc, "mdb_put");  // the same pair again
    if (flag == MDB_APPEND) last.assign(key);
    count_write();
  });
}

}  // namespace postern::directory
