#pragma once
// `postern radius ...`: what an administrator asks about RADIUS. Thread: the command's.

#include "app/commands/context.h"

namespace postern::app {

// Packets that were dropped without an answer: by cause, and the last sources.
int radius_dropped(CommandContext& context);

}  // namespace postern::app
