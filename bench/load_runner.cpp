#include "bench/load_runner.h"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace postern::bench {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t now_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * kSecond + now.tv_nsec;
}

std::int64_t in_nanoseconds(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

sockaddr_in address_of(const LoadOptions& options) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  if (inet_pton(AF_INET, options.host.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error("not an IPv4 address: " + options.host);
  return address;
}

}  // namespace

LoadRunner::LoadRunner(const LoadOptions& options)
    : options_(options),
      workload_(options),
      meter_(options.pid),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::runtime_error(std::strerror(errno));
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  const sockaddr_in server = address_of(options_);
  idle_.reserve(options_.connections);
  for (std::uint32_t i = 0; i < options_.connections; ++i)
    sessions_.emplace_back(workload_, server, epoll_, i, tally_);
}

LoadRunner::~LoadRunner() { close(epoll_); }

LoadResult LoadRunner::run() {
  set_up();
  prime();
  load();
  if (result_.seconds <= 0)
    throw std::runtime_error("it was over before measuring began; " + tally_.first_error);
  result_.errors = tally_.errors;
  result_.first_error = tally_.first_error;
  result_.memory = meter_.memory();
  return result_;
}

void LoadRunner::set_up() {
  phase_ = Phase::Setup;
  const std::int64_t deadline = now_nanoseconds() + in_nanoseconds(options_.patience);
  for (LoadSession& session : sessions_) {
    session.begin(workload_.setup());
    settle(session, 0);
  }
  while (busy() > 0 && now_nanoseconds() < deadline) turn(deadline);
  if (busy() > 0) throw std::runtime_error("connections were not set up in time");
  if (tally_.errors > 0) throw std::runtime_error("set-up: " + tally_.first_error);
}

void LoadRunner::prime() {
  phase_ = Phase::Priming;
  bool more = true;
  // Slow password hashing bounds the pace here, so the clock only watches for a server that stands
  // still.
  std::int64_t deadline = now_nanoseconds() + in_nanoseconds(options_.patience);
  while (more || busy() > 0) {
    while (more && !idle_.empty()) {
      LoadSession& session = *idle_.back();
      more = workload_.pick_for_priming(session.identity());
      if (!more) break;
      idle_.pop_back();
      session.begin(workload_.priming());
      settle(session, 0);
      deadline = now_nanoseconds() + in_nanoseconds(options_.patience);
    }
    if (busy() == 0 && (!more || idle_.empty())) break;
    if (now_nanoseconds() > deadline) throw std::runtime_error("priming: the server stands still");
    turn(deadline);
  }
  if (tally_.errors > 0) throw std::runtime_error("priming: " + tally_.first_error);
}

void LoadRunner::load() {
  phase_ = Phase::Load;
  std::int64_t now = now_nanoseconds();
  const std::int64_t begin_at = now + in_nanoseconds(options_.warmup);
  load_until_ = begin_at + in_nanoseconds(options_.duration);
  const std::int64_t deadline = load_until_ + in_nanoseconds(options_.patience);
  measured_from_ = kNever;
  next_due_ = now;
  for (;; now = now_nanoseconds()) {
    if (!measuring_ && measured_until_ == 0 && now >= begin_at) begin_measuring(now);
    start_operations(now);
    const bool over =
        now >= load_until_ || (exhausted_ && busy() == 0) || lost_ == sessions_.size();
    if (over && measuring_) end_measuring(now);
    if (over && (busy() == 0 || now >= deadline)) break;
    std::int64_t wake_at = now < begin_at ? begin_at : now < load_until_ ? load_until_ : deadline;
    if (options_.rate > 0 && !exhausted_ && !idle_.empty() && next_due_ < load_until_)
      wake_at = std::min(wake_at, next_due_);
    turn(wake_at);
  }
  if (busy() > 0) tally_.errors += busy();
  if (busy() > 0 && tally_.first_error.empty()) tally_.first_error = "answers did not come in time";
}

void LoadRunner::begin_measuring(std::int64_t now) {
  measuring_ = true;
  measured_from_ = now;
  before_ = tally_;
  cpu_before_ = meter_.cpu_nanoseconds();
}

void LoadRunner::end_measuring(std::int64_t now) {
  measuring_ = false;
  measured_until_ = now;
  result_.seconds = static_cast<double>(now - measured_from_) / 1e9;
  result_.cpu_nanoseconds = meter_.cpu_nanoseconds() - cpu_before_;
  result_.entries = tally_.entries - before_.entries;
  result_.octets = tally_.octets_received - before_.octets_received;
}

void LoadRunner::start_operations(std::int64_t now) {
  const bool paced = options_.rate > 0;
  while (!idle_.empty() && !exhausted_) {
    if (paced ? (next_due_ > now || next_due_ >= load_until_) : now >= load_until_) return;
    LoadSession& session = *idle_.back();
    if (!start_one(session, paced ? next_due_ : now)) return;
    idle_.pop_back();
    settle(session, now);
    if (paced) next_due_ += in_nanoseconds(1.0 / options_.rate);
  }
}

bool LoadRunner::start_one(LoadSession& session, std::int64_t due) {
  exhausted_ = (options_.max_operations != 0 && started_ == options_.max_operations) ||
               !workload_.pick(session.identity());
  if (exhausted_) return false;
  if (measuring_) ++started_;  // the warm-up is bounded by its time
  // In a closed loop the clock is read here, not once for all sessions of a turn.
  session.intended_at = options_.rate > 0 ? due : now_nanoseconds();
  session.begin(workload_.operation());
  return true;
}

void LoadRunner::finish_operation(LoadSession& session, std::int64_t now) {
  if (measuring_) ++result_.operations;
  if (session.intended_at >= measured_from_) latencies_.record(now - session.intended_at);
}

void LoadRunner::settle(LoadSession& session, std::int64_t now) {
  if (session.state() == LoadSession::State::Busy) return;
  if (session.state() == LoadSession::State::Lost) {
    ++lost_;
    return;
  }
  if (phase_ == Phase::Load) finish_operation(session, now);
  idle_.push_back(&session);
}

void LoadRunner::turn(std::int64_t wake_at) {
  std::array<epoll_event, 256> events;
  const bool spins = options_.spin && phase_ == Phase::Load;
  const std::int64_t wait = spins ? 0 : std::max<std::int64_t>(wake_at - now_nanoseconds(), 0);
  const timespec timeout{.tv_sec = wait / kSecond, .tv_nsec = wait % kSecond};
  const int count =
      epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
    LoadSession& session = sessions_[key >> 1];
    if (session.state() == LoadSession::State::Lost) continue;
    const bool was_idle = session.state() == LoadSession::State::Idle;
    session.on_event(static_cast<std::uint8_t>(key & 1));
    if (was_idle && session.state() == LoadSession::State::Lost) {
      idle_.erase(std::remove(idle_.begin(), idle_.end(), &session), idle_.end());
      ++lost_;
      continue;
    }
    if (was_idle || session.state() == LoadSession::State::Busy) continue;
    settle(session, now_nanoseconds());
    // The next request leaves at once, as a real client's would, not after the whole turn.
    if (phase_ == Phase::Load && options_.rate == 0) start_operations(now_nanoseconds());
  }
}

}  // namespace postern::bench
