#pragma once
// Brings a database to the schema of this program: all missing steps in one transaction, so that a
// failure or a kill leaves the old schema whole. A database that a newer program has migrated is
// refused. A fresh database also gets its epoch, the id by which a Directory knows which Store its
// copy came from.
//
// Errors: StoreError::Kind::schema for a newer or foreign database. Call before any other use.

#include <span>
#include <string>

#include "store/database.h"
#include "store/migrations/migrations.h"

namespace postern::store {

void migrate(Database& database, std::span<const Migration> steps = migrations());

// 0 = a database without any table of ours.
int schema_version(Connection& connection);
// The database is from now on another one to every read model.
void renew_epoch(Connection& connection);

// The value under `key` in the table `meta`; StoreError::Kind::schema when it is missing.
std::string read_meta(Connection& connection, std::string_view key);

}  // namespace postern::store
