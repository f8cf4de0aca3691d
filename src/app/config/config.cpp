#include "app/config/config.h"

#include <algorithm>
#include <limits>

#include "app/config/attribute_types.h"
#include "app/config/map_reader.h"
#include "app/config/setting_values.h"
#include "app/config/transport_values.h"
#include "core/mail_address.h"

namespace postern::app {
namespace {

using std::string_view;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMiB = 1024 * 1024;
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

constexpr std::uint16_t kLdapPort = 3389;
constexpr std::uint16_t kLdapsPort = 6636;
constexpr std::uint16_t kHttpPort = 9000;
constexpr std::uint16_t kHttpsPort = 9443;

const YamlNode kNothing;

const YamlNode& section(MapReader& map, string_view key) {
  const YamlNode* node = map.take(key);
  return node == nullptr ? kNothing : *node;
}

ListenConfig default_listen() {
  ListenConfig listen;
  listen.ldap = {{"*", kLdapPort}};
  listen.ldaps = {{"*", kLdapsPort}};
  listen.http = {{"*", kHttpPort}};
  listen.https = {{"*", kHttpsPort}};
  return listen;
}

void read_listen(const YamlNode& node, ListenConfig& out, ConfigContext& context) {
  out = {};
  MapReader map(node, "listen", context);
  map.endpoints("ldap", out.ldap);
  map.endpoints("ldaps", out.ldaps);
  map.endpoints("radius", out.radius);
  map.endpoints("radius_accounting", out.radius_accounting);
  map.endpoints("http", out.http);
  map.endpoints("https", out.https);
  map.endpoints("metrics", out.metrics);
  map.endpoints("radsec", out.radsec);
  if (const YamlNode* ldapi = map.take("ldapi")) read_ldapi(*ldapi, out.ldapi, context);
  if (const YamlNode* proxies = map.take("proxies")) {
    read_networks(*proxies, "listen.proxies", out.proxies, context);
  }
  map.finish();
}

// The URL with an absolute path, or "" when it is not one of ours.
std::string absolute_store_url(const std::string& url, const ConfigContext& context) {
  constexpr string_view kScheme = "sqlite:///";
  if (!url.starts_with(kScheme)) return {};
  const std::string path = url.substr(kScheme.size());
  if (path.empty() || path.find('?') != std::string::npos) return {};
  return std::string(kScheme) + context.absolute(path).string();
}

void read_store(const YamlNode& node, StoreConfig& out, ConfigContext& context) {
  MapReader map(node, "store", context);
  // A database URL may hold a password, so it is read as one and never shown.
  core::Secret url;
  map.secret("url", url);
  map.whole("upgrade_copies", out.upgrade_copies, {0, 100});
  map.finish();
  if (url.empty()) return;
  const std::string text(url.reveal());
  const Mark mark = node.find("url")->mark;
  if (text.starts_with("postgres")) {
    context.error(mark,
                  "`store.url`: PostgreSQL is not supported by this version; allowed is "
                  "sqlite:////absolute/path.db or sqlite:///path/from/this/file.db");
    return;
  }
  out.url = absolute_store_url(text, context);
  if (out.url.empty()) {
    context.error(mark,
                  "`store.url` has an unknown form; allowed is sqlite:////absolute/path.db or "
                  "sqlite:///path/from/this/file.db");
  }
}

void read_tls(const YamlNode& node, TlsConfig& out, ConfigContext& context) {
  MapReader map(node, "tls", context);
  map.path("certificate", out.certificate);
  map.path("key", out.key);
  map.path("client_ca", out.client_ca);
  map.text("ciphers", out.ciphers);
  map.text("ciphersuites", out.ciphersuites);
  static constexpr string_view kClients[] = {"optional", "required"};
  if (const auto index = map.choice("client_certificate", kClients)) {
    out.client_certificate_required = *index == 1;
  }
  if (const YamlNode* names = map.take("client_names")) {
    read_client_names(*names, out.client_names, context);
  }
  map.flag("require_confidentiality", out.require_confidentiality);
  static constexpr string_view kVersions[] = {"1.2", "1.3"};
  if (const auto index = map.choice("min_version", kVersions)) {
    out.min_version = *index == 0 ? TlsVersion::tls12 : TlsVersion::tls13;
  }
  map.finish();
  if (!out.require_confidentiality) {
    context.warning(node.find("require_confidentiality")->mark,
                    "`tls.require_confidentiality: false` lets passwords cross the network in "
                    "clear");
  }
  if (out.client_certificate_required && !out.client_ca) {
    context.error(node.mark, "`tls.client_certificate: required` needs `tls.client_ca` beside it");
  }
  if (out.certificate.has_value() != out.key.has_value()) {
    context.error(node.mark, out.key ? "`tls.key` needs `tls.certificate` beside it"
                                     : "`tls.certificate` needs `tls.key` beside it");
  }
}

void read_log(const YamlNode& node, LogConfig& out, ConfigContext& context) {
  MapReader map(node, "log", context);
  static constexpr string_view kLevels[] = {"trace", "debug", "info", "warning", "error"};
  static constexpr string_view kFormats[] = {"text", "json"};
  if (const auto index = map.choice("level", kLevels)) out.level = static_cast<log::Level>(*index);
  if (const auto index = map.choice("format", kFormats)) {
    out.format = *index == 0 ? log::Format::text : log::Format::json;
  }
  map.finish();
}

void read_bootstrap(const YamlNode& node, BootstrapConfig& out, ConfigContext& context) {
  constexpr std::size_t kShortestToken = 20;
  MapReader map(node, "bootstrap", context);
  map.secret("password", out.password);
  map.secret("token", out.token);
  map.text("email", out.email);
  map.finish();
  if (!out.token.empty() && out.token.size() < kShortestToken) {
    context.error(
        node.find("token")->mark,
        "`bootstrap.token` has fewer than 20 characters; make one with `openssl rand -hex 32`");
  }
  if (!out.email.empty() && out.email.find('@') == std::string::npos) {
    context.error(node.find("email")->mark, "`bootstrap.email` is " + in_quotes(out.email) +
                                                "; allowed is an e-mail address");
  }
}

void read_throttle(const YamlNode& node, ThrottleConfig& out, ConfigContext& context) {
  if (node.is_plain()) {
    if (const auto on = parse_switch(node.text)) {
      out.enabled = *on;
      return;
    }
  }
  MapReader map(node, "login.throttle", context);
  map.duration("first_delay", out.first_delay, {0, kMinute});
  map.duration("max_delay", out.max_delay, {0, 5 * kMinute});
  map.whole("failures", out.failures, {1, 10000});
  map.duration("window", out.window, {kSecond, kDay});
  map.duration("refusal", out.refusal, {kSecond, kDay});
  map.duration("max_refusal", out.max_refusal, {kSecond, 7 * kDay});
  map.duration("same_password", out.same_password, {0, kDay});
  map.whole("code_guesses", out.code_guesses, {1, 100});
  map.duration("code_window", out.code_window, {kSecond, kDay});
  map.whole("code_guesses_per_day", out.code_guesses_per_day, {1, 1000});
  map.finish();
  if (out.max_refusal < out.refusal) {
    context.error(node.mark, "`login.throttle.max_refusal` is shorter than `refusal`");
  }
}

void read_argon2(const YamlNode& node, core::Argon2Cost& out, ConfigContext& context) {
  MapReader map(node, "login.argon2", context);
  std::int64_t memory = std::int64_t{out.memory_kib} * 1024;
  int passes = static_cast<int>(out.passes);
  map.size("memory", memory, {8 * kMiB, 1024 * kMiB});
  map.whole("passes", passes, {1, 16});
  map.finish();
  out.memory_kib = static_cast<std::uint32_t>(memory / 1024);
  out.passes = static_cast<std::uint32_t>(passes);
}

void read_login(const YamlNode& node, LoginConfig& out, ConfigContext& context) {
  MapReader map(node, "login", context);
  map.duration_or_off("recent_verification", out.recent_verification, {kSecond, kHour});
  if (const YamlNode* throttle = map.take("throttle")) {
    read_throttle(*throttle, out.throttle, context);
  }
  MapReader staleness(section(map, "max_staleness"), "login.max_staleness", context);
  staleness.duration("reachable", out.max_staleness.reachable, {0, kHour});
  staleness.duration("unreachable", out.max_staleness.unreachable, {0, 7 * kDay});
  staleness.finish();
  read_argon2(section(map, "argon2"), out.argon2, context);
  map.finish();
}

void read_limits(const YamlNode& node, LimitsConfig& out, ConfigContext& context) {
  MapReader map(node, "limits", context);
  map.whole("connections", out.connections, {1, 1000000});
  map.whole("per_address", out.per_address, {1, 1000000});
  map.duration("handshake", out.handshake, {kSecond, 10 * kMinute});
  map.duration("idle", out.idle, {0, 30 * kDay});
  map.size("message_size", out.message_size, {65536, 64 * kMiB});
  map.whole("in_flight", out.in_flight, {1, 10000});
  map.whole("search_size", out.search_size, {0, kNoLimit});
  map.duration("search_time", out.search_time, {0, kDay});
  map.whole("search_examined", out.search_examined, {0, kNoLimit});
  out.full_search_size = out.search_size;
  out.full_search_time = out.search_time;
  out.full_search_examined = out.search_examined;
  map.whole("full_search_size", out.full_search_size, {0, kNoLimit});
  map.duration("full_search_time", out.full_search_time, {0, kDay});
  map.whole("full_search_examined", out.full_search_examined, {0, kNoLimit});
  map.size("sort_memory", out.sort_memory, {kMiB, 65536 * kMiB});
  map.finish();
}

void read_radius(const YamlNode& node, RadiusConfig& out, ConfigContext& context) {
  MapReader map(node, "radius", context);
  map.paths("dictionaries", out.dictionaries);
  map.path("radsec_client_ca", out.radsec_client_ca);
  map.duration("session_retention", out.session_retention, {60'000, 3650 * kDay});
  map.duration("session_patience", out.session_patience, {60'000, 3650 * kDay});
  map.finish();
}

void read_http(const YamlNode& node, HttpConfig& out, ConfigContext& context) {
  MapReader map(node, "http", context);
  if (const YamlNode* networks = map.take("trusted_proxies")) {
    read_networks(*networks, "http.trusted_proxies", out.trusted_proxies, context);
  }
  map.flag("proxy_protocol", out.proxy_protocol);
  map.size("body_size", out.body_size, {1024, 64 * kMiB});
  map.whole("login_rate", out.login_rate, {0, 1'000'000});
  map.whole("token_failures", out.token_failures, {0, 1'000'000});
  map.duration_or_off("session_idle", out.session_idle, {kSecond, 90 * kDay});
  map.finish();
}

void read_geoip(const YamlNode& node, GeoIpConfig& out, ConfigContext& context) {
  MapReader map(node, "geoip", context);
  map.path("city", out.city);
  map.path("asn", out.asn);
  map.finish();
}

void read_webauthn(const YamlNode& node, WebAuthnConfig& out, ConfigContext& context) {
  MapReader map(node, "webauthn", context);
  map.path("attestation_roots", out.attestation_roots);
  map.finish();
}

void read_email(const YamlNode& node, EmailConfig& out, ConfigContext& context) {
  MapReader map(node, "email", context);
  map.text("host", out.host);
  map.whole("port", out.port, {1, 65535});
  map.text("username", out.username);
  map.secret("password", out.password);
  map.flag("use_tls", out.use_tls);
  map.flag("use_ssl", out.use_ssl);
  map.duration("timeout", out.timeout, {kSecond, 5 * kMinute});
  const YamlNode* from = map.text("from", out.from);
  if (from != nullptr && !core::is_mail_address(out.from)) {
    context.error(from->mark, "`email.from` is " + in_quotes(out.from) +
                                  "; allowed is an address such as postern@example.org");
  }
  map.path("ca", out.ca);
  map.flag("account_notices", out.account_notices);
  map.finish();
}

void read_outbound(const YamlNode& node, OutboundConfig& out, ConfigContext& context) {
  MapReader map(node, "outbound", context);
  map.path("ca", out.ca);
  map.finish();
}

void read_threads(const YamlNode& node, ThreadsConfig& out, ConfigContext& context) {
  MapReader map(node, "threads", context);
  map.whole("loops", out.loops, {0, 256});
  map.whole("hash", out.hash, {0, 256});
  map.whole("store", out.store, {1, 64});
  map.finish();
}

bool is_base_url(const std::string& url) {
  for (const string_view scheme : {string_view("http://"), string_view("https://")}) {
    if (!url.starts_with(scheme) || url.size() == scheme.size() || url[scheme.size()] == '/')
      continue;
    return std::all_of(url.begin(), url.end(), [](char c) {
      return c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '"' && c != '<' && c != '>' &&
             c != '@' && c != '\\';
    });
  }
  return false;
}

void read_base_url(MapReader& map, Config& out, ConfigContext& context) {
  std::string url = out.base_url;
  const YamlNode* node = map.text("base_url", url);
  if (node == nullptr) return;
  if (!is_base_url(url)) {
    context.error(node->mark, "`base_url` is " + in_quotes(url) +
                                  "; allowed is http://host or https://host, with :port and /path");
    return;
  }
  while (url.ends_with('/')) url.pop_back();
  out.base_url = url;
}

void read_top(const YamlNode& root, Config& out, ConfigContext& context) {
  MapReader map(root, "", context);
  std::optional<std::filesystem::path> state_dir;
  map.path("state_dir", state_dir);
  if (state_dir) out.state_dir = *state_dir;
  std::optional<std::filesystem::path> sealing_key;
  map.path("sealing_key", sealing_key);
  if (sealing_key) out.sealing_key = *sealing_key;
  read_base_url(map, out, context);
  if (const YamlNode* listen = map.take("listen")) read_listen(*listen, out.listen, context);
  read_store(section(map, "store"), out.store, context);
  read_tls(section(map, "tls"), out.tls, context);
  if (const YamlNode* networks = map.take("trusted_applications")) {
    read_networks(*networks, "trusted_applications", out.trusted_applications, context);
  }
  read_log(section(map, "log"), out.log, context);
  read_bootstrap(section(map, "bootstrap"), out.bootstrap, context);
  map.paths("blueprints", out.blueprints);
  map.paths("profiles", out.profiles);
  read_attribute_types(section(map, "attributes"), out.attributes, context);
  read_login(section(map, "login"), out.login, context);
  read_limits(section(map, "limits"), out.limits, context);
  read_radius(section(map, "radius"), out.radius, context);
  read_http(section(map, "http"), out.http, context);
  read_email(section(map, "email"), out.email, context);
  read_outbound(section(map, "outbound"), out.outbound, context);
  read_geoip(section(map, "geoip"), out.geoip, context);
  read_webauthn(section(map, "webauthn"), out.webauthn, context);
  read_threads(section(map, "threads"), out.threads, context);
  map.finish();
}

std::filesystem::path full_path(const std::filesystem::path& path) {
  std::error_code code;
  auto full = std::filesystem::absolute(path, code);
  return (code ? path : full).lexically_normal();
}

void settle(Config& config) {
  if (config.store.url.empty()) {
    config.store.url = "sqlite:///" + (config.state_dir / "postern.db").string();
  }
}

Config unsettled(const LoadOptions& options) {
  Config config;
  config.state_dir = full_path(options.default_state_dir);
  config.listen = default_listen();
  return config;
}

}  // namespace

std::string to_text(const Endpoint& endpoint) {
  const bool brackets = endpoint.host.find(':') != std::string::npos;
  const std::string host = brackets ? "[" + endpoint.host + "]" : endpoint.host;
  return host + ":" + std::to_string(endpoint.port);
}

Config default_config(const LoadOptions& options) {
  Config config = unsettled(options);
  settle(config);
  return config;
}

ConfigResult load_config_text(std::string_view text, const std::filesystem::path& path,
                              const LoadOptions& options) {
  auto read = read_yaml(text, path.string());
  if (auto* error = std::get_if<FileError>(&read)) return FileErrors{*error};
  ConfigContext context;
  context.file = path.string();
  context.folder = full_path(path).parent_path();
  Config config = unsettled(options);
  config.file = full_path(path);
  read_top(std::get<YamlNode>(read), config, context);
  std::stable_sort(context.errors.begin(), context.errors.end(),
                   [](const FileError& a, const FileError& b) { return a.line < b.line; });
  if (!context.errors.empty()) return std::move(context.errors);
  settle(config);
  config.warnings = std::move(context.warnings);
  return config;
}

ConfigResult load_config(const std::filesystem::path& path, const LoadOptions& options) {
  auto read = read_text_file(path);
  if (auto* error = std::get_if<FileError>(&read)) return FileErrors{*error};
  return load_config_text(std::get<std::string>(read), path, options);
}

}  // namespace postern::app
