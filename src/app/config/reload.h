#pragma once
// What a running server can take from a changed configuration without a restart. Pure; thread-safe.

#include <string_view>
#include <vector>

#include "app/config/config.h"

namespace postern::app {

enum class Reload {
  now,      // taken at SIGHUP
  restart,  // keeps its old value until the next start
  never,    // only looked at during the first start (bootstrap)
};

struct SettingChange {
  std::string_view key;  // "tls.certificate"
  Reload reload = Reload::restart;
};

// The settings whose values differ, in the order of the file. Values are not shown: some are
// secrets.
std::vector<SettingChange> changes_between(const Config& running, const Config& fresh);

// `fresh`, but every setting that needs a restart as `running` has it: what a reload puts in force.
Config reloadable(const Config& running, const Config& fresh);

}  // namespace postern::app
