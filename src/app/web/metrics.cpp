#include "app/web/metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/live_figures.h"
#include "app/version.h"
#include "app/web/metrics_text.h"

namespace postern::app {
namespace {

using core::OperationMeter;

void add_connections(MetricsText& out, const net::Traffic& traffic) {
  out.family("postern_connections_open", "gauge", "Connections that are up.");
  out.sample(traffic.open);
  out.family("postern_connections_total", "counter", "Connections taken from the kernel.");
  out.sample(traffic.accepted);
  out.family("postern_connections_refused_total", "counter",
             "Connections closed at once, by the cap that they met.");
  out.sample(traffic.refused_total, "cap=\"all\"");
  out.sample(traffic.refused_source, "cap=\"address\"");
  out.family("postern_accept_pauses_total", "counter",
             "Times that no connection was taken for want of file descriptors or memory.");
  out.sample(traffic.accept_pauses);
  out.family("postern_octets_total", "counter", "Octets of sessions.");
  out.sample(traffic.octets_in, "direction=\"in\"");
  out.sample(traffic.octets_out, "direction=\"out\"");
  out.family("postern_tls_handshakes_total", "counter", "TLS handshakes that succeeded.");
  out.sample(traffic.tls_handshakes);
  out.family("postern_tls_failures_total", "counter", "TLS handshakes that failed.");
  out.sample(traffic.tls_failures);
  out.family("postern_session_faults_total", "counter", "Sessions ended by a fault of the server.");
  out.sample(traffic.session_faults);
}

void add_lanes(MetricsText& out, const net::Server& server) {
  const auto each = [&](const auto& value) {
    for (const auto& [lane, name] : kNamedLanes) {
      out.sample(std::uint64_t{value(server.lane_load(lane))}, metric_label("lane", name));
    }
  };
  out.family("postern_lane_queued", "gauge", "Work that waits for its lane.");
  each([](const net::LaneLoad& load) { return load.queued; });
  out.family("postern_lane_running", "gauge", "Work that is being done.");
  each([](const net::LaneLoad& load) { return load.running; });
  out.family("postern_lane_done_total", "counter", "Work that was done.");
  each([](const net::LaneLoad& load) { return load.done; });
  out.family("postern_lane_refused_total", "counter", "Work refused by a full lane.");
  each([](const net::LaneLoad& load) { return load.refused; });
}

std::string service_of(const core::Catalog& catalog, core::ProviderId pk) {
  const core::Provider* provider = catalog.provider(pk);
  if (provider == nullptr) return {};
  return provider->application ? provider->application->slug : provider->name;
}

void add_operations(MetricsText& out, const OperationMeter& meter, const core::Catalog& catalog) {
  const auto samples = meter.samples();
  out.family("postern_operation_duration_seconds", "histogram",
             "Operations by kind, result (LDAP result code, RADIUS packet code, HTTP hundreds) and "
             "application.");
  for (const OperationMeter::Sample& one : samples) {
    if (one.operation == core::Operation::store_commit) continue;
    out.histogram(one, metric_label("operation", core::operation_name(one.operation)) + "," +
                           metric_label("result", std::to_string(one.result)) + "," +
                           metric_label("service", service_of(catalog, one.provider)));
  }
  out.family("postern_store_commit_duration_seconds", "histogram",
             "Commits of the database, to the disk and back.");
  for (const OperationMeter::Sample& one : samples) {
    if (one.operation == core::Operation::store_commit) {
      out.histogram(one, metric_label("database", "sqlite"));
    }
  }
}

void add_sessions(MetricsText& out, const outpost::LdapCounters& ldap, core::Store& store) {
  out.family("postern_ldap_sessions_open", "gauge", "LDAP sessions.");
  out.sample(static_cast<std::uint64_t>(ldap.open_sessions.load(std::memory_order_relaxed)));
  out.family("postern_web_sessions", "gauge", "Browser sessions that are kept.");
  out.sample(static_cast<std::uint64_t>(
      store.count(*core::find_model("authentik_core.authenticatedsession"), {})));
}

void add_drops(MetricsText& out, const core::Observations& observations) {
  out.family("postern_radius_dropped_total", "counter",
             "RADIUS packets that got no answer, by cause.");
  for (const auto& [cause, count] : observations.counts()) {
    out.sample(count, metric_label("cause", cause));
  }
}

void add_mails(MetricsText& out, std::uint64_t expired) {
  out.family("postern_mails_expired_total", "counter",
             "Mails not sent any more, since the code or link in them had expired.");
  out.sample(expired);
}

void add_read_model(MetricsText& out, const directory::ReadModel& directory) {
  const auto fresh = directory.freshness();
  const auto model = directory.metrics();
  out.family("postern_directory_age_milliseconds", "gauge",
             "Since the read model was last known to be current.");
  out.sample(static_cast<std::uint64_t>(fresh.age_ms));
  out.family("postern_directory_applied", "gauge", "The last change that the read model holds.");
  out.sample(static_cast<std::uint64_t>(fresh.applied));
  out.family("postern_directory_lag", "gauge", "Changes committed that it does not hold yet.");
  out.sample(static_cast<std::uint64_t>(model.lag));
  out.family("postern_directory_entries", "gauge", "Users and groups.");
  out.sample(model.entries);
  out.family("postern_directory_rebuilds_total", "counter", "Times that it was built anew.");
  out.sample(model.rebuilds);
  out.family("postern_directory_file_bytes", "gauge", "Its file.");
  out.sample(model.file_octets);
  out.family("postern_store_reachable", "gauge", "1 = the database answers.");
  out.sample(std::uint64_t{fresh.store_reachable ? 1U : 0U});
}

void add_certificates(MetricsText& out, Appliance& appliance) {
  const core::WallMs ends = appliance.certificates().first_end();
  if (ends == 0) return;
  out.family("postern_certificate_expiry_timestamp_seconds", "gauge",
             "Since 1970, when the first of the certificates shown or believed here ends.");
  out.sample(static_cast<double>(ends) / 1000);
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t resident_octets() {
  std::uint64_t size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++count;
  }
  return count;
}

// The names that every Prometheus client uses.
void add_process(MetricsText& out, std::chrono::system_clock::time_point began) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  out.family("process_cpu_seconds_total", "counter", "Processor time.");
  out.sample(seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  out.family("process_resident_memory_bytes", "gauge", "Memory in use.");
  out.sample(resident_octets());
  out.family("process_open_fds", "gauge", "Open file descriptors.");
  out.sample(open_descriptors());
  out.family("process_max_fds", "gauge", "File descriptors allowed.");
  out.sample(std::uint64_t{files.rlim_cur});
  out.family("process_start_time_seconds", "gauge", "Since 1970, when the process began.");
  out.sample(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(began.time_since_epoch()).count()));
  out.family("postern_build_info", "gauge", "1, with the version.");
  out.sample(std::uint64_t{1}, metric_label("version", kVersion));
}

}  // namespace

std::string MetricsSite::text() const {
  MetricsText out;
  add_operations(out, appliance_.meter(), *appliance_.directory().catalog());
  add_connections(out, server_.traffic());
  add_lanes(out, server_);
  add_sessions(out, ldap_, appliance_.store());
  add_drops(out, appliance_.observations());
  add_mails(out, appliance_.expired_mails());
  add_read_model(out, appliance_.directory());
  add_certificates(out, appliance_);
  add_process(out, began_);
  return out.text();
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
