#include "http/web_page.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <set>

#include "core/html_text.h"
#include "http/api/brand.h"
#include "http/assets.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::string_view kPlace = "/static/dist/";

// What one bundle loads: its script, the chunks that it imports, the style sheets.
struct Bundle {
  std::string script;
  std::set<std::string, std::less<>> chunks;
  std::set<std::string, std::less<>> styles;
};

struct Manifest {
  std::map<std::string, Bundle, std::less<>> bundles;
  std::string style;  // of all
};

std::string_view text_of(const Object& entry, std::string_view name) {
  const Value* value = entry.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

void collect(const Object& all, std::string_view key, Bundle& bundle) {
  const Value* value = all.if_contains(key);
  if (value == nullptr || !value->is_object()) return;
  const Object& entry = value->get_object();
  const Value* imports = entry.if_contains("imports");
  if (imports == nullptr || !imports->is_array()) return;
  for (const Value& one : imports->get_array()) {
    if (!one.is_string()) continue;
    const Value* chunk = all.if_contains(one.get_string());
    if (chunk == nullptr || !chunk->is_object()) continue;
    if (bundle.chunks.emplace(text_of(chunk->get_object(), "file")).second) {
      collect(all, one.get_string(), bundle);
    }
  }
}

Manifest read_manifest() {
  Manifest out;
  const Asset* asset = find_asset("manifest.json");
  if (asset == nullptr) return out;
  boost::json::error_code failed;
  const Value parsed = boost::json::parse(
      boost::json::string_view(asset->plain.data(), asset->plain.size()), failed);
  if (failed || !parsed.is_object()) return out;
  for (const auto& [key, value] : parsed.get_object()) {
    if (!value.is_object()) continue;
    const Object& entry = value.get_object();
    const std::string_view file = text_of(entry, "file");
    if (file.ends_with(".css")) out.style = file;
    const Value* is_entry = entry.if_contains("isEntry");
    if (is_entry == nullptr || *is_entry != true) continue;
    Bundle bundle;
    bundle.script = file;
    collect(parsed.get_object(), key, bundle);
    out.bundles[std::string(text_of(entry, "name"))] = std::move(bundle);
  }
  return out;
}

const Manifest& manifest() {
  static const Manifest kRead = read_manifest();
  return kRead;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + core::html_escape(value) + "\"";
}

std::string head(const Object& brand, std::string_view title) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>" +
      core::html_escape(title) + "</title>\n";
  const std::string_view icon = text_of(brand, "branding_favicon");
  out += "<link rel=\"icon\"" + attribute("href", icon.empty() ? "data:," : icon) + ">\n";
  const std::string& style = manifest().style;
  if (!style.empty()) {
    out += "<link rel=\"stylesheet\" href=\"" + std::string(kPlace) + style + "\">\n";
  }
  if (!text_of(brand, "branding_custom_css").empty()) {
    out += "<link rel=\"stylesheet\" href=\"/static/custom.css\">\n";
  }
  return out;
}

std::string title_of(const Object& brand) {
  const std::string_view title = text_of(brand, "branding_title");
  return title.empty() ? std::string("postern") : std::string(title);
}

}  // namespace

Response shell_page(Context& context, std::string_view name) {
  const auto found = manifest().bundles.find(name);
  if (found == manifest().bundles.end()) {
    return plain_page(context, 200, "postern",
                      "<p>The web interface is not built into this version. It is managed over "
                      "<code>/api/v3/</code>.</p>\n");
  }
  // The page shows the sheet's rules by its link alone.
  Object brand = brand_of(context);
  std::string out = head(brand, title_of(brand));
  brand.erase("branding_custom_css");
  out +=
      "<meta name=\"postern-brand\"" + attribute("content", boost::json::serialize(brand)) + ">\n";
  for (const std::string& chunk : found->second.chunks) {
    out += "<link rel=\"modulepreload\" href=\"" + std::string(kPlace) + chunk + "\">\n";
  }
  // async: it does not wait for the style sheet, which the first paint waits for.
  out += "<script type=\"module\" async src=\"" + std::string(kPlace) + found->second.script +
         "\"></script></head>\n<body><div id=\"app\"></div>"
         "<noscript><p>This page needs JavaScript.</p></noscript></body></html>\n";
  return page(200, std::move(out));
}

Response plain_page(Context& context, unsigned status, std::string_view title,
                    std::string_view content) {
  const Object brand = brand_of(context);
  return page(status, head(brand, title) + "</head>\n<body><main class=\"plain-page\"><h1>" +
                          core::html_escape(title) + "</h1>\n" + std::string(content) +
                          "</main></body></html>\n");
}

}  // namespace postern::http
