#pragma once
// GroupNames: RDNs of groups that a reader has met, as long as nothing changes in the read model.
// Users of one place are mostly in the same groups, and memberOf would look each of them up for
// each entry sent. Thread: the lease's; nothing allocated once its texts are warm.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "directory/entry_id.h"
#include "directory/view.h"

namespace postern::directory {

class Lease;

class GroupNames {
 public:
  // The RDN of a group in the layout that the lease uses; empty = it is not there.
  std::string_view rdn(Lease& lease, EntryId group);

 private:
  static constexpr std::size_t kRows = 256;
  struct Row {
    EntryId group = 0;  // 0 = free
    LayoutNumber layout = 0;
    std::string rdn;
  };

  void forget_older(const Lease& lease);

  std::array<Row, kRows> rows_;
  std::uint64_t version_ = 0;    // of the snapshot
  std::size_t transaction_ = 0;  // the last one that changed the environment
};

}  // namespace postern::directory
