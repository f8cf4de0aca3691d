#pragma once
// Config: the one YAML file, read and checked. Every key with its default stands here;
// config/postern.yaml is the annotated example that people read.
//
// load_config collects every error of the file at once, each with file, line and what is allowed.
// Paths and the database URL come out absolute: relative ones in the file are taken from the file's
// folder. A missing setting has its default; if `listen` is present, unnamed listeners are off.
//
// Pure but for reading the file, `!File` and `!Env`. Thread-safe.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config/file_error.h"
#include "core/credentials/password_hash.h"
#include "core/log.h"
#include "core/secret.h"
#include "directory/attributes.h"
#include "outpost/ldap/settings.h"

namespace postern::app {

using ConfigError = FileError;
using Millis = std::chrono::milliseconds;

struct Endpoint {
  std::string host;        // without brackets: "127.0.0.1", "::1", "localhost"
  std::uint16_t port = 0;  // 0 = any free port
  bool operator==(const Endpoint&) const = default;
};
std::string to_text(const Endpoint& endpoint);  // "[::1]:389"

using Endpoints = std::vector<Endpoint>;  // empty = off

// LDAP on a local socket; who is behind a uid.
struct LdapiConfig {
  std::filesystem::path path;
  unsigned mode = 0600;
  std::map<std::uint32_t, std::string> users{{0, "akadmin"}};
  bool others_by_number = false;  // users: {others: uidNumber}
  bool operator==(const LdapiConfig&) const = default;
};

struct ListenConfig {
  Endpoints ldap, ldaps;
  Endpoints radius, radius_accounting;  // UDP
  Endpoints radsec;                     // RADIUS over TLS
  Endpoints http, https;                // the API and flows of people
  Endpoints metrics;                    // Prometheus' text, without a login
  std::optional<LdapiConfig> ldapi;
  std::vector<std::string> proxies;  // networks whose LDAP connections begin with a PROXY header
  bool operator==(const ListenConfig&) const = default;
};

struct StoreConfig {
  std::string url;         // "sqlite:////absolute/path.db"
  int upgrade_copies = 3;  // of the database before a migration; 0 = none is made
  bool operator==(const StoreConfig&) const = default;
};

enum class TlsVersion { tls12, tls13 };
using CertificateName = outpost::LdapSettings::CertificateName;

struct TlsConfig {
  std::optional<std::filesystem::path> certificate, key;  // both or neither; neither = generated
  std::optional<std::filesystem::path> client_ca;
  bool require_confidentiality = true;  // no password over plain LDAP but from loopback
  TlsVersion min_version = TlsVersion::tls12;
  std::string ciphers, ciphersuites;  // OpenSSL's notation; "" = its defaults
  bool client_certificate_required = false;
  std::vector<CertificateName> client_names{CertificateName::email, CertificateName::upn,
                                            CertificateName::uri, CertificateName::common_name};
  bool operator==(const TlsConfig&) const = default;
};

struct LogConfig {
  log::Level level = log::Level::info;
  log::Format format = log::Format::text;
  bool operator==(const LogConfig&) const = default;
};

// Used at the first start only.
struct BootstrapConfig {
  core::Secret password, token;  // empty = not given
  std::string email;
};

struct ThrottleConfig {
  bool enabled = true;
  Millis first_delay{250};  // doubled with each failure of a user at a service
  Millis max_delay{15000};
  int failures = 10;  // so many within `window` ...
  Millis window{900000};
  Millis refusal{300000};         // ... refuse for this long, doubling
  Millis max_refusal{3600000};    // up to this
  Millis same_password{3600000};  // the same wrong password counts once in this time
  int code_guesses = 5;           // per device in `code_window`
  Millis code_window{300000};
  int code_guesses_per_day = 20;
  bool operator==(const ThrottleConfig&) const = default;
};

struct StalenessConfig {
  Millis reachable{5000};      // logins answer "unavailable" when the read model is older than this
  Millis unreachable{900000};  // the same while the database does not answer
  bool operator==(const StalenessConfig&) const = default;
};

struct LoginConfig {
  std::optional<Millis> recent_verification = Millis{300000};  // nullopt = off
  ThrottleConfig throttle;
  StalenessConfig max_staleness;
  core::Argon2Cost argon2;
};

struct LimitsConfig {
  std::int64_t connections = 50000;
  std::int64_t per_address = 20000;     // connections of one address (IPv6: of one /64)
  Millis handshake{30000};              // TLS
  Millis idle{900000};                  // a connection without any request; 0 = no limit
  std::int64_t message_size = 1048576;  // octets of one LDAP message after login
  std::int64_t in_flight = 64;          // requests of one connection that wait for an answer
  std::int64_t search_size = 0;         // entries of one search; 0 = no limit of the server's
  Millis search_time{60000};            // 0 = no limit
  std::int64_t search_examined = 0;     // entries that one search may look at; 0 = no limit
  // The same for those who may search everything; absent in the file = as above.
  std::int64_t full_search_size = 0;
  Millis full_search_time{60000};
  std::int64_t full_search_examined = 0;
  std::int64_t sort_memory = 67108864;  // octets that all sorted searches together may hold
  bool operator==(const LimitsConfig&) const = default;
};

struct RadiusConfig {
  std::vector<std::filesystem::path> dictionaries;  // read behind the built-in ones
  // Who signs the certificates of RadSec clients; without it they come with shared keys alone.
  std::optional<std::filesystem::path> radsec_client_ca;
  Millis session_retention{std::chrono::hours(24 * 90)};  // of sessions that have ended
  Millis session_patience{std::chrono::hours(24)};  // without a report, where no interval is known
  bool operator==(const RadiusConfig&) const = default;
};

struct HttpConfig {
  std::vector<std::string> trusted_proxies;  // networks whose X-Forwarded-For and -Proto count
  bool proxy_protocol = false;               // their connections begin with a PROXY header
  std::int64_t body_size = 1048576;          // octets of one request's body
  // Of one address in a minute, 0 = any number: answers to login flows, wrong bearer tokens.
  std::int64_t login_rate = 600, token_failures = 60;
  std::optional<Millis> session_idle;  // a browser's login ends after so long without use
  bool operator==(const HttpConfig&) const = default;
};

// Mail that goes out, and certificates of other services. Names as authentik's.
struct EmailConfig {
  std::string host;  // "" = no mail is sent
  int port = 25;
  std::string username;
  core::Secret password;
  bool use_tls = false;  // STARTTLS, or nothing is sent
  bool use_ssl = false;  // TLS from the beginning
  Millis timeout{30'000};
  std::string from = "postern@localhost";
  bool account_notices = true;              // users are told of changes to what they log in with
  std::optional<std::filesystem::path> ca;  // instead of the system's
};

struct OutboundConfig {                     // requests to other services
  std::optional<std::filesystem::path> ca;  // instead of the system's
};

struct GeoIpConfig {  // databases in MaxMind's format
  std::optional<std::filesystem::path> city, asn;
  bool operator==(const GeoIpConfig&) const = default;
};

struct WebAuthnConfig {
  // Certificates (PEM) of who vouches for models of keys.
  std::optional<std::filesystem::path> attestation_roots;
  bool operator==(const WebAuthnConfig&) const = default;
};

struct ThreadsConfig {  // 0 = chosen from the number of cores
  int loops = 0;
  int hash = 0;
  int store = 2;
  bool operator==(const ThreadsConfig&) const = default;
};

struct Config {
  std::filesystem::path file;  // "" when there is none
  std::filesystem::path state_dir;
  std::filesystem::path sealing_key;               // "" = sealing.key in state_dir
  std::string base_url = "http://localhost:9000";  // without a slash at the end
  ListenConfig listen;
  StoreConfig store;
  TlsConfig tls;
  std::vector<std::string> trusted_applications;  // networks that may name their client
  LogConfig log;
  BootstrapConfig bootstrap;
  std::vector<std::filesystem::path> blueprints;
  std::vector<std::filesystem::path> profiles;    // folders of client profiles
  std::vector<directory::CustomType> attributes;  // declared types of custom attributes
  LoginConfig login;
  LimitsConfig limits;
  RadiusConfig radius;
  HttpConfig http;
  EmailConfig email;
  OutboundConfig outbound;
  GeoIpConfig geoip;
  WebAuthnConfig webauthn;
  ThreadsConfig threads;
  FileErrors warnings;  // accepted, but worth a line in the log
};

struct LoadOptions {
  std::filesystem::path default_state_dir = "state";  // used when the file names none
};

using ConfigResult = std::variant<Config, std::vector<ConfigError>>;

// The settings without any file.
Config default_config(const LoadOptions& options = {});

// An unreadable or missing file is an error: the caller decides whether one has to exist.
ConfigResult load_config(const std::filesystem::path& path, const LoadOptions& options = {});
ConfigResult load_config_text(std::string_view text, const std::filesystem::path& path,
                              const LoadOptions& options = {});

}  // namespace postern::app
