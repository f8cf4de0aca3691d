#include "net/loop.h"

#include <boost/asio/post.hpp>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "net/reactor.h"
#include "net/thread.h"

namespace postern::net {

namespace {

constexpr std::size_t kKeptOutput = 256 * 1024;
thread_local std::size_t current_index = 0;

// What escapes a posted function is a defect of its author, not a reason to lose the loop.
void run_reactor(Reactor& reactor) {
  current_index = reactor.index;
  reactor.poller.start();
  for (;;) {
    try {
      reactor.io.run();
      return;
    } catch (const std::exception& error) {
      reactor.environment.report(Level::error, "net.loop.exception", error.what());
    } catch (...) {
      reactor.environment.report(Level::error, "net.loop.exception", "unknown exception");
    }
  }
}

}  // namespace

Reactor::Reactor(Loop& owner, std::size_t loop_index, const Environment& env)
    : loop(owner),
      index(loop_index),
      environment(env),
      work(boost::asio::make_work_guard(io)),
      input_(std::make_unique<std::uint8_t[]>(kInputSize + 1)) {}

Reactor::~Reactor() = default;

void Reactor::report_ready(Connection& connection, std::uint64_t id, std::uint32_t events) {
  connection.ready(events);
  if (connection.gone()) forget(id);
}

void Reactor::begin_batch() noexcept {
  in_batch_ = time_held_ = true;
  batch_time_ = clock_now();
}

void Reactor::end_batch() {
  in_batch_ = false;
  flushing_.swap(to_flush_);
  for (const std::uint64_t id : flushing_) {
    Connection* connection = find(id);
    if (connection == nullptr) continue;
    connection->flush_now();
    if (connection->gone()) forget(id);
  }
  flushing_.clear();
  time_held_ = false;
}

Octets& Reactor::fresh_output() {
  // One huge answer must not keep its memory for ever.
  if (output_.capacity() > kKeptOutput) Octets().swap(output_);
  output_.clear();
  return output_;
}

void Reactor::adopt(Arrival arrival) {
  if (stopping_) return;
  const std::uint64_t id = next_id_++;
  try {
    auto connection = std::make_unique<Connection>(*this, id, std::move(arrival));
    Connection& made = *connection;
    connections_.emplace(id, std::move(connection));
    bump(stats.opened);
    made.begin();
    if (made.gone()) forget(id);
  } catch (const std::exception& error) {
    environment.report(Level::error, "net.connection.failed", error.what());
    Connection* half_made = find(id);
    if (half_made == nullptr) return;
    half_made->abort();
    if (half_made->gone()) forget(id);
  }
}

Connection* Reactor::find(std::uint64_t id) noexcept {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

void Reactor::forget(std::uint64_t id) {
  if (connections_.erase(id) != 0) bump(stats.closed);
  tell_empty();
}

void Reactor::tell_empty() {
  if (!stopping_ || told_empty_ || !connections_.empty()) return;
  told_empty_ = true;
  empty.set_value();
}

void Reactor::begin_shutdown() {
  stopping_ = true;
  // A session may end at once and leave the table: walk over ids.
  std::vector<std::uint64_t> ids;
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const std::uint64_t id : ids) {
    Connection* connection = find(id);
    connection->shut_down();
    if (connection->gone()) forget(id);
  }
  tell_empty();
}

void Reactor::abort_all() {
  stopping_ = true;
  std::vector<std::uint64_t> ids;
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const std::uint64_t id : ids) {
    Connection* connection = find(id);
    connection->abort();
    if (connection->gone()) forget(id);
  }
  tell_empty();
}

Loop::Loop(std::size_t index, const Environment& environment)
    : reactor_(std::make_unique<Reactor>(*this, index, environment)) {}

Loop::~Loop() { stop(); }

void Loop::start() {
  reactor_->thread = start_thread("loop-" + std::to_string(reactor_->index),
                                  [reactor = reactor_.get()] { run_reactor(*reactor); });
}

void Loop::post(std::function<void()> function) {
  boost::asio::post(reactor_->io, std::move(function));
}

void Loop::shutdown() {
  post([reactor = reactor_.get()] { reactor->begin_shutdown(); });
}

bool Loop::wait_empty(std::chrono::steady_clock::time_point until) {
  return reactor_->when_empty.wait_until(until) == std::future_status::ready;
}

void Loop::stop() {
  if (!reactor_->thread.joinable()) return;
  // run() returns by itself when the aborted handlers have been called: none is destroyed uncalled,
  // as their memory lies in the connections.
  post([reactor = reactor_.get()] {
    reactor->abort_all();
    reactor->poller.stop();
    reactor->work.reset();
  });
  reactor_->thread.join();
}

std::size_t Loop::index() const noexcept { return reactor_->index; }

const Stats& Loop::stats() const noexcept { return reactor_->stats; }

std::size_t Loop::current() noexcept { return current_index; }

}  // namespace postern::net
