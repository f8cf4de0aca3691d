#include "app/server_settings.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "app/state_dir.h"
#include "app/version.h"
#include "core/log.h"

namespace postern::app {
namespace {

constexpr unsigned kOutbound = 8;

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

outpost::SearchAllowance allowance(std::int64_t size, Millis time, std::int64_t examined) {
  return {.size = static_cast<std::uint32_t>(size),
          .time = static_cast<std::uint32_t>(time.count() / 1000),
          .examined = static_cast<std::uint64_t>(examined)};
}

}  // namespace

net::Server::Options server_options(const Config& config, net::InheritedSockets sockets) {
  net::Server::Options options;
  options.inherited = std::make_shared<net::InheritedSockets>(std::move(sockets));
  options.loops = or_cores(config.threads.loops);
  options.limits.connections = static_cast<std::size_t>(config.limits.connections);
  options.limits.connections_per_source = static_cast<std::size_t>(config.limits.per_address);
  options.limits.handshake = config.limits.handshake;
  auto& hash = options.lanes[static_cast<std::size_t>(Lane::hash)];
  hash.threads = static_cast<unsigned>(or_cores(config.threads.hash));
  hash.background = true;
  options.lanes[static_cast<std::size_t>(Lane::store)].threads =
      static_cast<unsigned>(std::max(1, config.threads.store));
  // Threads that wait for other services, not for processors: a service that hangs fills them, and
  // whoever needs one then is soon told to try again.
  auto& outbound = options.lanes[static_cast<std::size_t>(Lane::outbound)];
  outbound.threads = kOutbound;
  outbound.background = true;  // a password that is verified behind a captcha
  outbound.max_wait = std::chrono::milliseconds(500);
  options.log = net_log;
  return options;
}

// They were checked when the configuration was read.
net::NetworkList networks(const std::vector<std::string>& texts) {
  const auto parsed = net::NetworkList::parse(texts);
  if (!parsed) throw StateError(parsed.fault().text);
  return *parsed;
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
  const LimitsConfig& limits = config.limits;
  settings.searches = allowance(limits.search_size, limits.search_time, limits.search_examined);
  settings.full_searches =
      allowance(limits.full_search_size, limits.full_search_time, limits.full_search_examined);
  settings.certificate_names = config.tls.client_names;
  if (config.listen.ldapi) {
    settings.local_users = config.listen.ldapi->users;
    settings.local_by_number = config.listen.ldapi->others_by_number;
  }
  settings.vendor_version = std::string(kVersion);
  return settings;
}

}  // namespace postern::app
