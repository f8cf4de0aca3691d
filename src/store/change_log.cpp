#include "store/change_log.h"

namespace postern::store {

std::int64_t ChangeLog::write(Connection& connection) const {
  std::int64_t last = 0;
  for (const auto& [kind, id] : order_) {
    const auto rows =
        connection.query(R"(insert into changes ("kind", "id") values ($1, $2) returning "seq")",
                         {std::string_view(&kind, 1), id});
    rows->next();
    last = rows->integer(0);
    rows->next();
  }
  return last;
}

}  // namespace postern::store
