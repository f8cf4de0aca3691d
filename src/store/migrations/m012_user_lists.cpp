// Schema 12: lists of users are paged by name and by folder without a look at everybody.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration012 = R"sql(
create index users_username on users ("username");
create index users_path on users ("path");
)sql";

}  // namespace postern::store
