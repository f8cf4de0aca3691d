#pragma once
// Effects: what a write of an object means beside its row. Which users, groups or configuration go
// to the feed, whose credential generation grows, and what has to be tidied up after an erasure
// that foreign keys cannot express (bindings to a target of any kind, references inside settings).
//
// The rules, by Model::feed:
//   user    the user; its groups when the name changes (memberUid); groups joined or left. The
//           generation grows with password, activity, validity, permissions and memberships.
//   group   the group; parents gained or lost; users who joined or left, whose generation grows
//   owner   the owning user, whose generation grows
//   config  ('c', 0)
// An erasure feeds what it touches through cascades as well.
//
// Errors: StoreError. Thread: belongs to its transaction.

#include <map>
#include <string_view>
#include <vector>

#include "store/change_log.h"
#include "store/object_table.h"

namespace postern::store {

using LinkChanges = std::map<const core::Field*, ObjectTable::LinkChange>;

class Effects {
 public:
  Effects(Connection& connection, ChangeLog& log) : connection_(connection), log_(log) {}

  void inserted(const ObjectTable& table, const core::Object& object,
                const ObjectTable::Inserted& key, const LinkChanges& links);
  // `changed` holds what differs from `before`, silent fields left out.
  void updated(const ObjectTable& table, const core::Object& before, const core::Object& changed,
               const LinkChanges& links);
  void before_erase(const ObjectTable& table, const core::Object& object);
  void after_erase(const ObjectTable& table, const core::Object& object);

  void bump_generation(std::int64_t user);

 private:
  void membership(const ObjectTable& table, const LinkChanges& links);
  void touch_groups_of(std::int64_t user);
  void touch_group(const core::Value& pk);
  void bump_owner(const core::Model& model, const core::Value& reference);
  void touch(const char* sql, const Bind& id, void (ChangeLog::*add)(std::int64_t));
  void forget_references(const core::Model& erased, const core::Value& pk);
  bool any(const char* sql, const Bind& id);

  Connection& connection_;
  ChangeLog& log_;
};

}  // namespace postern::store
