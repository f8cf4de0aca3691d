// One row per kind of wrong configuration: the whole error line as people see it, or its beginning.

#include <gtest/gtest.h>

#include <cstdlib>

#include "app/config/config.h"

namespace postern::app {
namespace {

struct Wrong {
  const char* name;
  const char* text;
  const char* error;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

const Wrong kWrong[] = {
    {"UnknownKeyNear", "lisen: 1\n", "c.yaml:1: unknown key \"lisen\", did you mean `listen`?"},
    {"UnknownKeyFar", "x: 1\ndatabase: 1\n",
     "c.yaml:1: unknown key \"x\"; allowed here: state_dir, sealing_key, base_url, listen, store, "
     "tls, "
     "trusted_applications, log, bootstrap, blueprints, profiles, attributes, login, limits, "
     "radius, http, email, outbound, geoip, webauthn, threads"},
    {"UnknownNested", "tls:\n  certifcate: x\n",
     "c.yaml:2: unknown key \"certifcate\" in `tls`, did you mean `certificate`?"},
    {"UnknownListener", "listen:\n  ladp: x\n",
     "c.yaml:2: unknown key \"ladp\" in `listen`, did you mean `ldap`?"},
    {"UnknownDeep", "login:\n  argon2:\n    pases: 2\n",
     "c.yaml:3: unknown key \"pases\" in `login.argon2`, did you mean `passes`?"},
    {"NotAMap", "- a\n", "c.yaml:1: the file has to be a map of settings"},
    {"SectionNotAMap", "tls: yes\n", "c.yaml:1: `tls` has to be a map of settings"},
    {"TwiceTheKey", "log:\nlog:\n", "c.yaml:2: key \"log\" is there twice"},
    {"BadPort", "listen:\n  ldap: 127.0.0.1:99999\n",
     "c.yaml:2: `listen.ldap` is \"127.0.0.1:99999\"; allowed is host:port such as 127.0.0.1:389, "
     "[::1]:389 or *:389, a list of these, or off"},
    {"OnlyPort", "listen: {ldap: 389}\n",
     "c.yaml:1: `listen.ldap` is \"389\"; allowed is host:port"},
    {"EmptyListener", "listen:\n  ldap:\n",
     "c.yaml:2: `listen.ldap` is nothing; allowed is host:port"},
    {"ListenerMap", "listen:\n  ldap: {port: 1}\n",
     "c.yaml:2: `listen.ldap` is a map; allowed is host:port"},
    {"BareIpv6", "listen:\n  ldap: \"::1:389\"\n", "c.yaml:2: `listen.ldap` is \"::1:389\""},
    {"ListenerTwice", "listen:\n  ldap:\n    - \"*:389\"\n    - \"*:389\"\n",
     "c.yaml:4: `listen.ldap` names \"*:389\" twice"},
    {"Postgres", "store:\n  url: postgresql://u:secretword@h/d\n",
     "c.yaml:2: `store.url`: PostgreSQL is not supported by this version; allowed is "
     "sqlite:////absolute/path.db or sqlite:///path/from/this/file.db"},
    {"UnknownScheme", "store:\n  url: mysql://x\n", "c.yaml:2: `store.url` has an unknown form"},
    {"CertificateAlone", "tls:\n  certificate: a.pem\n",
     "c.yaml:2: `tls.certificate` needs `tls.key` beside it"},
    {"KeyAlone", "tls:\n  key: a.pem\n", "c.yaml:2: `tls.key` needs `tls.certificate` beside it"},
    {"NotABoolean", "tls:\n  require_confidentiality: 1\n",
     "c.yaml:2: `tls.require_confidentiality` is \"1\"; allowed is true or false"},
    {"QuotedBoolean", "tls:\n  require_confidentiality: \"false\"\n",
     "c.yaml:2: `tls.require_confidentiality` is \"false\"; allowed is true or false"},
    {"ProxyNoNetwork", "listen:\n  proxies: [10.0.0.0/8, proxy1]\n",
     "c.yaml:2: `listen.proxies`: \"proxy1\" is not an address or a network"},
    {"ProxyHostBits", "listen:\n  proxies: 10.0.0.1/8\n",
     "c.yaml:2: `listen.proxies`: \"10.0.0.1/8\" has bits set behind its prefix"},
    {"LdapiWithoutPath", "listen:\n  ldapi: {mode: \"0660\"}\n",
     "c.yaml:2: `listen.ldapi` needs a `path`"},
    {"LdapiMode", "listen:\n  ldapi: {path: /x, mode: \"0999\"}\n",
     "c.yaml:2: `listen.ldapi.mode` is \"0999\"; allowed is an octal number such as 0660"},
    {"LdapiUsers", "listen:\n  ldapi:\n    path: /x\n    users: {root: akadmin}\n",
     "c.yaml:4: `listen.ldapi.users` holds \"root\"; allowed is a map of uids and user names"},
    {"ClientNames", "tls:\n  client_names: [email, email]\n",
     "c.yaml:2: `tls.client_names` is not usable; allowed is a list of email, upn, uri and cn"},
    {"ClientRequiredWithoutCa", "tls:\n  client_certificate: required\n",
     "c.yaml:2: `tls.client_certificate: required` needs `tls.client_ca` beside it"},
    {"TrustedApplications", "trusted_applications: [app.example.org]\n",
     "c.yaml:1: `trusted_applications`: \"app.example.org\" is not an address"},
    {"TlsVersion", "tls:\n  min_version: 1.1\n",
     "c.yaml:2: `tls.min_version` is \"1.1\"; allowed is 1.2 or 1.3"},
    {"LogLevel", "log: {level: verbose}\n",
     "c.yaml:1: `log.level` is \"verbose\"; allowed is trace, debug, info, warning or error"},
    {"LogFormat", "log: {format: xml}\n",
     "c.yaml:1: `log.format` is \"xml\"; allowed is text or json"},
    {"ShortToken", "bootstrap:\n  token: hunter2\n",
     "c.yaml:2: `bootstrap.token` has fewer than 20 characters"},
    {"EnvNotSet", "bootstrap:\n  password: !Env POSTERN_TEST_UNSET\n",
     "c.yaml:2: `bootstrap.password`: the environment variable \"POSTERN_TEST_UNSET\" is not set"},
    {"FileMissing", "bootstrap:\n  password: !File nothing-here\n",
     "c.yaml:2: `bootstrap.password`: file \""},
    {"SecretTag", "bootstrap:\n  password: !Vault x\n",
     "c.yaml:2: `bootstrap.password`: tag !Vault is unknown; allowed are !File and !Env"},
    {"SecretList", "bootstrap:\n  password: [a]\n",
     "c.yaml:2: `bootstrap.password` has to be text, !File path or !Env NAME"},
    {"NotAnAddress", "bootstrap: {email: nobody}\n",
     "c.yaml:1: `bootstrap.email` is \"nobody\"; allowed is an e-mail address"},
    {"TagOnOther", "log: {level: !Env X}\n",
     "c.yaml:1: `log.level` cannot be given by !Env; that is for secrets; allowed is trace, debug"},
    {"BlueprintsText", "blueprints: here\n",
     "c.yaml:1: `blueprints` is \"here\"; allowed is a list of folders"},
    {"BaseUrl", "base_url: id.example.com\n",
     "c.yaml:1: `base_url` is \"id.example.com\"; allowed is http://host or https://host"},
    {"DurationForm", "login: {recent_verification: 5}\n",
     "c.yaml:1: `login.recent_verification` is \"5\"; allowed is off, or a duration such as 500ms, "
     "30s, 5m or 1h30m, from 1s to 1h"},
    {"DurationRange", "login: {recent_verification: 2h}\n",
     "c.yaml:1: `login.recent_verification` is \"2h\"; allowed is off, or a duration"},
    {"ThrottleWord", "login:\n  throttle: sometimes\n",
     "c.yaml:2: `login.throttle` has to be a map of settings"},
    {"ThrottleOrder", "login:\n  throttle: {refusal: 2h}\n",
     "c.yaml:2: `login.throttle.max_refusal` is shorter than `refusal`"},
    {"Argon2Memory", "login: {argon2: {memory: 1KiB}}\n",
     "c.yaml:1: `login.argon2.memory` is \"1KiB\"; allowed is a size such as 65536, 512KiB or "
     "19MiB, 8388608 to 1073741824 octets"},
    {"Octal", "limits: {connections: 0100}\n",
     "c.yaml:1: `limits.connections` is \"0100\"; allowed is a whole number, 1 to 1000000"},
    {"Fraction", "threads: {loops: 1.5}\n",
     "c.yaml:1: `threads.loops` is \"1.5\"; allowed is a whole number, 0 to 256"},
    {"Negative", "limits: {search_size: -1}\n",
     "c.yaml:1: `limits.search_size` is \"-1\"; allowed is a whole number, at least 0"},
    {"NotYaml", "listen: [\n", "c.yaml:"},
};

class ConfigErrors : public testing::TestWithParam<Wrong> {};

TEST_P(ConfigErrors, NameLineAndWhatIsAllowed) {
  ::unsetenv("POSTERN_TEST_UNSET");
  auto loaded = load_config_text(GetParam().text, "c.yaml");
  const auto* errors = std::get_if<FileErrors>(&loaded);
  ASSERT_NE(errors, nullptr) << "accepted";
  ASSERT_FALSE(errors->empty());
  const std::string first = to_text(errors->front());
  EXPECT_EQ(first.substr(0, std::string_view(GetParam().error).size()), GetParam().error) << first;
}

INSTANTIATE_TEST_SUITE_P(Table, ConfigErrors, testing::ValuesIn(kWrong),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ConfigErrors, AllAtOnceInTheOrderOfTheFile) {
  auto loaded =
      load_config_text("threads: {loops: x}\nlog: {level: y}\nfoo: 1\ntls: {key: k}\n", "c.yaml");
  const auto& errors = std::get<FileErrors>(loaded);
  ASSERT_EQ(errors.size(), 4U);
  for (std::size_t i = 0; i < errors.size(); ++i)
    EXPECT_EQ(errors[i].line, static_cast<int>(i) + 1);
}

TEST(ConfigErrors, NeverShowSecrets) {
  for (const char* text :
       {"bootstrap: {token: hunter2}\n", "store: {url: postgresql://u:hunter2@h/d}\n",
        "store: {url: mysql://u:hunter2@h/d}\n"}) {
    auto loaded = load_config_text(text, "c.yaml");
    for (const FileError& error : std::get<FileErrors>(loaded)) {
      EXPECT_EQ(error.text.find("hunter2"), std::string::npos) << error.text;
    }
  }
}

}  // namespace
}  // namespace postern::app
