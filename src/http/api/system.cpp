// Brands, the settings of the installation, what the server says of itself, and lists that are
// empty because nothing of their kind can be made here yet.

#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <sys/utsname.h>

#include "core/model/time_text.h"
#include "http/api/brand.h"
#include "http/api/objects_in_one.h"
#include "http/api/paging.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/flow/executor.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;

constexpr ApiField kBrandFields[] = {
    {.name = "brand_uuid", .use = Use::read, .source = "pk"},
    {.name = "domain", .required = true},
    {.name = "default"},
    {.name = "branding_title"},
    {.name = "branding_logo"},
    {.name = "branding_favicon"},
    {.name = "branding_custom_css"},
    {.name = "branding_default_flow_background"},
    {.name = "branding_map_tiles"},
    {.name = "flow_authentication"},
    {.name = "flow_user_switch", .use = Use::fixed, .constant = "null"},
    {.name = "flow_invalidation"},
    {.name = "flow_recovery"},
    {.name = "flow_unenrollment"},
    {.name = "flow_user_settings"},
    {.name = "flow_device_code", .use = Use::fixed, .constant = "null"},
    {.name = "flow_lockdown", .use = Use::fixed, .constant = "null"},
    {.name = "flow_request", .use = Use::fixed, .constant = "null"},
    {.name = "default_application"},
    {.name = "web_certificate", .use = Use::fixed, .constant = "null"},
    {.name = "client_certificates", .use = Use::fixed, .constant = "[]"},
    {.name = "attributes"},
};
constexpr ApiFilter kBrandFilters[] = {{"brand_uuid", "pk"}, {"domain", "domain"}};
constexpr std::string_view kBrandSearch[] = {"domain"};
const Resource kBrandResource{
    .path = "core/brands",
    .model = "authentik_brands.brand",
    .fields = kBrandFields,
    .filters = kBrandFilters,
    .search = kBrandSearch,
    .order = "domain",
};

Object flags() { return {{"flows_continuous_login", false}, {"flows_refresh_others", false}}; }

}  // namespace

core::Object brand_of(Context& context) {
  Showing showing(context);
  const auto& brands = showing.all("authentik_brands.brand");
  const Object* brand = nullptr;
  for (const Object& one : brands) {
    if (one.at("domain").as_string() == context.request.host) brand = &one;
  }
  for (const Object& one : brands) {
    if (brand == nullptr && one.at("default") == true) brand = &one;
  }
  const auto text = [&](std::string_view name) {
    return brand == nullptr ? Value("") : brand->at(name);
  };
  Object out{{"matched_domain", brand == nullptr ? Value("fallback") : brand->at("domain")},
             {"branding_title", brand == nullptr ? Value("postern") : text("branding_title")},
             {"branding_logo", text("branding_logo")},
             {"branding_logo_themed_urls", nullptr},
             {"branding_favicon", text("branding_favicon")},
             {"branding_favicon_themed_urls", nullptr},
             {"branding_custom_css", text("branding_custom_css")},
             {"branding_map_tiles", text("branding_map_tiles")},
             {"ui_footer_links", boost::json::array()},
             {"ui_theme", "automatic"},
             {"default_locale", ""},
             {"flags", flags()}};
  for (const std::string_view use :
       {"authentication", "invalidation", "recovery", "unenrollment", "user_settings"}) {
    const std::string slug = default_flow(context, use);
    if (!slug.empty()) out["flow_" + std::string(use)] = slug;
  }
  return out;
}

