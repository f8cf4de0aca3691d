#include "app/blueprints/folder.h"

#include <algorithm>

#include "app/blueprints/builtin.h"
#include "app/blueprints/fingerprint.h"
#include "core/log.h"

namespace postern::app {
namespace {

namespace fs = std::filesystem;

class Batch {
 public:
  Batch(core::Store& store, const core::ObjectTools& tools) : store_(store), tools_(tools) {}

  void file(const std::string& path, std::string_view text) {
    auto parsed = parse_blueprint(text, path);
    if (auto* errors = std::get_if<FileErrors>(&parsed)) return failed(std::move(*errors));
    const Blueprint& blueprint = std::get<Blueprint>(parsed);
    if (!blueprint.instantiate) {
      ++out_.left_out;
      return;
    }
    const std::string hash = fingerprint(text, blueprint, tools_.sealer);
    if (store_.begin()->blueprint_hash(path) == hash) {
      ++out_.unchanged;
      return;
    }
    ApplyOptions options;
    options.remember = {path, hash};
    auto result = apply_blueprint(blueprint, store_, tools_, options);
    if (auto* errors = std::get_if<FileErrors>(&result)) return failed(std::move(*errors));
    applied(std::get<BlueprintReport>(std::move(result)));
  }

  void failed(FileErrors errors) {
    ++out_.failed;
    for (FileError& error : errors) {
      log::error("blueprint.error",
                 {{"file", error.file}, {"line", std::int64_t{error.line}}, {"error", error.text}});
      out_.errors.push_back(std::move(error));
    }
  }

  FolderReport take() { return std::move(out_); }

 private:
  void applied(BlueprintReport report) {
    log::info("blueprint.applied", {{"file", report.file},
                                    {"created", static_cast<std::int64_t>(report.created)},
                                    {"updated", static_cast<std::int64_t>(report.updated)},
                                    {"deleted", static_cast<std::int64_t>(report.deleted)}});
    out_.change = std::max(out_.change, report.change);
    out_.applied.push_back(std::move(report));
  }

  core::Store& store_;
  const core::ObjectTools& tools_;
  FolderReport out_;
};

bool is_blueprint(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

// Files below `folder`, in path order; nothing hidden. nullopt: it cannot be read.
std::optional<std::vector<fs::path>> files_of(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> out;
  fs::recursive_directory_iterator at(folder, code);
  for (const fs::recursive_directory_iterator end; !code && at != end; at.increment(code)) {
    const bool hidden = at->path().filename().string().starts_with('.');
    if (hidden) {
      at.disable_recursion_pending();
    } else if (is_blueprint(at->path()) && at->is_regular_file(code)) {
      out.push_back(at->path());
    }
  }
  if (code) return std::nullopt;
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

FolderReport apply_builtin(core::Store& store, const core::ObjectTools& tools) {
  Batch batch(store, tools);
  for (const BuiltinBlueprint& blueprint : builtin_blueprints()) {
    batch.file("built-in/" + std::string(blueprint.path), blueprint.text);
  }
  return batch.take();
}

FolderReport apply_folders(std::span<const fs::path> folders, core::Store& store,
                           const core::ObjectTools& tools) {
  Batch batch(store, tools);
  for (const fs::path& folder : folders) {
    const auto files = files_of(folder);
    if (!files) {
      batch.failed({FileError{folder.string(), 0, 0, "this folder cannot be read"}});
      continue;
    }
    for (const fs::path& path : *files) {
      auto text = read_text_file(path);
      if (auto* error = std::get_if<FileError>(&text)) {
        batch.failed({*error});
      } else {
        batch.file(path.string(), std::get<std::string>(text));
      }
    }
  }
  return batch.take();
}

}  // namespace postern::app
