#pragma once
// Which configuration file counts: --config, $POSTERN_CONFIG, ./state/postern.yaml,
// /etc/postern/postern.yaml, or none at all (defaults, state in ./state). Thread: main's.

#include <string>

#include "app/config/config.h"

namespace postern::app {

ConfigResult locate_config(const std::string& given);

}  // namespace postern::app
