#pragma once
// From query parameters to a ListQuery: filters, search and order of a resource. Thread: any that
// may block (names are looked up).

#include "http/api/resource.h"

namespace postern::http {

// A Response: a parameter is not what it has to be.
std::optional<Response> read_listing(Context& context, const Resource& resource,
                                     core::ListQuery& query);

}  // namespace postern::http
