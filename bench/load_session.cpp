#include "bench/load_session.h"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace postern::bench {

namespace {

// One octet of messageID, so that a canned-answer server can echo it in place.
constexpr std::uint32_t kLargestId = 127;

}  // namespace

LoadSession::LoadSession(const Workload& workload, const sockaddr_in& server, int epoll,
                         std::uint32_t index, Tally& tally)
    : workload_(workload), server_(server), epoll_(epoll), index_(index), tally_(tally) {
  for (Channel& channel : channels_) channel.buffer = std::make_unique<char[]>(kReceiveBuffer);
}

LoadSession::~LoadSession() {
  for (Channel& channel : channels_) close_channel(channel);
}

void LoadSession::begin(std::span<const Step> steps) {
  steps_ = steps;
  step_ = 0;
  state_ = State::Busy;
  entries_ = 0;
  cookie_size_ = 0;
  advance();
}

void LoadSession::advance() {
  while (state_ == State::Busy) {
    if (step_ == steps_.size()) {
      state_ = State::Idle;
      return;
    }
    if (!start_step()) return;
    ++step_;
  }
}

bool LoadSession::start_step() {
  if (steps_[step_].kind == Step::Kind::Connect) return connect_channel();
  return send_request();
}

bool LoadSession::connect_channel() {
  Channel& channel = channels_[steps_[step_].channel];
  channel = Channel{.buffer = std::move(channel.buffer)};
  channel.descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(channel.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* address = reinterpret_cast<const sockaddr*>(&server_);
  const bool connected = connect(channel.descriptor, address, sizeof server_) == 0;
  if (!connected && errno != EINPROGRESS) {
    lose(std::strerror(errno));
    return false;
  }
  channel.connecting = !connected;
  epoll_event event{};
  event.events =
      EPOLLIN | EPOLLRDHUP | EPOLLET | (connected ? 0U : static_cast<unsigned>(EPOLLOUT));
  event.data.u64 = std::uint64_t{index_} << 1 | steps_[step_].channel;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, channel.descriptor, &event) != 0) lose(std::strerror(errno));
  return connected;
}

bool LoadSession::send_request() {
  Channel& channel = channels_[steps_[step_].channel];
  channel.last_id = channel.last_id % kLargestId + 1;
  BerBackWriter out{std::span<char>(request_)};
  switch (steps_[step_].kind) {
    case Step::Kind::BindAccount:
      workload_.write_account_bind(out, channel.last_id);
      break;
    case Step::Kind::BindUser:
      workload_.write_user_bind(out, channel.last_id, identity_);
      break;
    case Step::Kind::Search:
      workload_.write_search(out, channel.last_id, identity_, {cookie_.data(), cookie_size_});
      break;
    case Step::Kind::Unbind:
      write_unbind(out, channel.last_id);
      break;
    case Step::Kind::Connect:
      break;
  }
  const std::string_view octets = out.octets();
  if (out.overflowed()) {
    lose("a request is longer than 4096 octets");
  } else if (send(channel.descriptor, octets.data(), octets.size(), MSG_NOSIGNAL) !=
             static_cast<ssize_t>(octets.size())) {
    lose("cannot send");
  }
  return false;
}

void LoadSession::on_event(std::uint8_t number) {
  Channel& channel = channels_[number];
  if (channel.descriptor < 0) return;
  if (!channel.connecting) {
    receive(channel);
    return;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(channel.descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    lose(std::strerror(error));
    return;
  }
  channel.connecting = false;
  ++step_;
  advance();
}

void LoadSession::receive(Channel& channel) {
  for (;;) {
    const std::size_t room = kReceiveBuffer - channel.held;
    const ssize_t count = recv(channel.descriptor, channel.buffer.get() + channel.held, room, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      on_end(channel);
      return;
    }
    const auto received = static_cast<std::size_t>(count);
    tally_.octets_received += received;
    channel.held += received;
    if (!consume(channel) || channel.descriptor < 0) return;
    // A short read emptied the socket; what comes later raises a new edge.
    if (received < room) return;
  }
}

bool LoadSession::consume(Channel& channel) {
  std::size_t used = 0;
  bool good = true;
  while (good && used < channel.held) {
    Answer answer;
    const Frame frame = read_answer({channel.buffer.get() + used, channel.held - used}, answer);
    if (frame == Frame::Incomplete) break;
    good = frame == Frame::Complete && answer.message_id == channel.last_id;
    if (!good) lose("an answer that is malformed or not ours");
    used += answer.size;
    if (good) good = on_answer(answer);
  }
  if (!good) return false;
  if (used == 0 && channel.held == kReceiveBuffer) {
    lose("an answer is longer than 256 KiB");
    return false;
  }
  channel.held -= used;
  if (channel.held != 0 && used != 0)
    std::memmove(channel.buffer.get(), channel.buffer.get() + used, channel.held);
  return true;
}

bool LoadSession::on_answer(const Answer& answer) {
  if (state_ != State::Busy) {
    lose("an answer that nobody waits for");
    return false;
  }
  const Step::Kind kind = steps_[step_].kind;
  if (kind == Step::Kind::Search && answer.operation == kSearchEntry) {
    ++entries_;
    ++tally_.entries;
    if (!workload_.expected_dn(answer.dn, identity_)) fault("wrong entry", answer.dn);
    return true;
  }
  const std::uint8_t wanted = kind == Step::Kind::Search ? kSearchDone : kBindResponse;
  if (answer.operation == wanted) return on_result(answer);
  lose(answer.message.empty() ? "an answer of another kind" : answer.message);
  return false;
}

bool LoadSession::on_result(const Answer& answer) {
  const bool search = steps_[step_].kind == Step::Kind::Search;
  if (answer.result != 0) {
    fault("result code", std::to_string(answer.result) + " " + std::string(answer.message));
  } else if (search && !answer.cookie.empty()) {
    if (answer.cookie.size() > cookie_.size()) {
      lose("a cookie is longer than 512 octets");
      return false;
    }
    cookie_size_ = answer.cookie.size();
    std::copy(answer.cookie.begin(), answer.cookie.end(), cookie_.begin());
    send_request();
    return state_ == State::Busy;
  } else if (search && !workload_.expected_count(entries_)) {
    fault("entries returned", std::to_string(entries_));
  }
  ++step_;
  advance();
  return state_ != State::Lost;
}

void LoadSession::on_end(Channel& channel) {
  const bool expected = state_ == State::Busy && steps_[step_].kind == Step::Kind::Unbind;
  if (!expected) {
    lose("the server closed the connection");
    return;
  }
  close_channel(channel);
  ++step_;
  advance();
}

void LoadSession::close_channel(Channel& channel) {
  if (channel.descriptor >= 0) close(channel.descriptor);
  channel.descriptor = -1;
  channel.held = 0;
}

void LoadSession::fault(std::string_view what, std::string_view detail) {
  ++tally_.errors;
  if (!tally_.first_error.empty()) return;
  tally_.first_error.append(what)
      .append(": ")
      .append(detail)
      .append(" (")
      .append(identity_.name)
      .append(")");
}

void LoadSession::lose(std::string_view why) {
  fault("connection lost", why);
  for (Channel& channel : channels_) close_channel(channel);
  state_ = State::Lost;
}

}  // namespace postern::bench
