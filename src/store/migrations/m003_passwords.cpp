// Schema 3: what password changes need. Old hashes of users whose policies forbid to use them
// again, the two marks of a password that has to be changed, and the prompts of flows.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration003 = R"sql(
alter table users add column "password_must_change" boolean not null default false;
alter table users add column "password_grace_used" bigint not null default 0;

create table password_history (
  "pk" @serial@,
  "user" bigint not null references users ("pk") on delete cascade,
  "hash" text not null,
  "replaced" bigint not null
);
create index password_history_user on password_history ("user", "pk");

create table prompts (
  "pk" text not null primary key,
  "name" text not null unique,
  "field_key" text not null,
  "settings" text not null
);

create table stage_prompts (
  "stage_pk" text not null references stages ("pk") on delete cascade,
  "prompt_pk" text not null references prompts ("pk") on delete cascade,
  primary key ("stage_pk", "prompt_pk")
);
create index stage_prompts_prompt on stage_prompts ("prompt_pk");

create table stage_validation_policies (
  "stage_pk" text not null references stages ("pk") on delete cascade,
  "policy_pk" text not null references policies ("pk") on delete cascade,
  primary key ("stage_pk", "policy_pk")
);
create index stage_validation_policies_policy on stage_validation_policies ("policy_pk");
)sql";

}  // namespace postern::store
