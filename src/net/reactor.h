#pragma once
// Reactor: the inside of a Loop: the io_context, the lent buffers, the table of connections. For
// net's own .cpp files: it brings Asio, which no other room sees. Its loop's thread only, except io
// (post).

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/connection.h"
#include "net/environment.h"
#include "net/loop.h"
#include "net/poller.h"
#include "net/stats.h"
#include "protocols/session.h"

namespace postern::net {

inline Instant clock_now() noexcept { return std::chrono::steady_clock::now(); }

struct Reactor {
  // One spare octet behind the input: liblber reads it.
  static constexpr std::size_t kInputSize = 64 * 1024;

  Reactor(Loop& owner, std::size_t loop_index, const Environment& env);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Takes over an accepted socket, or closes it if the loop is about to stop.
  void adopt(Arrival arrival);
  Connection* find(std::uint64_t id) noexcept;
  void forget(std::uint64_t id);  // destroys the connection
  void begin_shutdown();
  void abort_all();

  // What sockets report. Within a batch, connections collect what they send and are flushed at its
  // end: the peer is woken once for all of them.
  // One reading of the clock serves all events of a batch.
  void begin_batch() noexcept;
  void end_batch();
  bool in_batch() const noexcept { return in_batch_; }
  Instant now() const noexcept { return time_held_ ? batch_time_ : clock_now(); }
  void flush_later(std::uint64_t id) { to_flush_.push_back(id); }
  void report_ready(Connection& connection, std::uint64_t id, std::uint32_t events);

  std::span<std::uint8_t> input() noexcept { return {input_.get(), kInputSize}; }
  // The output buffer, empty. Nested events share it: what an event appended is sent or moved to
  // the connection before the next one runs.
  Octets& fresh_output();

  Loop& loop;
  const std::size_t index;
  const Environment& environment;
  boost::asio::io_context io{1};  // one thread
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work;
  Poller poller{*this};
  Stats stats;
  std::thread thread;
  std::promise<void> empty;
  std::future<void> when_empty = empty.get_future();

 private:
  void tell_empty();

  std::unique_ptr<std::uint8_t[]> input_;
  Octets output_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::uint64_t next_id_ = 1;
  std::vector<std::uint64_t> to_flush_, flushing_;
  bool in_batch_ = false;
  bool time_held_ = false;  // to the end of the batch's flush
  Instant batch_time_{};
  bool stopping_ = false;
  bool told_empty_ = false;
};

}  // namespace postern::net
