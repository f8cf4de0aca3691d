// Schema 13: sessions in networks that somebody wants to end.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration013 = R"sql(
alter table network_sessions add column "end_asked" bigint not null default 0;
create index network_sessions_to_end on network_sessions ("pk")
  where "end_asked" > 0 and "stopped" = 0;
)sql";

}  // namespace postern::store
