#pragma once
// The HTML documents of the server: the shells that a bundle of the web interface fills, and small
// pages that stand without a script. Nothing inline but text: the content security policy has no
// place for more. Thread: any that may block.

#include <string>
#include <string_view>

#include "http/context.h"

namespace postern::http {

// A page that the bundle ("flow", "user", "admin") fills. Without bundles it says where the API is.
Response shell_page(Context& context, std::string_view bundle);

// `content` is HTML.
Response plain_page(Context& context, unsigned status, std::string_view title,
                    std::string_view content);

}  // namespace postern::http
