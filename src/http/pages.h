#pragma once
// The paths outside /api/v3: shells of the web interface (which this version does not hold yet),
// redirects into flows, recovery keys, health. Thread: any that may block.

#include "http/router.h"

namespace postern::http {

void add_pages(Router& router);

}  // namespace postern::http
