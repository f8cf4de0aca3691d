// Schema 11: sessions of browsers end when their address moves further than their login allows.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration011 = R"sql(
alter table web_sessions add column "network_binding" text not null default '';
alter table web_sessions add column "geoip_binding" text not null default '';
)sql";

}  // namespace postern::store
