#include "app/listening.h"

#include <atomic>
#include <mutex>

#include "app/live_figures.h"
#include "app/provider_certificates.h"
#include "app/radius/front.h"
#include "app/radius/radsec_front.h"
#include "app/server_settings.h"
#include "app/tls_settings.h"
#include "app/web/front.h"
#include "app/web/metrics.h"
#include "app/web/operation_figures.h"
#include "core/log.h"
#include "net/certificate.h"
#include "net/network_list.h"
#include "net/server.h"
#include "outpost/ldap/session.h"

namespace postern::app {
namespace {

constexpr std::chrono::seconds kGoodbye{5};
constexpr core::WallMs kCertificateLook = 3'600'000;

// What the overview of the administration shows; differences of the counters are rates.
core::Object live_figures(const net::Server& server,
                          const std::vector<std::pair<std::string, std::string>>& bound) {
  const net::Traffic traffic = server.traffic();
  std::uint64_t done = 0;
  std::uint64_t queued = 0;
  for (const Lane lane : {Lane::hash, Lane::store, Lane::http, Lane::outbound}) {
    const auto load = server.lane_load(lane);
    done += load.done;
    queued += load.queued;
  }
  boost::json::array listeners;
  for (const auto& [name, address] : bound) {
    listeners.push_back(core::Object{{"protocol", name}, {"address", address}});
  }
  return {{"open_connections", traffic.open},
          {"accepted", traffic.accepted},
          {"octets_in", traffic.octets_in},
          {"octets_out", traffic.octets_out},
          {"work_done", done},
          {"work_waiting", queued},
          {"listeners", std::move(listeners)}};
}

}  // namespace

struct Listening::Parts {
  Appliance& appliance;
  const StateDir& state;
  outpost::UpdateServices updates;
  outpost::LdapServices ldap;
  // Before the server, which uses them until it has stopped.
  std::unique_ptr<RadiusFront> radius;
  std::unique_ptr<RadsecFront> radsec;
  std::shared_ptr<net::TlsSlot> radsec_tls = std::make_shared<net::TlsSlot>();
  WebFront web;
  net::Server server;
  MetricsSite metrics;
  std::vector<std::pair<std::string, std::string>> bound;  // listener name, real address
  std::uint64_t catalog_version = 0;  // whose providers' certificates are shown
  std::string stamp;                  // of the files of `tls` as they were loaded
  ServerCertificate own;
  core::WallMs certificates_seen = 0;  // when their ends were looked at
  // Loops that have answered the last question; all of them before the first.
  std::shared_ptr<std::atomic<std::size_t>> turns;
  mutable std::mutex mutex;
  std::shared_ptr<const net::NetworkList> trusted_applications;

  Parts(Appliance& the_appliance, const StateDir& the_state, net::InheritedSockets sockets)
      : appliance(the_appliance),
        state(the_state),
        updates{appliance.store(), appliance.tools(), appliance.passwords(), appliance.events(),
                [this](std::int64_t change) { return appliance.wait_visible(change); }},
        ldap(appliance.login(), appliance.directory(), appliance.directory(), appliance.clock(),
             ldap_settings(appliance.config()), appliance.page_cookie_key()),
        web(appliance,
            [this] {
              core::Object out = live_figures(server, bound);
              for (auto& one : operation_figures(appliance.meter())) {
                out[one.key()] = std::move(one.value());
              }
              return out;
            }),
        server(server_options(appliance.config(), std::move(sockets))),
        metrics(appliance, server, ldap.counters) {
    ldap.updates = &updates;
    ldap.accounts = &appliance.accounts();
    ldap.meter = &appliance.meter();
    ldap.spotlight = &appliance.spotlight();
    turns = std::make_shared<std::atomic<std::size_t>>(server.loops());
  }

  void listen_radius(const std::string& name, const Endpoints& endpoints,
                     outpost::RadiusHub::Role role);
  void open_dynamic_socket();
  void listen_web(const std::string& name, const Endpoints& endpoints, bool tls,
                  const net::SessionFactory& factory);

  void listen_radsec(const Endpoints& endpoints, const net::NetworkList& proxies);

  // The certificates of now, or why they cannot be used.
  std::optional<net::Fault> load_certificates(const Config& config) {
    catalog_version = appliance.directory().catalog_version();
    stamp = stamp_of(config);
    const auto files = server_certificate(config, state);
    if (!files) return files.fault();
    const net::TlsOptions options = tls_options(config, *files, provider_certificates(appliance));
    auto tls = net::TlsContext::load(options);
    if (!tls) return tls.fault();
    if (radsec) {
      auto inner = load_radsec(options, config, *radsec);
      if (!inner) return inner.fault();
      radsec_tls->set(*std::move(inner));
      radsec->follow_authorities(radsec_authorities(config));
    }
    own = *files;
    server.reload_tls(*std::move(tls));
    return std::nullopt;
  }

