#include "app/commands/maintenance.h"

#include "app/blueprints/apply.h"

namespace postern::app {
namespace {

constexpr std::size_t kMaxBlueprint = 1024 * 1024;

int apply_one(CommandContext& context, const InputFile& file, bool dry_run, std::int64_t& last) {
  const auto text = read_all(file, kMaxBlueprint);
  if (!text) {
    context.console.error(text.error().message);
    return kRefused;
  }
  ApplyOptions options;
  options.dry_run = dry_run;
  const auto result = apply_blueprint(*text, file.name, context.appliance.store(),
                                      context.appliance.tools(), options);
  if (const auto* errors = std::get_if<FileErrors>(&result)) {
    for (const FileError& error : *errors) context.console.note(to_text(error) + "\n");
    return kRefused;
  }
  const auto& report = std::get<BlueprintReport>(result);
  context.console.out(to_text(report));
  last = std::max(last, report.change);
  return kDone;
}

}  // namespace

int apply_files(CommandContext& context, bool dry_run) {
  int code = kDone;
  std::int64_t last = 0;
  for (const InputFile& file : context.files) {
    if (apply_one(context, file, dry_run, last) != kDone) code = kRefused;
  }
  if (!dry_run && !context.appliance.wait_visible(last)) {
    context.console.error("accepted, not yet visible to searches");
  }
  return code;
}

int directory_status(CommandContext& context) {
  const auto metrics = context.appliance.directory().metrics();
  const auto freshness = context.appliance.directory().freshness();
  context.console.out("entries    " + std::to_string(metrics.entries) + "\napplied    " +
                      std::to_string(metrics.applied) + "\nlag        " +
                      std::to_string(metrics.lag) + "\nage        " +
                      std::to_string(freshness.age_ms) + " ms\nfile       " +
                      std::to_string(metrics.file_octets) + " octets\nrebuilds   " +
                      std::to_string(metrics.rebuilds) + "\n");
  return kDone;
}

int directory_rebuild(CommandContext& context) {
  context.appliance.directory().rebuild();
  context.console.line(
      "rebuilt: " + std::to_string(context.appliance.directory().metrics().entries) + " entries");
  return kDone;
}

}  // namespace postern::app
