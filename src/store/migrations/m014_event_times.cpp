// Schema 14: events of a time, and how many of each action there were, without a look at all
// others.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration014 = R"sql(
create index events_created on events ("created", "action");
)sql";

}  // namespace postern::store
