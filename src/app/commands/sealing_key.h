#pragma once
// sealing-key rotate: a new sealing key for everything that is sealed, while no server runs. The
// key's folder may be root's and the state folder the service user's, so the files are handled by
// this process and the database by a child, which has become the owner of the state folder.
// Ended at any point it leaves a working state, see app/sealing_keys.h. Thread: the command's.

#include "app/config/config.h"
#include "app/console.h"

namespace postern::app {

// `leave_unopened`: go on although some blobs do not open; they are lost already.
int rotate_sealing_key(const Config& config, bool leave_unopened, const Console& console);

}  // namespace postern::app
