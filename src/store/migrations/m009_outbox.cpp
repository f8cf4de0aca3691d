// Schema 9: what waits to go out, rules on events with what they lead to, property mappings.

#include "store/migrations/migrations.h"

namespace postern::store {

// Rules begin with the events that come after this step.
const std::string_view kMigration009 = R"sql(
create table outbox (
  "pk" @serial@,
  "kind" text not null,
  "sealed" text not null,
  "tries" bigint not null,
  "created" bigint not null,
  "due" bigint not null,
  "expires" bigint not null
);
create index outbox_due on outbox ("kind", "due");

create table event_marks (
  "name" text not null primary key,
  "pk" bigint not null
);
insert into event_marks ("name", "pk") select 'rules', coalesce(max("pk"), 0) from events;

create table property_mappings (
  "pk" text not null primary key,
  "name" text not null unique,
  "model" text not null,
  "settings" text not null
);
create table provider_mappings (
  "provider_pk" bigint not null references providers ("pk") on delete cascade,
  "mapping_pk" text not null references property_mappings ("pk") on delete cascade,
  primary key ("provider_pk", "mapping_pk")
);
create index provider_mappings_mapping on provider_mappings ("mapping_pk");

create table notification_transports (
  "pk" text not null primary key,
  "name" text not null unique,
  "settings" text not null
);
create table notification_rules (
  "pk" text not null primary key,
  "name" text not null unique,
  "destination_group" text references groups ("pk") on delete set null,
  "settings" text not null
);
create index notification_rules_group on notification_rules ("destination_group");
create table notification_rule_transports (
  "rule_pk" text not null references notification_rules ("pk") on delete cascade,
  "transport_pk" text not null references notification_transports ("pk") on delete cascade,
  primary key ("rule_pk", "transport_pk")
);
create index notification_rule_transports_of on notification_rule_transports ("transport_pk");

create table notifications (
  "pk" text not null primary key,
  "user" bigint not null references users ("pk") on delete cascade,
  "severity" text not null,
  "body" text not null,
  "event" bigint not null,
  "created" bigint not null,
  "seen" boolean not null
);
create index notifications_user on notifications ("user", "created");
create index notifications_event on notifications ("event");
)sql";

}  // namespace postern::store
