// Schema 2: certificates and their keys, for providers that show their own.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration002 = R"sql(
create table certificates (
  "pk" text not null primary key,
  "name" text not null unique,
  "settings" text not null
);
)sql";

}  // namespace postern::store
