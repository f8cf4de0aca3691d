#include "http/assets.h"

#include <algorithm>

#include "http/api/brand.h"

namespace postern::http {
namespace {

// "gzip", "gzip;q=1", "br, gzip", "*": but not "gzip;q=0".
bool takes_gzip(std::string_view accepted) noexcept {
  const std::size_t at = accepted.find("gzip");
  if (at == std::string_view::npos) return false;
  std::string_view rest = accepted.substr(at + 4);
  rest = rest.substr(0, rest.find(','));
  return rest.find("q=0") == std::string_view::npos || rest.find("q=0.") != std::string_view::npos;
}

Response serve(Context& context) {
  const Asset* asset = find_asset(context.param("name"));
  if (asset == nullptr) return detail(404, "Not found.");
  Response response;
  response.set("Content-Type", asset->type);
  response.set("Cache-Control", "public, max-age=31536000, immutable");
  response.set("Vary", "Accept-Encoding");
  if (takes_gzip(context.request.header("accept-encoding"))) {
    response.set("Content-Encoding", "gzip");
    response.body = StaticSpan{asset->gzip};
  } else {
    response.body = StaticSpan{asset->plain};
  }
  return response;
}

Response custom_style(Context& context) {
  const core::Object brand = brand_of(context);
  const core::Value* text = brand.if_contains("branding_custom_css");
  Response response;
  response.set("Content-Type", "text/css; charset=utf-8");
  response.set("Cache-Control", "no-cache");
  response.body =
      text != nullptr && text->is_string() ? std::string(text->get_string()) : std::string();
  return response;
}

}  // namespace

const Asset* find_asset(std::string_view name) noexcept {
  const auto all = assets();
  const auto found = std::ranges::lower_bound(all, name, {}, &Asset::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

void add_assets(Router& router) {
  router.add("GET", "/static/dist/{name:slug}", Door::open, &serve);
  router.add("GET", "/static/custom.css", Door::open, &custom_style);
}

}  // namespace postern::http
