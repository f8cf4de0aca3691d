#pragma once
// `postern import`: users and groups from LDIF (slapcat and ldapsearch output) or CSV, in one pass,
// with a progress line and a report of what was not taken and why. Writes go through core Objects
// in batches of at most 50 ms, so a running server goes on serving. An import that is interrupted
// can be repeated: what exists already is left alone, or updated with `update`. Thread: the
// command's.

#include <string>

#include "app/commands/context.h"

namespace postern::app {

struct ImportOptions {
  std::string format;  // "ldif", "csv", "" = by the file's name
  bool update = false;
  bool dry_run = false;
};
int import_file(CommandContext& context, const ImportOptions& options);

}  // namespace postern::app
