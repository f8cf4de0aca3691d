#pragma once
// backup, restore, export: what an administrator keeps elsewhere.
//
// backup runs beside the server or without one. The copy is made in the state folder, read back,
// then written to the descriptor that the client opened - so that the client's rights decide where
// it may lie - and compared with what was read back from there.
// restore needs the state folder for itself and never opens the present database, which may be what
// is broken. The sealing key is not in a copy.

#include <filesystem>
#include <string>

#include "app/commands/context.h"
#include "app/config/config.h"

namespace postern::app {

int back_up(CommandContext& context);
int restore(const Config& config, const std::filesystem::path& copy, const Console& console);

}  // namespace postern::app
