#pragma once
// Stats: counters of one loop. Only that loop writes them, so a bump is a plain load and store;
// anybody may read. Traffic is the sum over the loops, a plain copy for metrics.

#include <atomic>
#include <cstdint>

namespace postern::net {

using Counter = std::atomic<std::uint64_t>;

struct Stats {
  Counter accepted{0};        // connections taken from the kernel, refused ones included
  Counter refused_total{0};   // closed at once: the cap on all connections
  Counter refused_source{0};  // closed at once: the cap per source
  Counter accept_pauses{0};   // out of file descriptors or memory
  Counter closed{0};          // connections that ended
  Counter opened{0};          // connections that began
  Counter tls_handshakes{0};
  Counter tls_failures{0};
  Counter proxy_faults{0};    // a trusted proxy sent no usable PROXY header
  Counter session_faults{0};  // a session threw
  Counter octets_in{0};       // as the sessions see them, without TLS framing
  Counter octets_out{0};
};

// REQUIRES: called on the loop that owns the counter
inline void bump(Counter& counter, std::uint64_t by = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

struct Traffic {
  std::uint64_t open = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused_total = 0;
  std::uint64_t refused_source = 0;
  std::uint64_t accept_pauses = 0;
  std::uint64_t tls_handshakes = 0;
  std::uint64_t tls_failures = 0;
  std::uint64_t proxy_faults = 0;
  std::uint64_t session_faults = 0;
  std::uint64_t octets_in = 0;
  std::uint64_t octets_out = 0;

  void add(const Stats& stats) noexcept;
};

}  // namespace postern::net
