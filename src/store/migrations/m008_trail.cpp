// Schema 8: events are chained by seals, logins leave a reputation, roles hold permissions.

#include "store/migrations/migrations.h"

namespace postern::store {

// Events of before have no seal; the chain begins behind them.
const std::string_view kMigration008 = R"sql(
alter table events add column "seal" text not null default '';
create index events_user on events ("user_pk", "pk");

alter table web_sessions add column "impersonator" bigint references users ("pk") on delete cascade;
alter table web_sessions add column "impersonator_changed" bigint;

create table event_chain (
  "name" text not null primary key,
  "pk" bigint not null,
  "seal" text not null
);

create table reputation (
  "pk" text not null primary key,
  "identifier" text not null,
  "ip" text not null,
  "score" bigint not null,
  "updated" bigint not null,
  "expires" bigint not null
);
create unique index reputation_of on reputation ("identifier", "ip");
create index reputation_ip on reputation ("ip");
create index reputation_expires on reputation ("expires");

create table roles (
  "pk" text not null primary key,
  "name" text not null unique,
  "permissions" text not null
);
create table role_users (
  "role_pk" text not null references roles ("pk") on delete cascade,
  "user_pk" bigint not null references users ("pk") on delete cascade,
  primary key ("role_pk", "user_pk")
);
create index role_users_user on role_users ("user_pk");
create table role_groups (
  "role_pk" text not null references roles ("pk") on delete cascade,
  "group_pk" text not null references groups ("pk") on delete cascade,
  primary key ("role_pk", "group_pk")
);
create index role_groups_group on role_groups ("group_pk");
create table role_grants (
  "pk" text not null primary key,
  "role" text not null references roles ("pk") on delete cascade,
  "permission" text not null,
  "model" text not null,
  "object" text not null
);
create table outposts (
  "pk" text not null primary key,
  "name" text not null unique,
  "settings" text not null
);
create table outpost_providers (
  "outpost_pk" text not null references outposts ("pk") on delete cascade,
  "provider_pk" bigint not null references providers ("pk") on delete cascade,
  primary key ("outpost_pk", "provider_pk")
);
create index outpost_providers_provider on outpost_providers ("provider_pk");
create unique index role_grants_of on role_grants ("role", "permission", "model", "object");
create index role_grants_object on role_grants ("model", "object");
)sql";

}  // namespace postern::store
