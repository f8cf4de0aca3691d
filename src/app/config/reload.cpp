#include "app/config/reload.h"

namespace postern::app {
namespace {

// One row per setting: how to tell a difference, how to copy the value.
struct Setting {
  std::string_view key;
  Reload reload;
  bool (*same)(const Config&, const Config&);
  void (*copy)(Config& to, const Config& from);
};

#define POSTERN_SETTING(key, reload, member)                                                    \
  {                                                                                             \
    key, Reload::reload, [](const Config& a, const Config& b) { return a.member == b.member; }, \
        [](Config& to, const Config& from) { to.member = from.member; }                         \
  }

bool same_bootstrap(const Config& a, const Config& b) {
  return a.bootstrap.password.equal(b.bootstrap.password.reveal()) &&
         a.bootstrap.token.equal(b.bootstrap.token.reveal()) &&
         a.bootstrap.email == b.bootstrap.email;
}

bool same_argon2(const Config& a, const Config& b) {
  return a.login.argon2.memory_kib == b.login.argon2.memory_kib &&
         a.login.argon2.passes == b.login.argon2.passes;
}

// Taken at run time is what an administrator changes on a running server: certificates, the log,
// blueprints, and the limits of sessions (new ones take them). The rest belongs to objects that
// live as long as the process.
constexpr Setting kSettings[] = {
    POSTERN_SETTING("state_dir", restart, state_dir),
    POSTERN_SETTING("sealing_key", restart, sealing_key),
    POSTERN_SETTING("base_url", restart, base_url),
    POSTERN_SETTING("listen.ldap", restart, listen.ldap),
    POSTERN_SETTING("listen.ldaps", restart, listen.ldaps),
    POSTERN_SETTING("listen.ldapi", restart, listen.ldapi),
    POSTERN_SETTING("listen.proxies", restart, listen.proxies),
    POSTERN_SETTING("listen.radius", restart, listen.radius),
    POSTERN_SETTING("listen.radius_accounting", restart, listen.radius_accounting),
    POSTERN_SETTING("listen.radsec", restart, listen.radsec),
    POSTERN_SETTING("listen.http", restart, listen.http),
    POSTERN_SETTING("listen.https", restart, listen.https),
    POSTERN_SETTING("listen.metrics", restart, listen.metrics),
    POSTERN_SETTING("store.url", restart, store.url),
    POSTERN_SETTING("store.upgrade_copies", restart, store.upgrade_copies),
    POSTERN_SETTING("tls.certificate", now, tls.certificate),
    POSTERN_SETTING("tls.key", now, tls.key),
    POSTERN_SETTING("tls.client_ca", now, tls.client_ca),
    POSTERN_SETTING("tls.require_confidentiality", now, tls.require_confidentiality),
    POSTERN_SETTING("tls.min_version", now, tls.min_version),
    POSTERN_SETTING("tls.ciphers", now, tls.ciphers),
    POSTERN_SETTING("tls.ciphersuites", now, tls.ciphersuites),
    POSTERN_SETTING("tls.client_certificate", now, tls.client_certificate_required),
    POSTERN_SETTING("tls.client_names", now, tls.client_names),
    POSTERN_SETTING("trusted_applications", now, trusted_applications),
    POSTERN_SETTING("log.level", now, log.level),
    POSTERN_SETTING("log.format", now, log.format),
    {"bootstrap", Reload::never, same_bootstrap,
     [](Config& to, const Config& from) { to.bootstrap = from.bootstrap; }},
    POSTERN_SETTING("geoip", restart, geoip),
    POSTERN_SETTING("webauthn", restart, webauthn),
    POSTERN_SETTING("blueprints", now, blueprints),
    POSTERN_SETTING("profiles", now, profiles),
    POSTERN_SETTING("attributes", now, attributes),
    POSTERN_SETTING("login.recent_verification", restart, login.recent_verification),
    POSTERN_SETTING("login.throttle", restart, login.throttle),
    POSTERN_SETTING("login.max_staleness", restart, login.max_staleness),
    {"login.argon2", Reload::restart, same_argon2,
     [](Config& to, const Config& from) { to.login.argon2 = from.login.argon2; }},
    POSTERN_SETTING("limits.connections", restart, limits.connections),
    POSTERN_SETTING("limits.per_address", restart, limits.per_address),
    POSTERN_SETTING("limits.handshake", restart, limits.handshake),
    POSTERN_SETTING("limits.idle", now, limits.idle),
    POSTERN_SETTING("limits.message_size", now, limits.message_size),
    POSTERN_SETTING("limits.in_flight", now, limits.in_flight),
    POSTERN_SETTING("limits.search_size", now, limits.search_size),
    POSTERN_SETTING("limits.search_time", now, limits.search_time),
    POSTERN_SETTING("limits.search_examined", now, limits.search_examined),
    POSTERN_SETTING("limits.full_search_size", now, limits.full_search_size),
    POSTERN_SETTING("limits.full_search_time", now, limits.full_search_time),
    POSTERN_SETTING("limits.full_search_examined", now, limits.full_search_examined),
    POSTERN_SETTING("limits.sort_memory", restart, limits.sort_memory),
    POSTERN_SETTING("radius.dictionaries", restart, radius.dictionaries),
    POSTERN_SETTING("radius.radsec_client_ca", now, radius.radsec_client_ca),
    POSTERN_SETTING("radius.session_retention", restart, radius.session_retention),
    POSTERN_SETTING("radius.session_patience", restart, radius.session_patience),
    POSTERN_SETTING("http", restart, http),
    POSTERN_SETTING("threads", restart, threads),
};

#undef POSTERN_SETTING

}  // namespace

std::vector<SettingChange> changes_between(const Config& running, const Config& fresh) {
  std::vector<SettingChange> out;
  for (const Setting& setting : kSettings) {
    if (!setting.same(running, fresh)) out.push_back({setting.key, setting.reload});
  }
  return out;
}

Config reloadable(const Config& running, const Config& fresh) {
  Config out = fresh;
  for (const Setting& setting : kSettings) {
    if (setting.reload != Reload::now) setting.copy(out, running);
  }
  return out;
}

}  // namespace postern::app
