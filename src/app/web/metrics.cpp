#include "app/web/metrics.h"

#include <array>

namespace postern::app {
namespace {

// One family of metrics: its head once, then its samples.
class Family {
 public:
  Family(std::string& out, std::string_view name, std::string_view type, std::string_view help)
      : out_(out), name_(name) {
    out_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " +
            std::string(type) + "\n";
  }
  void sample(std::uint64_t value, std::string_view labels = {}) {
    out_ += name_;
    if (!labels.empty()) out_ += "{" + std::string(labels) + "}";
    out_ += " " + std::to_string(value) + "\n";
  }

 private:
  std::string& out_;
  const std::string name_;
};

void add_connections(std::string& out, const net::Traffic& traffic) {
  Family(out, "postern_connections_open", "gauge", "Connections that are up.").sample(traffic.open);
  Family(out, "postern_connections_total", "counter", "Connections taken from the kernel.")
      .sample(traffic.accepted);
  Family refused(out, "postern_connections_refused_total", "counter",
                 "Connections closed at once, by the cap that they met.");
  refused.sample(traffic.refused_total, "cap=\"all\"");
  refused.sample(traffic.refused_source, "cap=\"address\"");
  Family octets(out, "postern_octets_total", "counter", "Octets of sessions.");
  octets.sample(traffic.octets_in, "direction=\"in\"");
  octets.sample(traffic.octets_out, "direction=\"out\"");
  Family(out, "postern_tls_failures_total", "counter", "TLS handshakes that failed.")
      .sample(traffic.tls_failures);
}

void add_lanes(std::string& out, const net::Server& server) {
  constexpr std::array<std::pair<Lane, std::string_view>, 4> kLanes{
      {{Lane::hash, "lane=\"hash\""},
       {Lane::store, "lane=\"store\""},
       {Lane::http, "lane=\"http\""},
       {Lane::outbound, "lane=\"outbound\""}}};
  Family queued(out, "postern_lane_queued", "gauge", "Work that waits for its lane.");
  for (const auto& [lane, label] : kLanes) queued.sample(server.lane_load(lane).queued, label);
  Family done(out, "postern_lane_done_total", "counter", "Work that was done.");
  for (const auto& [lane, label] : kLanes) done.sample(server.lane_load(lane).done, label);
  Family refused(out, "postern_lane_refused_total", "counter", "Work refused by a full lane.");
  for (const auto& [lane, label] : kLanes) refused.sample(server.lane_load(lane).refused, label);
}

}  // namespace

std::string MetricsSite::text() const {
  std::string out;
  add_connections(out, server_.traffic());
  add_lanes(out, server_);
  const auto fresh = appliance_.directory().freshness();
  Family(out, "postern_directory_age_milliseconds", "gauge",
         "Since the read model was last known to be current.")
      .sample(static_cast<std::uint64_t>(fresh.age_ms));
  Family(out, "postern_directory_applied", "gauge", "The last change that the read model holds.")
      .sample(static_cast<std::uint64_t>(fresh.applied));
  Family(out, "postern_store_reachable", "gauge", "1 = the database answers.")
      .sample(fresh.store_reachable ? 1 : 0);
  return out;
}

http::Response MetricsSite::handle(const http::Request& request) noexcept {
  try {
    if (!request.reads()) return http::detail(405, "Only GET is served.");
    const bool metrics = request.segments.size() <= 2 && !request.segments.empty() &&
                         request.segments.back() == "metrics";
    http::Response response;
    response.set("Content-Type", "text/plain; version=0.0.4");
    if (metrics) {
      response.body = text();
    } else if (request.path == "/outpost.goauthentik.io/ping") {
      response.status = 204;
    } else {
      return http::detail(404, "Not found.");
    }
    return response;
  } catch (const std::exception&) {
    return http::Response{.status = 503};
  }
}

}  // namespace postern::app
