#pragma once
// ChangeLog: what one transaction will append to the feed, each (kind, id) once, in the order of
// the first write. The rows are written just before the commit, so a projector that reads them
// finds the state as committed. Thread: belongs to its transaction.

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "store/database.h"

namespace postern::store {

class ChangeLog {
 public:
  void user(std::int64_t pk) { add('u', pk); }
  void group(std::int64_t num_pk) { add('g', num_pk); }
  void config() { add('c', 0); }

  bool empty() const noexcept { return order_.empty(); }
  std::int64_t write(Connection& connection) const;  // sequence number of the last row, 0 = none

 private:
  void add(char kind, std::int64_t id) {
    if (seen_.emplace(kind, id).second) order_.emplace_back(kind, id);
  }
  std::set<std::pair<char, std::int64_t>> seen_;
  std::vector<std::pair<char, std::int64_t>> order_;
};

}  // namespace postern::store
