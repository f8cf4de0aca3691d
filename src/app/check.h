#pragma once
// `postern check`: says what is wrong with the configuration, the blueprints and the certificates
// without starting and without touching the state folder. Exit code 0 or 2. Thread: main's.

#include "app/config/config.h"
#include "app/console.h"

namespace postern::app {

int check(const Config& config, const Console& console);

}  // namespace postern::app
