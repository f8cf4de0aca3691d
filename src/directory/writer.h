#pragma once
// Writer: brings entries of one environment up to the Store's present state, inside one writing
// transaction of the caller. Every step is idempotent: it reads what is stored, compares with what
// lies there, and writes the difference, so applying a change twice, late or out of order does no
// harm.
//
// What an entry depends on: a user on itself and on the ancestors of its groups; a group on its
// ancestors. A change of a group's parents or superuser flag therefore carries over to all that are
// in it, directly or not; group graphs with cycles end.
//
// Thread: the projector's only. Errors: LmdbError, core::StoreError; the caller drops the
// transaction.

#include <set>
#include <string>
#include <vector>

#include "core/ports/store.h"
#include "directory/change_ring.h"
#include "directory/compose.h"
#include "directory/environment.h"
#include "directory/index_key.h"

namespace postern::directory {

class Writer {
 public:
  // `store` is read for the entries that a change carries over to.
  Writer(const Environment& environment, MDB_txn* txn, core::Store& store, const Shapes& shapes);

  // The number of the change that is applied next: what it changes is marked with it.
  void at(std::int64_t seq) noexcept { usn_ = static_cast<std::uint64_t>(seq); }
  void user_changed(core::UserId pk);
  void group_changed(core::GroupNumber num);
  // true = the configuration is another one than before.
  bool config_changed();
  // As it stands in this transaction.
  std::string config() const { return environment_.config(txn_); }

  // What happened so far.
  bool logins_changed() const noexcept { return logins_changed_; }
  bool groups_changed() const noexcept { return groups_changed_; }  // one appeared or went
  bool names_changed() const noexcept { return attributes_before_ != attribute_names(); }
  std::vector<Change> take_changes();  // which entries are others than before, in order

 private:
  void put_user(const core::StoredUser& user);
  void drop_user(EntryId id);
  void put_login(EntryId id, const core::StoredUser& user, const Closure& closure);
  // true = what depends on this group must be looked at.
  bool put_group(const core::StoredGroup& group);
  bool drop_group(EntryId id);
  // The entry that the composer has taken, in every layout.
  void put_records(EntryId id);
  void put_record(LayoutNumber layout, EntryId id, std::string_view record);
  void drop_records(EntryId id);
  void drop_record(LayoutNumber layout, EntryId id);
  void note(LayoutNumber layout, EntryId id, std::string_view before, std::string_view after);
  // A group whose members have changed is another one to those who read by entryUSN.
  void touch_groups(const Tables& tables);
  void diff_keys(const Tables& tables, EntryId id, const std::vector<std::string>& before,
                 const std::vector<std::string>& after);
  void diff_names(EntryId id, const std::vector<std::string>& before,
                  const std::vector<std::string>& after);
  Closure close(std::vector<EntryId> direct, EntryId self) const;
  std::vector<EntryId> members(Membership kind, EntryId group) const;
  void note_moved_members(const core::StoredGroup& group, std::set<core::GroupNumber>& groups,
                          std::set<core::UserId>& users) const;
  std::size_t attribute_names() const;

  const Environment& environment_;
  const Tables& tables_;
  MDB_txn* txn_;
  core::Store& store_;
  Composer composer_;
  std::vector<std::string> keys_before_, keys_after_;
  std::string packed_, record_;
  std::set<EntryId> touched_;
  std::uint64_t usn_ = 0;
  std::size_t attributes_before_ = 0;
  bool logins_changed_ = false;
  bool groups_changed_ = false;
  std::vector<Change> changes_;
};

// The configuration as it lies in `meta`, and back.
std::string config_text(const core::StoredConfig& config);
core::StoredConfig parse_config(const std::string& text);

}  // namespace postern::directory
