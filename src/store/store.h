#pragma once
// The factory of the Store. The only header of this room that others need, beside event_writer.h.
//
// url: `sqlite:////absolute/path.db` or `sqlite:///relative/path.db`, the latter below
// OpenOptions::base (SQLAlchemy's convention: what follows the third slash is the path). The file
// is created 0600 when missing; the folder has to exist. An older schema is migrated, a newer one
// refused with StoreError::Kind::schema. `postgresql://` and everything else is refused with a
// sentence.
//
// Two processes on one file do not corrupt it, but neither hears the other's commits: the state
// lock of the caller keeps them apart. Errors: core::StoreError. Thread: call once; the Store
// returned is thread-safe.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/operation_meter.h"
#include "core/ports/clock.h"
#include "core/ports/outbox.h"
#include "core/ports/store.h"

namespace postern::store {

struct OpenOptions {
  std::filesystem::path base;             // folder of relative paths
  const core::Clock* clock = nullptr;     // stamps last_updated; nullptr = the system's clock
  std::size_t readers = 4;                // read connections kept open
  int busy_timeout_ms = 5000;             // how long another process may hold the file
  std::string event_key = {};             // seals the trail of events
  core::OperationMeter* meter = nullptr;  // of commits; outlives the store
  std::size_t upgrade_copies = 0;         // of the database before a migration, see upgrade_copy.h
};

std::unique_ptr<core::Store> open_store(std::string_view url, const OpenOptions& options = {});

// The outbox of a Store that open_store() made; lives as long.
core::Outbox& outbox_of(core::Store& store);

}  // namespace postern::store
