#pragma once
// Commands on the node itself: blueprints, the read model.

#include "app/commands/context.h"

namespace postern::app {

int apply_files(CommandContext& context, bool dry_run);
int directory_status(CommandContext& context);
int directory_rebuild(CommandContext& context);

}  // namespace postern::app
