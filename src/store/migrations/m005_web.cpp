// Schema 5: what the web needs: sessions of browsers (also of those who have not logged in yet, as
// soon as a flow of theirs has to be kept), brands, settings of the installation.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration005 = R"sql(
create table web_sessions (
  "pk" text not null primary key,
  "user" bigint references users ("pk") on delete cascade,
  "verifier" text not null unique,
  "created" bigint not null,
  "last_used" bigint not null,
  "expires" bigint not null,
  "last_ip" text not null,
  "last_user_agent" text not null,
  "password_changed" bigint,
  "plan" text not null,
  "plan_version" bigint not null
);
create index web_sessions_user on web_sessions ("user");
create index web_sessions_expires on web_sessions ("expires");

create table brands (
  "pk" text not null primary key,
  "domain" text not null unique,
  "settings" text not null
);

create table system_settings (
  "pk" text not null primary key,
  "name" text not null unique,
  "settings" text not null
);
)sql";

}  // namespace postern::store
