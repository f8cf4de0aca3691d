#pragma once
// Applying a blueprint: one transaction for the whole file, entries strictly from top to bottom.
// The first entry that fails undoes the file. Applying twice changes nothing the second time: no
// row of the change feed, no credential generation.
//
// A dry run does the same in a transaction that is rolled back, and so tells exactly what would
// happen. StoreError passes through. Blocking (a password costs slow hashes): not on a loop.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/blueprints/blueprint.h"
#include "core/objects/objects.h"
#include "core/ports/store.h"

namespace postern::app {

struct FieldChange {
  std::string field;
  std::string old_value, new_value;  // JSON text; secrets as (changed)
};

struct EntryReport {
  enum class Action { created, updated, unchanged, deleted, skipped };
  int line = 0;
  std::string model;
  std::string name;  // the identifiers: "slug=default-authentication-flow"
  Action action = Action::unchanged;
  std::vector<FieldChange> changes;
};

struct BlueprintReport {
  std::string file;
  std::size_t created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0;
  std::vector<EntryReport> entries;
  std::int64_t change = 0;  // last row of the change feed, to wait for; 0 = nothing was written
  bool changed() const noexcept { return created + updated + deleted != 0; }
};

struct ApplyOptions {
  core::Object context;  // laid over the file's own defaults
  bool dry_run = false;
  // Remembered in the same transaction as applied: (path, hash), see folder.h.
  std::optional<std::pair<std::string, std::string>> remember;
};

using BlueprintResult = std::variant<BlueprintReport, FileErrors>;

BlueprintResult apply_blueprint(const Blueprint& blueprint, core::Store& store,
                                const core::ObjectTools& tools, const ApplyOptions& options = {});
// Parses first. Relative `!File` paths are taken from the folder of `file_name`.
BlueprintResult apply_blueprint(std::string_view text, const std::string& file_name,
                                core::Store& store, const core::ObjectTools& tools,
                                const ApplyOptions& options = {});

// For people: a line per entry that is not unchanged, then its fields `  field: old -> new`, then
// the sums.
std::string to_text(const BlueprintReport& report);
std::string_view to_text(EntryReport::Action action) noexcept;

}  // namespace postern::app
