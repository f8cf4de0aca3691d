#pragma once
// Numbering: the one allocator of uid and gid numbers. A cursor per kind (table counters) makes a
// bulk import cost the same per number as a single creation; what is in use, as a number of either
// kind, is stepped over. Numbers handed out within the transaction count as in use before they are
// stored. Thread: belongs to its transaction.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "core/ports/store.h"
#include "store/database.h"

namespace postern::store {

class Numbering {
 public:
  explicit Numbering(Connection& connection) : connection_(connection) {}
  std::int64_t allocate(core::Transaction::Numbering which, std::int64_t floor);
  void write() const;  // the cursors, before commit

 private:
  std::int64_t& cursor(const std::string& name);
  bool in_use(std::int64_t number);

  Connection& connection_;
  std::map<std::string, std::int64_t> cursors_;
  std::set<std::int64_t> handed_out_;
};

}  // namespace postern::store
