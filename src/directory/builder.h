#pragma once
// Builder: fills an empty environment from a scan of the Store. Everything is written in ascending
// order, index and names through SortedPairs, so that pages are full: the file is small and quick
// to make. What happened in the Store meanwhile is applied from the feed afterwards.
//
// Thread: one. Errors: LmdbError, DirectoryError, core::StoreError; the environment is then
// worthless.

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/ports/store.h"
#include "directory/compose.h"
#include "directory/environment.h"
#include "directory/sorted_pairs.h"

namespace postern::directory {

class Builder {
 public:
  // The environment has been founded (Environment::found). `folder` takes temporary files.
  // `before`: one of the same history that nobody writes to meanwhile, or null. An entry that is in
  // it as it is now keeps its entryUSN; whoever follows changes by it is not told of all again.
  Builder(const Environment& environment, core::Store& store, const Shapes& shapes,
          const std::string& folder, const Environment* before);

  // The sequence number from which on the feed must be applied.
  std::int64_t run();

 private:
  struct Node {
    bool superuser = false;
    std::vector<EntryId> parents;
  };

  Closure close(std::vector<EntryId> direct, EntryId self) const;
  void take_group(const core::StoredGroup& group);
  void take_user(const core::StoredUser& user);
  void write_groups();
  void put_records(EntryId id);
  void take_over_names();
  std::uint64_t usn_before(const Layout& layout, EntryId id, std::string_view record) const;
  void fill(SortedPairs& pairs, MDB_dbi table);
  void count_write();
  MDB_txn* txn() const noexcept { return txn_->get(); }

  const Environment& environment_;
  const Tables& tables_;
  core::Store& store_;
  const Environment* before_;
  std::unique_ptr<Txn> read_before_;
  std::uint64_t built_before_ = 0;
  bool behind_ = false;  // it does not know of all that happened before the build
  std::unique_ptr<Txn> txn_;
  Composer composer_;
  std::deque<SortedPairs> index_;  // by layout
  SortedPairs names_;
  std::unordered_map<EntryId, Node> graph_;
  std::vector<core::StoredGroup> groups_;  // without members
  std::vector<std::string> keys_;
  std::string packed_, record_;
  std::size_t writes_ = 0;  // in the open transaction
};

}  // namespace postern::directory
