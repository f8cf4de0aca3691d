#pragma once
// Blueprints at start and at SIGHUP: those built into the binary, then the configured folders in
// path order. A file is applied when it was never applied or its fingerprint changed; a file with
// an error leaves its own transaction undone, is logged, and the others go on.
//
// The fingerprint is a keyed digest (from the sealing key) over the text and over what its `!Env`
// and
// `!File` tags name, so that a secret that moved is seen and none can be guessed from it.
// `blueprints.goauthentik.io/instantiate: "false"` in the labels leaves a file out.
// StoreError passes through. Blocking.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "app/blueprints/apply.h"

namespace postern::app {

struct FolderReport {
  std::vector<BlueprintReport> applied;
  FileErrors errors;          // also logged
  std::size_t failed = 0;     // files
  std::size_t unchanged = 0;  // files whose fingerprint is the one last applied
  std::size_t left_out = 0;   // by their label
  std::int64_t change = 0;    // last row of the change feed, to wait for
};

FolderReport apply_builtin(core::Store& store, const core::ObjectTools& tools);
// *.yaml and *.yml below each folder, hidden ones left out. A folder that cannot be read is an
// error.
FolderReport apply_folders(std::span<const std::filesystem::path> folders, core::Store& store,
                           const core::ObjectTools& tools);

}  // namespace postern::app
