// Schema 7: devices that are no code generators, invitations, and the plan that a mailed link goes
// on with.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration007 = R"sql(
create table mfa_devices (
  "pk" text not null primary key,
  "model" text not null,
  "user" bigint not null references users ("pk") on delete cascade,
  "name" text not null,
  "confirmed" boolean not null,
  "credential" text unique,
  "sign_count" bigint not null default 0,
  "created" bigint not null,
  "last_used" bigint,
  "settings" text not null
);
create index mfa_devices_user on mfa_devices ("user");

create table invitations (
  "pk" text not null primary key,
  "name" text not null unique,
  "expires" bigint,
  "single_use" boolean not null,
  "flow" text references flows ("pk") on delete cascade,
  "created_by" bigint references users ("pk") on delete cascade,
  "settings" text not null
);

alter table tokens add column "plan" text not null default '';
)sql";

}  // namespace postern::store