  // Each hour, and when the clock was set back.
  bool certificates_due() const {
    const core::WallMs since = appliance.clock().wall() - certificates_seen;
    return since < 0 || since >= kCertificateLook;
  }

  // A generated certificate is made anew in time, without a restart.
  bool own_ends_soon(const Config& config) const {
    if (config.tls.certificate) return false;
    const auto ends = certificate_ends(config, own.certificate);
    const core::WallMs enough =
        std::chrono::duration_cast<std::chrono::milliseconds>(net::kRenewBefore).count();
    return ends.empty() || ends.front().ends - appliance.clock().wall() <= enough;
  }

  void watch_certificates(const Config& config) {
    certificates_seen = appliance.clock().wall();
    auto all = certificate_ends(config, own.certificate);
    for (CertificateEnd& one : certificate_ends(appliance.store())) all.push_back(std::move(one));
    appliance.certificates().look(all, certificates_seen);
  }

  std::uint16_t listen(net::ListenOptions options) {
    options.refusal = outpost::too_many_connections();
    options.short_answers = true;
    const auto port = server.add_listener(
        std::move(options), [this](const PeerInfo& peer) { return make_session(peer); });
    if (!port) throw StateError(port.fault().text);
    return *port;
  }

  void listen(const std::string& name, const Endpoints& endpoints, bool tls,
              const net::NetworkList& proxies) {
    for (const Endpoint& endpoint : endpoints) {
      net::ListenOptions options;
      options.name = name;
      options.endpoint = to_text(endpoint);
      options.tls = tls;
      options.proxies = proxies;
      bound.emplace_back(name, to_text(Endpoint{endpoint.host, listen(std::move(options))}));
    }
  }

  void listen(const LdapiConfig& ldapi) {
    net::ListenOptions options;
    options.name = "ldapi";
    options.endpoint = "unix:" + ldapi.path.string();
    options.unix_mode = ldapi.mode;
    listen(std::move(options));
    bound.emplace_back("ldapi", ldapi.path.string());
  }

  // On the connection's loop.
  std::unique_ptr<StreamSession> make_session(const PeerInfo& peer) {
    const auto trusted = applications();
    if (trusted->empty() || !trusted->contains(peer.address)) {
      return std::make_unique<outpost::LdapSession>(peer, ldap);
    }
    PeerInfo application = peer;
    application.speaks_for_others = true;
    return std::make_unique<outpost::LdapSession>(application, ldap);
  }

