#pragma once
// Distrust: who dies by a fault of its own (SIGSEGV, SIGBUS, SIGABRT) takes the directory's mark
// along, so that the next start builds the read model anew and does not die of the same damaged
// page. kill -9 leaves the mark, and the file is used again. The fault itself goes on to whoever
// handled it before.
//
// Process-wide; the last folder counts. Call once, before the folder is opened. Thread: main's.

#include <string>

namespace postern::directory {

void distrust_at_fault(const std::string& folder);

}  // namespace postern::directory
