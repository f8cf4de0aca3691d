#pragma once
// SessionScript: drives one StreamSession without a socket. It plays the runner: hands in octets
// (whole, byte by byte, or in pieces), does what is wanted when told to, keeps the output, moves
// the clock.
//
// Octets are only delivered while the session wants to read; before that, turns of the loop are
// given. With hold_output() the kernel takes nothing, so that back-pressure can be watched.
// inject_after(n, event) replaces the runner's good will: after the n-th event that one comes.
// Header only; free of any test framework, so that fuzz targets may use it too.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "protocols/session.h"

namespace postern::test {

enum class Injection : std::uint8_t { none, eof, shutdown };

class SessionScript {
 public:
  using Chunker = std::function<std::size_t(std::size_t left)>;  // size of the next piece, 1..left

  explicit SessionScript(std::unique_ptr<StreamSession> session) : session_(std::move(session)) {}

  static Chunker whole() {
    return [](std::size_t left) { return left; };
  }
  static Chunker bytewise() {
    return [](std::size_t) { return std::size_t{1}; };
  }

  void chunk_by(Chunker chunker) { chunker_ = std::move(chunker); }
  void inject_after(std::size_t events, Injection injection) {
    inject_at_ = events;
    injection_ = injection;
  }
  void hold_output(bool hold) { held_ = hold; }

  void start() {
    event([this](Io& io) { return session_->start(io); });
  }
  // Returns how many octets the session took; the rest it never wanted.
  std::size_t send(OctetView octets) {
    std::size_t sent = 0;
    while (sent < octets.size() && !wants_.close) {
      // Octets that arrived in clear behind a StartTLS request are handed in, wanted or not.
      if (!wants_.read && !wants_.start_tls) {
        if (!turn()) break;
        continue;
      }
      const std::size_t size = chunker_(octets.size() - sent);
      const OctetView piece = octets.subspan(sent, size);
      sent += size;
      event([&](Io& io) { return session_->bytes(io, piece); });
    }
    return sent;
  }
  // One turn of the loop: lets output leave, then wakes. False if there was nothing to do.
  bool turn() {
    const bool flushed = flush();
    if (!wants_.again || wants_.close) return flushed;
    event([this](Io& io) { return session_->wake(io); });
    return true;
  }
  void settle() {
    for (int i = 0; i < kMostTurns && turn(); ++i) {
    }
  }
  bool flush() {
    if (held_ || unsent_.empty()) return false;
    sent_.insert(sent_.end(), unsent_.begin(), unsent_.end());
    unsent_.clear();
    event([this](Io& io) { return session_->written(io); });
    return true;
  }
  // Carries out the published work and reports it. False if there is none.
  bool finish_run() {
    if (!run_) return false;
    const Run run = *std::exchange(run_, std::nullopt);
    run.work->run();
    event([&](Io& io) { return session_->done(io, run.id); });
    return true;
  }
  bool refuse_run() {
    if (!run_) return false;
    const Run run = *std::exchange(run_, std::nullopt);
    event([&](Io& io) { return session_->refused(io, run.id); });
    return true;
  }
  // Reports a run that the session never asked for, or no longer waits for.
  void report_done(std::uint32_t id) {
    event([&](Io& io) { return session_->done(io, id); });
  }
  // Time passes; a timer that is due fires.
  void pass(std::chrono::milliseconds time) {
    now_ += time;
    if (wants_.timer && now_ >= *wants_.timer) {
      event([this](Io& io) { return session_->timer(io); });
    }
  }
  void eof() {
    event([this](Io& io) { return session_->eof(io); });
  }
  void shutdown() {
    event([this](Io& io) { return session_->shutdown(io); });
  }
  void tls_up() {
    flush();
    event([this](Io& io) { return session_->tls_up(io); });
  }
  void wake() {
    event([this](Io& io) { return session_->wake(io); });
  }

  const Wants& wants() const { return wants_; }
  const std::optional<Run>& run() const { return run_; }
  Instant now() const { return now_; }
  std::size_t events() const { return events_; }
  std::size_t unsent() const { return unsent_.size(); }
  bool injected() const { return injected_; }
  // What has left so far and was not taken yet, in order; with hold_output() nothing new leaves.
  Octets take_output() {
    while (flush()) {
    }
    return std::exchange(sent_, {});
  }

 private:
  static constexpr int kMostTurns = 100'000;

  template <typename Event>
  void event(const Event& give) {
    Octets out;
    Io io{out, unsent_.size(), now_};
    wants_ = give(io);
    unsent_.insert(unsent_.end(), out.begin(), out.end());
    if (wants_.run) run_ = wants_.run;
    ++events_;
    if (injection_ == Injection::none || injected_ || events_ < inject_at_) return;
    injected_ = true;
    if (injection_ == Injection::eof) eof();
    if (injection_ == Injection::shutdown) shutdown();
  }

  std::unique_ptr<StreamSession> session_;
  Chunker chunker_ = whole();
  Wants wants_;
  std::optional<Run> run_;
  Octets unsent_, sent_;
  Instant now_ = Instant{} + std::chrono::hours(1);
  std::size_t events_ = 0;
  std::size_t inject_at_ = 0;
  Injection injection_ = Injection::none;
  bool injected_ = false;
  bool held_ = false;
};

}  // namespace postern::test
