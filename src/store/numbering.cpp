#include "store/numbering.h"

#include <algorithm>

namespace postern::store {

std::int64_t Numbering::allocate(core::Transaction::Numbering which, std::int64_t floor) {
  std::int64_t& next = cursor(which == core::Transaction::Numbering::uid ? "uid" : "gid");
  std::int64_t number = std::max(floor, next);
  while (handed_out_.contains(number) || in_use(number)) ++number;
  handed_out_.insert(number);
  next = number + 1;
  return number;
}

std::int64_t& Numbering::cursor(const std::string& name) {
  const auto known = cursors_.find(name);
  if (known != cursors_.end()) return known->second;
  const auto rows = connection_.query(R"(select "value" from counters where "name" = $1)", {name});
  return cursors_[name] = rows->next() ? rows->integer(0) : 0;
}

bool Numbering::in_use(std::int64_t number) {
  const auto rows = connection_.query(
      R"(select 1 where exists (select 1 from users where "uid_number" = $1)
         or exists (select 1 from users where "gid_number" = $1)
         or exists (select 1 from groups where "gid_number" = $1))",
      {number});
  return rows->next();
}

void Numbering::write() const {
  for (const auto& [name, value] : cursors_) {
    connection_.execute(R"(insert into counters ("name", "value") values ($1, $2)
                           on conflict ("name") do update set "value" = excluded."value")",
                        {name, value});
  }
}

}  // namespace postern::store
