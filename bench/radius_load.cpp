// Load generator for RADIUS servers on loopback: keeps a window of requests under way on several
// sockets, checks every answer, prints one line of rates, latencies, losses and server CPU per
// request. Exit 0 if nothing was wrong or lost, 1 otherwise, 2 if the run could not be made.
#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <stdexcept>

#include "bench/cpu_meter.h"
#include "bench/histogram.h"
#include "bench/radius_client_codec.h"

namespace {

using namespace postern::bench;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 64;
constexpr std::size_t kMostOctets = 4096;

struct Options {
  std::uint16_t port = 0;
  std::string target = "server", method = "pap", secret = "testing123", credentials;
  std::size_t sockets = 4, window = 16;
  double duration = 5, warmup = 1, rate = 0, patience = 5;
  pid_t pid = 0;
  bool json = false;
};

struct Slot {
  bool busy = false;
  Clock::time_point due;
  RadiusOctets request;
};

struct Result {
  std::uint64_t done = 0, wrong = 0, lost = 0;
  double seconds = 0;
  std::int64_t cpu = 0;
  Histogram latencies;
};

std::vector<RadiusAccount> read_accounts(const Options& o, RadiusCodec& codec) {
  std::ifstream in(o.credentials);
  std::vector<RadiusAccount> out;
  for (std::string line; std::getline(in, line);) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos) continue;
    out.push_back({line.substr(0, tab), line.substr(tab + 1), {}});
    if (o.method == "mschapv2") codec.prepare_ms_chap2(out.back());
  }
  if (out.empty()) throw std::runtime_error("no user<TAB>secret in " + o.credentials);
  return out;
}

class Socket {
 public:
  Socket(std::uint16_t port, std::size_t window) : slots(256) {
    fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int room = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
      throw std::runtime_error(std::strerror(errno));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(window, 256); ++i) {
      idle.push_back(static_cast<std::uint8_t>(i));
    }
  }
  int fd = -1;
  std::vector<Slot> slots;
  std::deque<std::uint8_t> idle;  // the one longest unused first
  std::vector<std::uint8_t> to_send;
};

class Runner {
 public:
  explicit Runner(const Options& o) : o_(o), codec_(o.secret), accounts_(read_accounts(o, codec_)) {
    for (std::size_t i = 0; i < o.sockets; ++i) sockets_.emplace_back(o.port, o.window);
    for (const Socket& one : sockets_) polled_.push_back({one.fd, POLLIN, 0});
    for (auto& one : buffers_) one.resize(kMostOctets);
  }

  Result run() {
    CpuMeter meter(o_.pid);
    const auto begin = Clock::now();
    start_ = begin;
    measured_from_ = begin + seconds(o_.warmup);
    const auto end = measured_from_ + seconds(o_.duration);
    std::int64_t cpu_at_start = 0;
    while (Clock::now() < end) {
      if (!measuring_ && Clock::now() >= measured_from_) {
        measuring_ = true;
        cpu_at_start = meter.cpu_nanoseconds();
        measured_from_ = Clock::now();
      }
      issue(end);
      wait(1);
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - measured_from_).count();
    result_.cpu = meter.cpu_nanoseconds() - cpu_at_start;
    measuring_ = false;
    const auto last = Clock::now() + seconds(o_.patience);
    while (under_way_ > 0 && Clock::now() < last) wait(10);
    result_.lost = under_way_;
    return std::move(result_);
  }

