#pragma once
// ScriptedSession: a StreamSession whose answer to each event is a function of the test. Events are
// also recorded, and may be waited for from the test's thread.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "protocols/session.h"

namespace postern::net::test {

inline constexpr std::chrono::seconds kPatience{20};

inline void append(Octets& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

// What the sessions of one test did. Thread-safe; outlives the server.
class Journal {
 public:
  void note(const std::string& event) {
    {
      const std::lock_guard lock(mutex_);
      events_ += event + " ";
    }
    changed_.notify_all();
  }
  std::string events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  // True as soon as the events contain `part`.
  bool wait_for(std::string_view part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience,
                             [&] { return events_.find(part) != std::string::npos; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string events_;
};

struct Script {
  std::function<Wants(Io&)> start = [](Io&) { return Wants{}; };
  std::function<Wants(Io&, OctetView)> bytes = [](Io& io, OctetView input) {
    io.out.insert(io.out.end(), input.begin(), input.end());
    return Wants{};
  };
  std::function<Wants(Io&)> eof = [](Io&) { return Wants{.close = true}; };
  std::function<Wants(Io&)> written = [](Io&) { return Wants{}; };
  std::function<Wants(Io&, std::uint32_t)> done = [](Io&, std::uint32_t) { return Wants{}; };
  std::function<Wants(Io&, std::uint32_t)> refused = [](Io&, std::uint32_t) { return Wants{}; };
  std::function<Wants(Io&)> timer = [](Io&) { return Wants{}; };
  std::function<Wants(Io&)> wake = [](Io&) { return Wants{}; };
  std::function<Wants(Io&)> tls_up = [](Io&) { return Wants{}; };
  std::function<Wants(Io&)> shutdown = [](Io&) { return Wants{.close = true}; };
};

class ScriptedSession final : public StreamSession {
 public:
  ScriptedSession(Script script, Journal& journal)
      : script_(std::move(script)), journal_(journal) {}
  ~ScriptedSession() override { journal_.note("gone"); }

  Wants start(Io& io) override { return noted("start", script_.start(io)); }
  Wants bytes(Io& io, OctetView input) override { return script_.bytes(io, input); }
  Wants eof(Io& io) override { return noted("eof", script_.eof(io)); }
  Wants written(Io& io) override { return script_.written(io); }
  Wants done(Io& io, std::uint32_t id) override {
    return noted("done" + std::to_string(id), script_.done(io, id));
  }
  Wants refused(Io& io, std::uint32_t id) override {
    return noted("refused" + std::to_string(id), script_.refused(io, id));
  }
  Wants timer(Io& io) override { return noted("timer", script_.timer(io)); }
  Wants wake(Io& io) override { return script_.wake(io); }
  Wants tls_up(Io& io) override { return noted("tls_up", script_.tls_up(io)); }
  Wants shutdown(Io& io) override { return noted("shutdown", script_.shutdown(io)); }

 private:
  Wants noted(const std::string& event, Wants wants) {
    journal_.note(event);
    return wants;
  }
  Script script_;
  Journal& journal_;
};

}  // namespace postern::net::test
