#include "app/tls_settings.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>

#include "net/certificate.h"

namespace postern::app {
namespace {

constexpr std::string_view kKeySuites =
    "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";

// The host of base_url: a name that the generated certificate has to carry.
std::string host_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  if (rest.starts_with('[')) return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find_first_of(":/"));
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : std::string();
}

}  // namespace

std::string stamp_of(const Config& config) {
  std::string stamp;
  for (const auto& file : {config.tls.certificate, config.tls.key, config.tls.client_ca,
                           config.radius.radsec_client_ca}) {
    struct stat status {};
    if (!file || ::stat(file->c_str(), &status) != 0) continue;
    for (const auto part : {static_cast<long>(status.st_ino), static_cast<long>(status.st_size),
                            static_cast<long>(status.st_mtim.tv_sec), status.st_mtim.tv_nsec}) {
      stamp += std::to_string(part) + ":";
    }
  }
  return stamp;
}

// The files of the server's own certificate; without configured ones they are generated.
net::Fallible<ServerCertificate> server_certificate(const Config& config, const StateDir& state) {
  if (config.tls.certificate) return ServerCertificate{*config.tls.certificate, *config.tls.key};
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  // Clients on libldap look for the machine's own name when they connect to localhost.
  for (const std::string& host : {host_of(config.base_url), host_name()}) {
    if (!host.empty() && std::ranges::find(names, host) == names.end()) names.push_back(host);
  }
  auto files = net::ensure_certificates(state.tls(), names);
  if (!files) return files.fault();
  return ServerCertificate{files->certificate, files->key};
}

net::TlsOptions tls_options(const Config& config, const ServerCertificate& own,
                            std::vector<net::TlsIdentity> named) {
  net::TlsOptions options;
  options.named = std::move(named);
  options.client_ca = config.tls.client_ca;
  options.client_required = config.tls.client_certificate_required;
  options.ciphers = config.tls.ciphers;
  options.ciphersuites = config.tls.ciphersuites;
  options.tls13_only = config.tls.min_version == TlsVersion::tls13;
  options.main = {own.certificate, own.key, {}};
  return options;
}

std::string radsec_authorities(const Config& config) {
  if (!config.radius.radsec_client_ca) return {};
  std::ifstream file(*config.radius.radsec_client_ca, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

net::Fallible<std::shared_ptr<const net::TlsContext>> load_radsec(net::TlsOptions options,
                                                                  const Config& config,
                                                                  RadsecFront& front) {
  options.named.clear();
  options.client_ca = config.radius.radsec_client_ca;
  options.client_required = config.radius.radsec_client_ca.has_value();
  options.alpn = RadsecFront::kAlpn;
  // A shared key goes with SHA-256 unless agreed otherwise (RFC 8446 4.2.11): a suite with another
  // digest would pass it over.
  if (options.ciphersuites.empty()) options.ciphersuites = kKeySuites;
  options.psk = [&front](std::string_view identity) { return front.key(identity); };
  return net::TlsContext::load(options);
}

}  // namespace postern::app
