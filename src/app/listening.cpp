#include "app/listening.h"

#include <limits.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "app/radius/front.h"
#include "app/version.h"
#include "core/log.h"
#include "net/certificate.h"
#include "net/server.h"
#include "outpost/ldap/session.h"

namespace postern::app {
namespace {

constexpr std::chrono::seconds kGoodbye{5};

// The cores that this process may use: a container or taskset may allow fewer than there are.
std::size_t cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&allowed)));
}

std::size_t or_cores(int configured) {
  return configured > 0 ? static_cast<std::size_t>(configured) : cores();
}

void net_log(net::Level level, std::string_view event, std::string_view text) {
  switch (level) {
    case net::Level::debug:
      log::write(log::Level::debug, event, {{"text", text}});
      break;
    case net::Level::info:
      log::info(event, {{"text", text}});
      break;
    case net::Level::warning:
      log::warning(event, {{"text", text}});
      break;
    case net::Level::error:
      log::error(event, {{"text", text}});
      break;
  }
}

net::Server::Options server_options(const Config& config) {
  net::Server::Options options;
  options.loops = or_cores(config.threads.loops);
  options.limits.connections = static_cast<std::size_t>(config.limits.connections);
  options.limits.connections_per_source = static_cast<std::size_t>(config.limits.per_address);
  options.limits.handshake = config.limits.handshake;
  auto& hash = options.lanes[static_cast<std::size_t>(Lane::hash)];
  hash.threads = static_cast<unsigned>(or_cores(config.threads.hash));
  hash.background = true;
  options.lanes[static_cast<std::size_t>(Lane::store)].threads =
      static_cast<unsigned>(std::max(1, config.threads.store));
  options.log = net_log;
  return options;
}

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

net::Fallible<std::shared_ptr<const net::TlsContext>> load_tls(const Config& config,
                                                               const StateDir& state) {
  net::TlsOptions options;
  options.client_ca = config.tls.client_ca;
  options.tls13_only = config.tls.min_version == TlsVersion::tls13;
  if (config.tls.certificate) {
    options.main = {*config.tls.certificate, *config.tls.key, {}};
    return net::TlsContext::load(options);
  }
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  // Clients on libldap look for the machine's own name when they connect to localhost.
  for (const std::string& host : {host_of(config.base_url), host_name()}) {
    if (!host.empty() && std::ranges::find(names, host) == names.end()) names.push_back(host);
  }
  auto files = net::ensure_certificates(state.tls(), names);
  if (!files) return files.fault();
  options.main = {files->certificate, files->key, {}};
  return net::TlsContext::load(options);
}

outpost::LdapSettings ldap_settings(const Config& config) {
  outpost::LdapSettings settings;
  settings.require_confidentiality = config.tls.require_confidentiality;
  settings.tls_available = true;
  settings.max_pdu_bound = static_cast<std::size_t>(config.limits.message_size);
  settings.max_pdu_anonymous = std::min(settings.max_pdu_anonymous, settings.max_pdu_bound);
  settings.max_pending_bound = static_cast<std::size_t>(config.limits.in_flight);
  settings.max_pending_anonymous =
      std::min(settings.max_pending_anonymous, settings.max_pending_bound);
  if (config.limits.idle.count() > 0) {
    settings.idle = std::chrono::duration_cast<std::chrono::seconds>(config.limits.idle);
  } else {
    settings.idle =
        std::chrono::hours(24 * 365);  // "no limit" that arithmetic on instants survives
  }
  settings.first_byte = std::chrono::duration_cast<std::chrono::seconds>(config.limits.handshake);
  settings.size_limit = static_cast<std::uint32_t>(config.limits.search_size);
  settings.time_limit = static_cast<std::uint32_t>(config.limits.search_time.count() / 1000);
  settings.vendor_version = std::string(kVersion);
  return settings;
}

}  // namespace

struct Listening::Parts {
  const StateDir& state;
  outpost::LdapServices ldap;
  RadiusFront radius;  // before the server, which uses it until it has stopped
  net::Server server;
  std::vector<std::pair<std::string, Endpoint>> bound;  // listener name, real address

  Parts(Appliance& appliance, const StateDir& the_state)
      : state(the_state),
        ldap(appliance.login(), appliance.directory(), appliance.directory(), appliance.clock(),
             ldap_settings(appliance.config())),
        radius(appliance),
        server(server_options(appliance.config())) {}

  void listen_radius(const std::string& name, const Endpoints& endpoints);
  void listen(const std::string& name, const Endpoints& endpoints, bool tls) {
    for (const Endpoint& endpoint : endpoints) {
      net::ListenOptions options;
      options.name = name;
      options.endpoint = to_text(endpoint);
      options.tls = tls;
      const auto port = server.add_listener(options, [this](const PeerInfo& peer) {
        return std::make_unique<outpost::LdapSession>(peer, ldap);
      });
      if (!port) throw StateError(port.fault().text);
      bound.emplace_back(name, Endpoint{endpoint.host, *port});
    }
  }
};

void Listening::Parts::listen_radius(const std::string& name, const Endpoints& endpoints) {
  for (const Endpoint& endpoint : endpoints) {
    const auto port = server.add_datagram_listener(name, to_text(endpoint), radius.server());
    if (!port) throw StateError(port.fault().text);
    bound.emplace_back(name, Endpoint{endpoint.host, *port});
  }
}

Listening::Listening(Appliance& appliance, const StateDir& state)
    : parts_(std::make_unique<Parts>(appliance, state)) {
  auto tls = load_tls(appliance.config(), state);
  if (!tls) throw StateError(tls.fault().text);
  parts_->server.reload_tls(*std::move(tls));
  parts_->listen("ldap", appliance.config().listen.ldap, false);
  parts_->listen("ldaps", appliance.config().listen.ldaps, true);
  parts_->listen_radius("radius", appliance.config().listen.radius);
}

Listening::~Listening() { stop(); }

void Listening::start() { parts_->server.start(); }

void Listening::stop() { parts_->server.stop(kGoodbye); }

std::string Listening::addresses() const {
  std::string out;
  for (const auto& item : parts_->bound) {
    if (!out.empty()) out += ' ';
    out += item.first + "=" + to_text(item.second);
  }
  return out;
}

bool Listening::reload(const Config& config, std::string& why) {
  auto tls = load_tls(config, parts_->state);
  if (!tls) {
    why = tls.fault().text;
    return false;
  }
  parts_->server.reload_tls(*std::move(tls));
  parts_->ldap.replace_settings(ldap_settings(config));
  return true;
}

}  // namespace postern::app
