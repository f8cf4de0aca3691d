#include "app/blueprints/apply.h"

#include "app/blueprints/applier.h"

namespace postern::app {

std::string_view to_text(EntryReport::Action action) noexcept {
  switch (action) {
    case EntryReport::Action::created:
      return "created";
    case EntryReport::Action::updated:
      return "updated";
    case EntryReport::Action::unchanged:
      return "unchanged";
    case EntryReport::Action::deleted:
      return "deleted";
    case EntryReport::Action::skipped:
      return "skipped";
  }
  return "";
}

BlueprintResult apply_blueprint(const Blueprint& blueprint, core::Store& store,
                                const core::ObjectTools& tools, const ApplyOptions& options) {
  const auto transaction = store.begin();
  Applier applier(*transaction, tools, blueprint, options.context);
  if (!applier.run()) return FileErrors{applier.error()};
  BlueprintReport report = std::move(applier).report();
  if (options.dry_run) return report;
  if (options.remember) {
    transaction->set_blueprint_hash(options.remember->first, options.remember->second);
  }
  // Without a change there is nothing to commit, and the feed stays as it is.
  if (report.changed() || options.remember) report.change = transaction->commit();
  return report;
}

BlueprintResult apply_blueprint(std::string_view text, const std::string& file_name,
                                core::Store& store, const core::ObjectTools& tools,
                                const ApplyOptions& options) {
  auto parsed = parse_blueprint(text, file_name);
  if (auto* errors = std::get_if<FileErrors>(&parsed)) return std::move(*errors);
  return apply_blueprint(std::get<Blueprint>(parsed), store, tools, options);
}

std::string to_text(const BlueprintReport& report) {
  std::string out;
  for (const EntryReport& entry : report.entries) {
    if (entry.action == EntryReport::Action::unchanged) continue;
    out += std::string(to_text(entry.action)) + " " + entry.model;
    if (!entry.name.empty()) out += " " + entry.name;
    out += "\n";
    for (const FieldChange& change : entry.changes) {
      out += "  " + change.field + ": ";
      if (!change.old_value.empty()) out += change.old_value + " -> ";
      out += change.new_value + "\n";
    }
  }
  out += report.file + ": " + std::to_string(report.created) + " created, " +
         std::to_string(report.updated) + " updated, " + std::to_string(report.unchanged) +
         " unchanged, " + std::to_string(report.deleted) + " deleted";
  if (report.skipped != 0) out += ", " + std::to_string(report.skipped) + " skipped";
  return out + "\n";
}

}  // namespace postern::app
