// Schema 1. Column names are the field names of core/model/models.cpp; fields that live in
// `settings` are members of one JSON text. Times are milliseconds since 1970, 0 or null = not set.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration001 = R"sql(
create table users (
  "pk" @serial@,
  "username" text not null,
  "username_folded" text not null unique,
  "name" text not null,
  "email" text not null,
  "is_active" boolean not null,
  "type" text not null,
  "path" text not null,
  "uuid" text not null unique,
  "attributes" text not null,
  "date_joined" bigint not null,
  "last_updated" bigint not null,
  "last_login" bigint,
  "password_change_date" bigint,
  "not_before" bigint,
  "not_after" bigint,
  "uid_number" bigint unique,
  "gid_number" bigint,
  "password_hash" text not null,
  "generation" bigint not null,
  "permissions" text not null
);
create index users_gid_number on users ("gid_number");

create table groups (
  "num_pk" @serial@,
  "pk" text not null unique,
  "name" text not null unique,
  "is_superuser" boolean not null,
  "attributes" text not null,
  "date_created" bigint not null,
  "last_updated" bigint not null,
  "gid_number" bigint unique
);

create table group_users (
  "group_pk" text not null references groups ("pk") on delete cascade,
  "user_pk" bigint not null references users ("pk") on delete cascade,
  primary key ("group_pk", "user_pk")
);
create index group_users_user on group_users ("user_pk", "group_pk");

create table group_parents (
  "child_pk" text not null references groups ("pk") on delete cascade,
  "parent_pk" text not null references groups ("pk") on delete cascade,
  primary key ("child_pk", "parent_pk")
);
create index group_parents_parent on group_parents ("parent_pk", "child_pk");

create table tokens (
  "pk" text not null primary key,
  "identifier" text not null unique,
  "intent" text not null,
  "user" bigint not null references users ("pk") on delete cascade,
  "description" text not null,
  "expiring" boolean not null,
  "expires" bigint,
  "key_id" text unique,
  "verifier" text unique,
  "sealed_key" text,
  "last_used" bigint,
  "created" bigint not null,
  "managed" text
);
create index tokens_user on tokens ("user");

create table totp_devices (
  "pk" text not null primary key,
  "user" bigint not null references users ("pk") on delete cascade,
  "name" text not null,
  "confirmed" boolean not null,
  "digits" bigint not null,
  "step" bigint not null,
  "sealed_key" text not null,
  "last_step" bigint not null,
  "created" bigint not null,
  "last_used" bigint
);
create index totp_devices_user on totp_devices ("user");

create table static_devices (
  "pk" text not null primary key,
  "user" bigint not null references users ("pk") on delete cascade,
  "name" text not null,
  "confirmed" boolean not null,
  "created" bigint not null,
  "last_used" bigint
);
create index static_devices_user on static_devices ("user");

create table static_tokens (
  "pk" text not null primary key,
  "device" text not null references static_devices ("pk") on delete cascade,
  "verifier" text not null,
  "length" bigint not null,
  "used" bigint
);
create index static_tokens_device on static_tokens ("device");

create table providers (
  "pk" @serial@,
  "model" text not null,
  "name" text not null unique,
  "settings" text not null
);

create table applications (
  "pk" text not null primary key,
  "slug" text not null unique,
  "name" text not null,
  "group" text not null,
  "provider" bigint unique references providers ("pk") on delete set null,
  "policy_engine_mode" text not null,
  "settings" text not null
);

create table application_backchannels (
  "application_pk" text not null references applications ("pk") on delete cascade,
  "provider_pk" bigint not null references providers ("pk") on delete cascade,
  primary key ("application_pk", "provider_pk")
);
create index application_backchannels_provider on application_backchannels ("provider_pk");

create table policies (
  "pk" text not null primary key,
  "model" text not null,
  "name" text not null unique,
  "settings" text not null
);

create table policy_bindings (
  "pk" text not null primary key,
  "target" text not null,
  "policy" text references policies ("pk") on delete cascade,
  "group" text references groups ("pk") on delete cascade,
  "user" bigint references users ("pk") on delete cascade,
  "order" bigint not null,
  "enabled" boolean not null,
  "negate" boolean not null,
  "timeout" bigint not null,
  "failure_result" boolean not null
);
create index policy_bindings_target on policy_bindings ("target");
create index policy_bindings_policy on policy_bindings ("policy");
create index policy_bindings_group on policy_bindings ("group");
create index policy_bindings_user on policy_bindings ("user");

create table flows (
  "pk" text not null primary key,
  "slug" text not null unique,
  "name" text not null,
  "title" text not null,
  "designation" text not null,
  "settings" text not null
);

create table stages (
  "pk" text not null primary key,
  "model" text not null,
  "name" text not null unique,
  "settings" text not null
);

create table flow_stage_bindings (
  "pk" text not null primary key,
  "target" text not null references flows ("pk") on delete cascade,
  "stage" text not null references stages ("pk") on delete cascade,
  "order" bigint not null,
  "evaluate_on_plan" boolean not null,
  "re_evaluate_policies" boolean not null,
  "policy_engine_mode" text not null,
  "invalid_response_action" text not null
);
create index flow_stage_bindings_target on flow_stage_bindings ("target");
create index flow_stage_bindings_stage on flow_stage_bindings ("stage");

create table object_permissions (
  "permission" text not null,
  "model" text not null,
  "object" text not null,
  "user_pk" bigint not null references users ("pk") on delete cascade,
  primary key ("permission", "model", "object", "user_pk")
);
create index object_permissions_user on object_permissions ("user_pk");
create index object_permissions_object on object_permissions ("model", "object");

create table blueprints (
  "path" text not null primary key,
  "hash" text not null
);

create table changes (
  "seq" @serial@,
  "kind" text not null,
  "id" bigint not null
);

create table counters (
  "name" text not null primary key,
  "value" bigint not null
);

create table events (
  "pk" @serial@,
  "action" text not null,
  "app" text not null,
  "user_pk" bigint not null,
  "username" text not null,
  "client_ip" text not null,
  "context" text not null,
  "created" bigint not null
);
create index events_action on events ("action", "pk");

create table throttle (
  "key" text not null primary key,
  "state" text not null,
  "expires" bigint not null
);
create index throttle_expires on throttle ("expires");

create table code_guesses (
  "pk" @serial@,
  "device" text not null,
  "at" bigint not null
);
create index code_guesses_device on code_guesses ("device", "at");
)sql";

}  // namespace postern::store
