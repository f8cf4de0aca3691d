// Schema 10: when a user's sessions were last revoked.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration010 = R"sql(
alter table users add column "sessions_revoked" bigint;
)sql";

}  // namespace postern::store
