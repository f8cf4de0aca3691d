// One simulated client: up to two sockets and its place in a list of steps. It sends a request,
// reads and checks the answer, and goes on until the list is done. Non-blocking; the owner feeds it
// socket events. Nothing is allocated after construction. A wrong answer is an error of the
// operation; a lost connection ends the session.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bench/workload.h"

namespace postern::bench {

struct Tally {
  std::uint64_t errors = 0;
  std::uint64_t entries = 0;
  std::uint64_t octets_received = 0;
  std::string first_error;
};

class LoadSession {
 public:
  enum class State : std::uint8_t { Idle, Busy, Lost };

  LoadSession(const Workload& workload, const sockaddr_in& server, int epoll, std::uint32_t index,
              Tally& tally);
  LoadSession(const LoadSession&) = delete;
  LoadSession& operator=(const LoadSession&) = delete;
  ~LoadSession();

  // Begins a list of steps; `identity()` must be filled in first if the steps need a user.
  void begin(std::span<const Step> steps);
  void on_event(std::uint8_t channel);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Identity& identity() { return identity_; }
  // When the operation was due; kept for the owner.
  std::int64_t intended_at = 0;

 private:
  static constexpr std::size_t kReceiveBuffer = std::size_t{256} << 10;
  struct Channel {
    int descriptor = -1;
    bool connecting = false;
    std::uint32_t last_id = 0;
    std::size_t held = 0;
    std::unique_ptr<char[]> buffer;
  };

  void advance();
  bool start_step();  // true if the step is over at once
  bool connect_channel();
  bool send_request();
  void receive(Channel& channel);
  bool consume(Channel& channel);
  bool on_answer(const Answer& answer);
  bool on_result(const Answer& answer);
  void on_end(Channel& channel);
  void close_channel(Channel& channel);
  void fault(std::string_view what, std::string_view detail);
  void lose(std::string_view why);

  const Workload& workload_;
  sockaddr_in server_;
  int epoll_;
  std::uint32_t index_;
  Tally& tally_;
  std::array<Channel, 2> channels_;
  Identity identity_;
  std::span<const Step> steps_;
  std::size_t step_ = 0;
  State state_ = State::Idle;
  std::uint64_t entries_ = 0;
  std::array<char, 512> cookie_{};
  std::size_t cookie_size_ = 0;
  std::array<char, 4096> request_{};
};

}  // namespace postern::bench