 private:
  static Clock::duration seconds(double amount) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(amount));
  }

  // Closed: whatever is idle. Fixed rate: what is due by now, counted from its due time.
  void issue(Clock::time_point end) {
    const auto now = Clock::now();
    std::size_t allowed = SIZE_MAX;
    if (o_.rate > 0) {
      const double due =
          std::chrono::duration<double>(std::min(now, end) - start_).count() * o_.rate;
      allowed = due > static_cast<double>(issued_) ? static_cast<std::size_t>(due) - issued_ : 0;
    }
    for (bool more = true; more && allowed > 0;) {
      more = false;
      for (Socket& socket : sockets_) {
        if (socket.idle.empty() || allowed == 0 || socket.to_send.size() >= kBatch) continue;
        prepare(socket,
                o_.rate > 0 ? start_ + seconds(static_cast<double>(issued_) / o_.rate) : now);
        --allowed;
        more = true;
      }
    }
    for (Socket& socket : sockets_) flush(socket);
  }

  void prepare(Socket& socket, Clock::time_point due) {
    const std::uint8_t id = socket.idle.front();
    socket.idle.pop_front();
    Slot& slot = socket.slots[id];
    const RadiusAccount& account = accounts_[issued_++ % accounts_.size()];
    if (o_.method == "mschapv2") {
      codec_.ms_chap2(id, account, slot.request);
    } else {
      codec_.pap(id, account, slot.request);
    }
    slot.busy = true;
    slot.due = due;
    socket.to_send.push_back(id);
    ++under_way_;
  }

  void flush(Socket& socket) {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    const std::size_t count = socket.to_send.size();
    for (std::size_t i = 0; i < count; ++i) {
      RadiusOctets& octets = socket.slots[socket.to_send[i]].request;
      parts[i] = {octets.data(), octets.size()};
      headers[i].msg_hdr.msg_iov = &parts[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    for (std::size_t sent = 0; sent < count;) {
      const int more =
          sendmmsg(socket.fd, headers.data() + sent, static_cast<unsigned>(count - sent), 0);
      if (more <= 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
      sent += static_cast<std::size_t>(more);
    }
    socket.to_send.clear();
  }

  void wait(int milliseconds) {
    if (poll(polled_.data(), polled_.size(), milliseconds) <= 0) return;
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      if ((polled_[i].revents & POLLIN) != 0) receive(sockets_[i]);
    }
  }

  void receive(Socket& socket) {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {buffers_[i].data(), buffers_[i].size()};
      headers[i].msg_hdr.msg_iov = &parts[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int count = recvmmsg(socket.fd, headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    const auto now = Clock::now();
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      take(socket, RadiusView(buffers_[at]).first(headers[at].msg_len), now);
    }
  }

  void take(Socket& socket, RadiusView answer, Clock::time_point now) {
    if (answer.size() < 2 || !socket.slots[answer[1]].busy) {
      ++result_.wrong;
      return;
    }
    Slot& slot = socket.slots[answer[1]];
    slot.busy = false;
    --under_way_;
    socket.idle.push_back(answer[1]);
    if (!codec_.accepted(slot.request, answer)) ++result_.wrong;
    if (!measuring_) return;
    ++result_.done;
    result_.latencies.record(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now - slot.due).count());
  }

  const Options& o_;
  RadiusCodec codec_;
  std::vector<RadiusAccount> accounts_;
  std::vector<Socket> sockets_;
  std::vector<pollfd> polled_;
  std::array<RadiusOctets, kBatch> buffers_;
  Clock::time_point start_, measured_from_;
  bool measuring_ = false;
  std::size_t issued_ = 0, under_way_ = 0;
  Result result_;
};

unsigned long long as_long(std::uint64_t count) { return count; }

void print(const Options& o, const Result& r) {
  const double rate = static_cast<double>(r.done) / r.seconds;
  const double cpu =
      r.done == 0 ? 0 : static_cast<double>(r.cpu) / 1e3 / static_cast<double>(r.done);
  const auto us = [&r](double share) {
    return static_cast<double>(r.latencies.quantile(share)) / 1e3;
  };
  const double longest = static_cast<double>(r.latencies.max()) / 1e3;
  if (o.json) {
    std::printf(
        "{\"target\":\"%s\",\"method\":\"%s\",\"ops_per_s\":%.1f,\"cpu_us_per_op\":%.3f,"
        "\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"operations\":%llu,\"wrong\":%llu,"
        "\"lost\":%llu}\n",
        o.target.c_str(), o.method.c_str(), rate, cpu, us(0.5), us(0.99), longest, as_long(r.done),
        as_long(r.wrong), as_long(r.lost));
    return;
  }
  std::printf(
      "%-10s %-8s %9.0f requests/s  cpu %.2f us  p50 %.0f p99 %.0f max %.0f us  %llu answers, "
      "%llu wrong, %llu lost\n",
      o.target.c_str(), o.method.c_str(), rate, cpu, us(0.5), us(0.99), longest, as_long(r.done),
      as_long(r.wrong), as_long(r.lost));
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  CLI::App app("Load generator for RADIUS servers on loopback");
  app.add_option("--port", o.port)->required();
  app.add_option("--credentials", o.credentials, "file of user<TAB>password lines")->required();
  app.add_option("--method", o.method)->check(CLI::IsMember({"pap", "mschapv2"}));
  app.add_option("--secret", o.secret);
  app.add_option("--sockets", o.sockets);
  app.add_option("--window", o.window, "requests under way on each socket, at most 256");
  app.add_option("--rate", o.rate, "requests per second; 0 = as fast as answers come");
  app.add_option("--duration", o.duration, "seconds measured");
  app.add_option("--warmup", o.warmup);
  app.add_option("--patience", o.patience, "seconds until an answer counts as lost");
  app.add_option("--pid", o.pid, "server process whose CPU is reported");
  app.add_option("--target", o.target, "name for the report");
  app.add_flag("--json", o.json);
  CLI11_PARSE(app, argc, argv);
  try {
    const Result result = Runner(o).run();
    print(o, result);
    return result.wrong == 0 && result.lost == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "radius_load: %s\n", error.what());
    return 2;
  }
}