namespace {

Response current_brand(Context& context) { return json_response(200, brand_of(context)); }

constexpr ApiField kSettingsFields[] = {
    {.name = "avatars"},
    {.name = "base_url", .use = Use::fixed, .constant = "\"\""},
    {.name = "default_user_change_name"},
    {.name = "default_user_change_email"},
    {.name = "default_user_change_username"},
    {.name = "event_retention"},
    {.name = "reputation_lower_limit"},
    {.name = "reputation_upper_limit"},
    {.name = "footer_links", .use = Use::fixed, .constant = "[]"},
    {.name = "gdpr_compliance"},
    {.name = "impersonation"},
    {.name = "impersonation_require_reason"},
    {.name = "default_token_duration"},
    {.name = "default_token_length"},
    {.name = "pagination_default_page_size"},
    {.name = "pagination_max_page_size"},
};
constexpr ApiField kOwnSettingsFields[] = {{.name = "token_view_again"}};
const Resource kSettingsResource{
    .path = "admin/settings", .model = "authentik_tenants.tenant", .fields = kSettingsFields};
const Resource kOwnSettingsResource{
    .path = "postern/settings", .model = "authentik_tenants.tenant", .fields = kOwnSettingsFields};

std::optional<Object> settings_row(const Context& context) {
  core::ListQuery query;
  query.limit = 1;
  auto rows = context.services.store.list(model_of(kSettingsResource), query);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

Response show_settings(Context& context, const Resource& resource) {
  const auto row = settings_row(context);
  if (!row) return detail(404, "Not found.");
  Showing showing(context);
  Object out = show(resource, showing, *row);
  if (&resource == &kSettingsResource) {
    out["base_url"] = context.services.base_url;
    out["flags"] = Object{{"core_default_app_access", true},
                          {"enterprise_audit_include_expanded_diff", false},
                          {"flows_continuous_login", false},
                          {"flows_refresh_others", false}};
  }
  return json_response(200, out);
}

Response change_settings(Context& context, const Resource& resource) {
  const auto row = settings_row(context);
  if (!row) return detail(404, "Not found.");
  // The row is found by its key, as if the path had named it.
  context.params["key"] = std::string(row->at("pk").as_string());
  Response response = update_object(context, resource);
  return response.status == 200 ? show_settings(context, resource) : response;
}

Response root_config(Context&) {
  return json_response(200, Object{{"error_reporting", Object{{"enabled", false},
                                                              {"sentry_dsn", ""},
                                                              {"environment", ""},
                                                              {"send_pii", false},
                                                              {"traces_sample_rate", 0.5}}},
                                   {"capabilities", boost::json::array()},
                                   {"cache_timeout", 300},
                                   {"cache_timeout_flows", 300},
                                   {"cache_timeout_policies", 300}});
}

Response version(Context& context) {
  const std::string& own = context.services.version;
  return json_response(200, Object{{"version_current", own},
                                   {"version_latest", own},
                                   {"version_latest_valid", true},
                                   {"build_hash", ""},
                                   {"outdated", false},
                                   {"outpost_outdated", false}});
}

Response system_info(Context& context) {
  utsname name{};
  uname(&name);
  Object headers;
  for (const Header& one : context.request.headers) {
    const bool secret =
        one.name == "cookie" || one.name == "authorization" || one.name == "x-authentik-csrf";
    headers[one.name] = secret ? "(not shown)" : one.value;
  }
  return json_response(
      200, Object{{"http_headers", std::move(headers)},
                  {"http_host", context.request.host},
                  {"http_is_secure", context.request.secure},
                  {"runtime", Object{{"python_version", ""},
                                     {"environment", "custom"},
                                     {"architecture", name.machine},
                                     {"platform", name.sysname},
                                     {"uname", std::string(name.sysname) + " " + name.release},
                                     {"openssl_version", OpenSSL_version(OPENSSL_VERSION)},
                                     {"openssl_fips_enabled", false},
                                     {"authentik_version", context.services.version}}},
                  {"brand", "authentik-default"},
                  {"server_time", core::time_text(context.services.tools.clock.wall())},
                  {"embedded_outpost_disabled", false},
                  {"embedded_outpost_host", context.services.base_url},
                  {"base_url", context.services.base_url}});
}

Response empty_page(Context& context) { return page_from(context, {}); }
Response empty_list(Context&) { return json_response(200, boost::json::array()); }

void add_settings(Router& router, const Resource& resource) {
  const std::string path = "/api/v3/" + std::string(resource.path) + "/";
  router.add("GET", path, Door::superuser,
             [&resource](Context& context) { return show_settings(context, resource); });
  router.add("PUT PATCH", path, Door::superuser,
             [&resource](Context& context) { return change_settings(context, resource); });
}

}  // namespace

void add_system(Router& router) {
  router.add("GET", "/api/v3/core/brands/current/", Door::open, &current_brand);
  add_resource(router, kBrandResource);
  add_settings(router, kSettingsResource);
  add_settings(router, kOwnSettingsResource);
  router.add("GET", "/api/v3/root/config/", Door::open, &root_config);
  router.add("GET", "/api/v3/admin/version/", Door::user, &version);
  router.add("GET", "/api/v3/admin/system/", Door::superuser, &system_info);
  router.add("GET", "/api/v3/sources/all/user_settings/", Door::user, &empty_list);
  for (const std::string_view path : {"sources/all", "sources/oauth", "oauth2/access_tokens",
                                      "oauth2/refresh_tokens", "oauth2/authorization_codes"}) {
    router.add("GET", "/api/v3/" + std::string(path) + "/", Door::superuser, &empty_page);
  }
  for (const std::string_view path :
       {"sources/user_connections/all", "sources/user_connections/oauth"}) {
    router.add("GET", "/api/v3/" + std::string(path) + "/", Door::user, &empty_page);
  }
}

}  // namespace postern::http
