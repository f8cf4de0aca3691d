// Runs the sessions on one epoll loop: set-up, priming, warm-up, measuring, last answers. Closed
// loop: every session starts its next operation when the last is over. Fixed rate: operation k is
// due at start + k / rate, waits for a free session if there is none, and its latency counts from
// when it was due. Every phase has an end by the clock.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bench/cpu_meter.h"
#include "bench/histogram.h"
#include "bench/load_session.h"

namespace postern::bench {

struct LoadResult {
  std::uint64_t operations = 0;  // finished inside the measured time
  std::uint64_t entries = 0;
  std::uint64_t octets = 0;
  std::uint64_t errors = 0;  // of the whole run, warm-up included
  std::string first_error;
  double seconds = 0;
  std::int64_t cpu_nanoseconds = 0;
  MemoryUse memory;
};

class LoadRunner {
 public:
  explicit LoadRunner(const LoadOptions& options);
  LoadRunner(const LoadRunner&) = delete;
  LoadRunner& operator=(const LoadRunner&) = delete;
  ~LoadRunner();

  LoadResult run();
  [[nodiscard]] const Histogram& latencies() const { return latencies_; }

 private:
  enum class Phase : std::uint8_t { Setup, Priming, Load };

  void set_up();
  void prime();
  void load();
  void begin_measuring(std::int64_t now);
  void end_measuring(std::int64_t now);
  void start_operations(std::int64_t now);
  bool start_one(LoadSession& session, std::int64_t due);
  void finish_operation(LoadSession& session, std::int64_t now);
  void turn(std::int64_t wake_at);
  void settle(LoadSession& session, std::int64_t now);
  [[nodiscard]] std::size_t busy() const { return sessions_.size() - idle_.size() - lost_; }

  LoadOptions options_;
  Workload workload_;
  CpuMeter meter_;
  int epoll_;
  Tally tally_;
  Tally before_;
  Histogram latencies_;
  LoadResult result_;
  std::deque<LoadSession> sessions_;  // never moves its elements
  std::vector<LoadSession*> idle_;
  std::size_t lost_ = 0;
  Phase phase_ = Phase::Setup;
  bool exhausted_ = false;
  bool measuring_ = false;
  std::uint64_t started_ = 0;
  std::int64_t next_due_ = 0;
  std::int64_t measured_from_ = 0;
  std::int64_t measured_until_ = 0;
  std::int64_t load_until_ = 0;
  std::int64_t cpu_before_ = 0;
};

}  // namespace postern::bench
