#include "store/database.h"

#include "core/ports/store.h"

namespace postern::store {

Savepoint::~Savepoint() {
  if (kept_) return;
  try {
    connection_.execute("rollback to savepoint step");
    connection_.execute("release savepoint step");
  } catch (const core::StoreError&) {
    // The database has already rolled the whole transaction back (disk full, for example); commit()
    // then finds none and says so.
  }
}

}  // namespace postern::store
