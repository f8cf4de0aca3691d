#include "net/stats.h"

namespace postern::net {

void Traffic::add(const Stats& stats) noexcept {
  const auto read = [](const Counter& counter) { return counter.load(std::memory_order_relaxed); };
  // closed first: it never exceeds the opened that is read after it.
  const std::uint64_t closed = read(stats.closed);
  open += read(stats.opened) - closed;
  accepted += read(stats.accepted);
  refused_total += read(stats.refused_total);
  refused_source += read(stats.refused_source);
  accept_pauses += read(stats.accept_pauses);
  tls_handshakes += read(stats.tls_handshakes);
  tls_failures += read(stats.tls_failures);
  proxy_faults += read(stats.proxy_faults);
  session_faults += read(stats.session_faults);
  octets_in += read(stats.octets_in);
  octets_out += read(stats.octets_out);
}

}  // namespace postern::net
