// Schema 6: network sessions, from the accounting of RADIUS clients. Outside of the feed; rows
// outlive their users, so nothing refers to other tables.

#include "store/migrations/migrations.h"

namespace postern::store {

const std::string_view kMigration006 = R"sql(
create table network_sessions (
  "pk" @serial@,
  "provider" bigint not null,
  "nas" text not null,
  "session_id" text not null,
  "multi_session_id" text not null,
  "user_pk" bigint not null,
  "username" text not null,
  "outer_name" text not null,
  "login_generation" bigint not null,
  "login_at" bigint not null,
  "login_credential" bigint not null,
  "login_interim" bigint not null,
  "login_account_password" boolean not null,
  "client" text not null,
  "nas_identifier" text not null,
  "nas_address" text not null,
  "nas_port" bigint,
  "nas_port_type" bigint,
  "nas_port_id" text not null,
  "framed_address" text not null,
  "framed_ipv6" text not null,
  "calling_station" text not null,
  "called_station" text not null,
  "started" bigint not null,
  "interim" bigint not null,
  "stopped" bigint not null,
  "seen" bigint not null,
  "start_seen" boolean not null,
  "seconds" bigint not null,
  "in_octets" bigint not null,
  "out_octets" bigint not null,
  "in_packets" bigint not null,
  "out_packets" bigint not null,
  "terminate_cause" bigint not null,
  "disconnect" text not null,
  "disconnect_at" bigint not null
);
create index network_sessions_key on network_sessions ("nas", "session_id", "pk");
create index network_sessions_user on network_sessions ("user_pk", "pk");
create index network_sessions_seen on network_sessions ("seen");
create index network_sessions_live on network_sessions ("user_pk") where "stopped" = 0;
create index network_sessions_live_nas on network_sessions ("nas") where "stopped" = 0;
)sql";

}  // namespace postern::store