  std::shared_ptr<const net::NetworkList> applications() const {
    const std::lock_guard lock(mutex);
    return trusted_applications;
  }
  void trust(const Config& config) {
    auto fresh = std::make_shared<const net::NetworkList>(networks(config.trusted_applications));
    const std::lock_guard lock(mutex);
    trusted_applications = std::move(fresh);
  }
};

void Listening::Parts::listen_radius(const std::string& name, const Endpoints& endpoints,
                                     outpost::RadiusHub::Role role) {
  for (const Endpoint& endpoint : endpoints) {
    const auto port = server.add_datagram_listener(name, to_text(endpoint), radius->server());
    if (!port) throw StateError(port.fault().text);
    radius->server().add_socket(role);
    bound.emplace_back(name, to_text(Endpoint{endpoint.host, *port}));
  }
}

// Nobody is answered there: Disconnect-Requests leave from it.
void Listening::Parts::open_dynamic_socket() {
  if (!radius) return;
  const auto port = server.add_datagram_listener("radius_dynamic", "*:0", radius->server());
  if (!port) throw StateError(port.fault().text);
  radius->add_dynamic_socket();
}

void Listening::Parts::listen_web(const std::string& name, const Endpoints& endpoints, bool tls,
                                  const net::SessionFactory& factory) {
  const HttpConfig& config = appliance.config().http;
  for (const Endpoint& endpoint : endpoints) {
    net::ListenOptions options;
    options.name = name;
    options.endpoint = to_text(endpoint);
    options.tls = tls;
    if (config.proxy_protocol) options.proxies = networks(config.trusted_proxies);
    const auto port = server.add_listener(std::move(options), factory);
    if (!port) throw StateError(port.fault().text);
    bound.emplace_back(name, to_text(Endpoint{endpoint.host, *port}));
  }
}

void Listening::Parts::listen_radsec(const Endpoints& endpoints, const net::NetworkList& proxies) {
  for (const Endpoint& endpoint : endpoints) {
    net::ListenOptions options;
    options.name = "radsec";
    options.endpoint = to_text(endpoint);
    options.tls = true;
    options.tls_slot = radsec_tls;
    options.short_answers = true;
    options.proxies = proxies;
    const auto port = server.add_listener(
        std::move(options), [this](const PeerInfo& peer) { return radsec->session(peer); });
    if (!port) throw StateError(port.fault().text);
    bound.emplace_back("radsec", to_text(Endpoint{endpoint.host, *port}));
  }
}

Listening::Listening(Appliance& appliance, const StateDir& state, net::InheritedSockets sockets)
    : parts_(std::make_unique<Parts>(appliance, state, std::move(sockets))) {
  const ListenConfig& listen = appliance.config().listen;
  if (!listen.radius.empty() || !listen.radius_accounting.empty() || !listen.radsec.empty()) {
    parts_->radius = std::make_unique<RadiusFront>(appliance);
  }
  if (!listen.radsec.empty()) {
    parts_->radsec = std::make_unique<RadsecFront>(appliance, parts_->radius->services());
  }
  if (const auto fault = parts_->load_certificates(appliance.config())) {
    throw StateError(fault->text);
  }
  if (parts_->radius) parts_->radius->follow_certificates(parts_->own);
  parts_->watch_certificates(appliance.config());
  parts_->trust(appliance.config());
  const net::NetworkList proxies = networks(listen.proxies);
  parts_->listen("ldap", listen.ldap, false, proxies);
  parts_->listen("ldaps", listen.ldaps, true, proxies);
  if (listen.ldapi) parts_->listen(*listen.ldapi);
  parts_->listen_radsec(listen.radsec, proxies);
  parts_->listen_radius("radius", listen.radius, outpost::RadiusHub::Role::access);
  parts_->listen_radius("radius_accounting", listen.radius_accounting,
                        outpost::RadiusHub::Role::accounting);
  parts_->open_dynamic_socket();
  Parts& parts = *parts_;
  const net::SessionFactory web = [&parts](const PeerInfo& peer) {
    return parts.web.make_session(peer);
  };
  parts.listen_web("http", listen.http, false, web);
  parts.listen_web("https", listen.https, true, web);
  parts.listen_web("metrics", listen.metrics, false,
                   [&parts](const PeerInfo& peer) { return parts.metrics.make_session(peer); });
}

Listening::~Listening() { stop(); }

void Listening::start() { parts_->server.start(); }

void Listening::stop() { parts_->server.stop(kGoodbye); }

bool Listening::loops_answer() {
  const std::size_t loops = parts_->server.loops();
  if (parts_->turns->load() < loops) return false;
  parts_->turns->store(0);
  for (std::size_t loop = 0; loop < loops; ++loop) {
    parts_->server.post(loop, [turns = parts_->turns] { turns->fetch_add(1); });
  }
  return true;
}

std::string Listening::addresses() const {
  std::string out;
  for (const auto& item : parts_->bound) {
    if (!out.empty()) out += ' ';
    out += item.first + "=" + item.second;
  }
  return out;
}

LiveFigures Listening::figures() const {
  LiveFigures out;
  out.traffic = parts_->server.traffic();
  out.ldap_sessions = parts_->ldap.counters.open_sessions.load(std::memory_order_relaxed);
  for (const auto& [lane, name] : kNamedLanes) {
    out.lanes.emplace_back(name, parts_->server.lane_load(lane));
  }
  return out;
}

bool Listening::reload(const Config& config, std::string& why) {
  if (const auto fault = parts_->load_certificates(config)) {
    why = fault->text;
    return false;
  }
  parts_->ldap.replace_settings(ldap_settings(config));
  parts_->trust(config);
  return true;
}

void Listening::keep_house() { parts_->web.keep_house(); }

void Listening::follow_certificates(const Config& config) {
  const bool due = parts_->certificates_due();
  const bool same = parts_->catalog_version == parts_->appliance.directory().catalog_version() &&
                    parts_->stamp == stamp_of(config) && !(due && parts_->own_ends_soon(config));
  const bool files = parts_->stamp != stamp_of(config);
  const auto fault = same ? std::nullopt : parts_->load_certificates(config);
  if (fault) {
    log::error("tls.reload.refused", {{"why", fault->text}});
  } else if (due && !same && !config.tls.certificate) {
    log::info("tls.renewed", {{"certificate", parts_->own.certificate.string()}});
  } else if (files) {
    log::info("tls.reloaded", {{"why", "a file of `tls` has changed"}});
  }
  // A certificate that was refused above leaves EAP with what it has.
  if (parts_->radius && !fault) parts_->radius->follow_certificates(parts_->own);
  if (due || !same) parts_->watch_certificates(config);
}

}  // namespace postern::app
