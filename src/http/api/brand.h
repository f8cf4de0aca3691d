#pragma once
// The brand of the host that a request names, as /core/brands/current/ shows it.
// Thread: any that may block.

#include "core/model/model.h"
#include "http/context.h"

namespace postern::http {

core::Object brand_of(Context& context);

}  // namespace postern::http
