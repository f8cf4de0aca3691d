#include "app/config/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace postern::app {
namespace {

namespace fs = std::filesystem;

Config good(std::string_view text, const fs::path& path = "/etc/postern/postern.yaml") {
  auto loaded = load_config_text(text, path, {"/srv/state"});
  if (auto* errors = std::get_if<FileErrors>(&loaded)) {
    for (const FileError& error : *errors) ADD_FAILURE() << to_text(error);
    return {};
  }
  return std::get<Config>(std::move(loaded));
}

TEST(Config, DefaultsWithoutFile) {
  const Config config = default_config({"/srv/state"});
  EXPECT_EQ(config.state_dir, "/srv/state");
  EXPECT_EQ(config.store.url, "sqlite:////srv/state/postern.db");
  EXPECT_EQ(config.listen.ldap, (Endpoints{{"*", 3389}}));
  EXPECT_EQ(config.listen.ldaps, (Endpoints{{"*", 6636}}));
  EXPECT_TRUE(config.listen.radius.empty());
  EXPECT_TRUE(config.tls.require_confidentiality);
  EXPECT_EQ(config.login.recent_verification, Millis{300000});
  EXPECT_EQ(config.login.argon2.memory_kib, 19U * 1024U);
}

TEST(Config, EmptyFileIsTheDefaults) {
  const Config config = good("");
  EXPECT_EQ(config.listen, default_config({"/srv/state"}).listen);
  EXPECT_EQ(config.store, default_config({"/srv/state"}).store);
  EXPECT_EQ(config.file, "/etc/postern/postern.yaml");
}

TEST(Config, ListenPresentTurnsTheRestOff) {
  const Config config = good("listen:\n  ldap: [127.0.0.1:0, \"[::1]:389\"]\n");
  EXPECT_EQ(config.listen.ldap, (Endpoints{{"127.0.0.1", 0}, {"::1", 389}}));
  EXPECT_TRUE(config.listen.ldaps.empty());
  EXPECT_TRUE(good("listen: {ldap: off}\n").listen.ldap.empty());
  EXPECT_TRUE(good("listen:\n").listen.ldap.empty());
}

TEST(Config, LocalSocketProxiesAndClients) {
  const Config config = good(
      "listen:\n  ldapi: {path: run/ldapi, mode: \"0660\", users: {0: akadmin, 1000: alice}}\n"
      "  proxies: [10.0.0.0/8, \"::1\"]\n"
      "tls: {client_ca: /ca.pem, client_certificate: required, client_names: [cn, email],\n"
      "  ciphers: ECDHE+AESGCM, ciphersuites: TLS_AES_256_GCM_SHA384}\n"
      "trusted_applications: 192.0.2.7\n");
  ASSERT_TRUE(config.listen.ldapi);
  EXPECT_EQ(config.listen.ldapi->path, "/etc/postern/run/ldapi");
  EXPECT_EQ(config.listen.ldapi->mode, 0660U);
  EXPECT_EQ(config.listen.ldapi->users,
            (std::map<std::uint32_t, std::string>{{0, "akadmin"}, {1000, "alice"}}));
  EXPECT_EQ(config.listen.proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_TRUE(config.tls.client_certificate_required);
  EXPECT_EQ(config.tls.client_names,
            (std::vector<CertificateName>{CertificateName::common_name, CertificateName::email}));
  EXPECT_EQ(config.tls.ciphers, "ECDHE+AESGCM");
  EXPECT_EQ(config.tls.ciphersuites, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(config.trusted_applications, std::vector<std::string>{"192.0.2.7"});
  EXPECT_EQ(good("listen: {ldapi: /run/x}\n").listen.ldapi->path, "/run/x");
  EXPECT_EQ(good("listen: {ldapi: /run/x}\n").listen.ldapi->users.at(0), "akadmin");
  EXPECT_FALSE(good("listen: {ldapi: off, proxies: []}\n").listen.ldapi);
}

TEST(Config, PasswordsInClearAreAWarning) {
  EXPECT_EQ(good("tls: {require_confidentiality: false}\n").warnings.size(), 1U);
  EXPECT_TRUE(good("tls: {require_confidentiality: true}\n").warnings.empty());
}

TEST(Config, PathsAreTakenFromTheFilesFolder) {
  const Config config = good(
      "state_dir: data\nstore: {url: \"sqlite:///db/p.db\"}\n"
      "tls: {certificate: tls/a.pem, key: /k.pem, client_ca: ../ca.pem}\nblueprints: [b, /c]\n");
  EXPECT_EQ(config.state_dir, "/etc/postern/data");
  EXPECT_EQ(config.store.url, "sqlite:////etc/postern/db/p.db");
  EXPECT_EQ(config.tls.certificate, "/etc/postern/tls/a.pem");
  EXPECT_EQ(config.tls.key, "/k.pem");
  EXPECT_EQ(config.tls.client_ca, "/etc/ca.pem");
  EXPECT_EQ(config.blueprints, (std::vector<fs::path>{"/etc/postern/b", "/c"}));
  EXPECT_EQ(good("store: {url: \"sqlite:////x/p.db\"}\n").store.url, "sqlite:////x/p.db");
}

TEST(Config, ReadsEverySection) {
  const Config config = good(R"(
base_url: https://id.example.com/
tls: {min_version: 1.3, require_confidentiality: false}
log: {level: debug, format: json}
login:
  recent_verification: off
  throttle: {failures: 3, refusal: 1m, max_refusal: 10m, first_delay: 0}
  max_staleness: {reachable: 1s, unreachable: 0}
  argon2: {memory: 32MiB, passes: 3}
limits: {connections: 10, idle: 0, message_size: 2MiB, search_size: 500}
threads: {loops: 4, hash: 2, store: 1}
)");
  EXPECT_EQ(config.base_url, "https://id.example.com");
  EXPECT_EQ(config.tls.min_version, TlsVersion::tls13);
  EXPECT_FALSE(config.tls.require_confidentiality);
  EXPECT_EQ(config.log.level, log::Level::debug);
  EXPECT_EQ(config.log.format, log::Format::json);
  EXPECT_FALSE(config.login.recent_verification);
  EXPECT_TRUE(config.login.throttle.enabled);
  EXPECT_EQ(config.login.throttle.failures, 3);
  EXPECT_EQ(config.login.throttle.first_delay, Millis{0});
  EXPECT_EQ(config.login.max_staleness.unreachable, Millis{0});
  EXPECT_EQ(config.login.argon2.memory_kib, 32U * 1024U);
  EXPECT_EQ(config.login.argon2.passes, 3U);
  EXPECT_EQ(config.limits.message_size, 2 * 1024 * 1024);
  EXPECT_EQ(config.limits.search_size, 500);
  EXPECT_EQ(config.threads.loops, 4);
  EXPECT_FALSE(good("login: {throttle: off}\n").login.throttle.enabled);
}

TEST(Config, SecretsMayComeFromFileAndEnvironment) {
  std::string pattern = (fs::temp_directory_path() / "config-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const fs::path folder = pattern;
  std::ofstream(folder / "pw") << "  s3cret \n";
  ::setenv("POSTERN_TEST_TOKEN", "abcdefghijklmnopqrstuvwxyz", 1);
  const Config config =
      good("bootstrap:\n  password: !File pw\n  token: !Env POSTERN_TEST_TOKEN\n  email: a@b.c\n",
           folder / "postern.yaml");
  EXPECT_TRUE(config.bootstrap.password.equal("s3cret"));
  EXPECT_TRUE(config.bootstrap.token.equal("abcdefghijklmnopqrstuvwxyz"));
  EXPECT_EQ(config.bootstrap.email, "a@b.c");
  fs::remove_all(folder);
}

TEST(Config, TheExampleLoadsAndShowsTheDefaults) {
  auto loaded = load_config(POSTERN_EXAMPLE_CONFIG);
  if (auto* errors = std::get_if<FileErrors>(&loaded)) {
    for (const FileError& error : *errors) ADD_FAILURE() << to_text(error);
    return;
  }
  const Config& config = std::get<Config>(loaded);
  const Config defaults = default_config();
  EXPECT_TRUE(config.warnings.empty());
  EXPECT_EQ(config.listen, defaults.listen);
  EXPECT_EQ(config.tls, defaults.tls);
  EXPECT_EQ(config.log, defaults.log);
  EXPECT_EQ(config.limits, defaults.limits);
  EXPECT_EQ(config.threads, defaults.threads);
  EXPECT_EQ(config.base_url, defaults.base_url);
  EXPECT_EQ(config.login.recent_verification, defaults.login.recent_verification);
  EXPECT_EQ(config.login.throttle, defaults.login.throttle);
  EXPECT_EQ(config.login.max_staleness, defaults.login.max_staleness);
  EXPECT_EQ(config.login.argon2.memory_kib, defaults.login.argon2.memory_kib);
  EXPECT_EQ(config.store.url, "sqlite:////var/lib/postern/postern.db");
}

}  // namespace
}  // namespace postern::app
