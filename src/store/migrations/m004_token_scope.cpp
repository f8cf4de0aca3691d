// Schema 4: where an app password may be used, and how long it may rest.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration004 = R"sql(
alter table tokens add column "applications" text not null default '[]';
alter table tokens add column "protocols" text not null default '[]';
alter table tokens add column "networks" text not null default '[]';
alter table tokens add column "idle_days" bigint not null default 0;
create index tokens_idle on tokens ("idle_days") where "idle_days" > 0;
)sql";

}  // namespace postern::store
