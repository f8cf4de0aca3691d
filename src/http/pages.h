#pragma once
// The paths outside /api/v3: shells of the web interface and its files, redirects into flows,
// recovery keys, health. Thread: any that may block.

#include "http/router.h"

namespace postern::http {

void add_pages(Router& router);

}  // namespace postern::http
