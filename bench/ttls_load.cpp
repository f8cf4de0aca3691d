// Load generator for EAP-TTLS with PAP over RADIUS on loopback: so many conversations at a time,
// each a whole login from the identity on; checks every answer, prints one line of rates,
// latencies, round trips and server CPU per login. Exit 0 if nothing was wrong or lost, 1
// otherwise, 2 if the run could not be made.
#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "bench/cpu_meter.h"
#include "bench/histogram.h"
#include "bench/ttls_client.h"

namespace {

using namespace postern::bench;
using Clock = std::chrono::steady_clock;

constexpr std::uint8_t kAccept = 2, kChallenge = 11, kState = 24, kEapMessage = 79;
constexpr std::size_t kHeader = 20, kMostOctets = 4096;

struct Options {
  std::uint16_t port = 0;
  std::string target = "server", secret = "testing123", credentials;
  std::size_t conversations = 16;
  double duration = 5, warmup = 1, patience = 5;
  pid_t pid = 0;
  bool json = false, tls13 = false;
};

struct Result {
  std::uint64_t done = 0, wrong = 0, lost = 0, rounds = 0;
  double seconds = 0;
  std::int64_t cpu = 0;
  Histogram latencies;
};

std::vector<RadiusAccount> read_accounts(const std::string& file) {
  std::ifstream in(file);
  std::vector<RadiusAccount> out;
  for (std::string line; std::getline(in, line);) {
    const auto tab = line.find('\t');
    if (tab != std::string::npos) out.push_back({line.substr(0, tab), line.substr(tab + 1), {}});
  }
  if (out.empty()) throw std::runtime_error("no user<TAB>secret in " + file);
  return out;
}

// All values of one attribute, joined.
RadiusOctets value_of(RadiusView answer, std::uint8_t type) {
  RadiusOctets out;
  for (std::size_t at = kHeader; at + 2 <= answer.size() && answer[at + 1] >= 2;) {
    const std::size_t length = std::min<std::size_t>(answer[at + 1], answer.size() - at);
    if (answer[at] == type) {
      const auto value = answer.subspan(at + 2, length - 2);
      out.insert(out.end(), value.begin(), value.end());
    }
    at += length;
  }
  return out;
}

// A socket of its own, so that no State is needed to tell answers apart.
struct Talk {
  Talk(std::uint16_t port, const TtlsContext& context) : client(context) {
    fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
      throw std::runtime_error(std::strerror(errno));
    }
  }
  int fd = -1;
  std::uint8_t identifier = 0;
  bool busy = false;
  TtlsClient client;
  RadiusOctets request;
  Clock::time_point began;
};

class Runner {
 public:
  explicit Runner(const Options& o)
      : o_(o), codec_(o.secret), context_(o.tls13), accounts_(read_accounts(o.credentials)) {
    for (std::size_t i = 0; i < o.conversations; ++i) {
      talks_.push_back(std::make_unique<Talk>(o.port, context_));
      polled_.push_back({talks_.back()->fd, POLLIN, 0});
    }
  }

  Result run() {
    CpuMeter meter(o_.pid);
    const auto begin = Clock::now() + seconds(o_.warmup);
    wait_until(begin);
    measuring_ = true;
    const std::int64_t cpu_at_start = meter.cpu_nanoseconds();
    const auto from = Clock::now();
    wait_until(from + seconds(o_.duration));
    result_.seconds = std::chrono::duration<double>(Clock::now() - from).count();
    result_.cpu = meter.cpu_nanoseconds() - cpu_at_start;
    measuring_ = false;
    ending_ = true;
    const auto busy = [this] {
      return std::count_if(talks_.begin(), talks_.end(), [](const auto& t) { return t->busy; });
    };
    for (const auto last = Clock::now() + seconds(o_.patience);
         busy() > 0 && Clock::now() < last;) {
      turn(10);
    }
    result_.lost = static_cast<std::uint64_t>(busy());
    return std::move(result_);
  }

 private:
  static Clock::duration seconds(double amount) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(amount));
  }

  void wait_until(Clock::time_point end) {
    while (Clock::now() < end) turn(1);
  }

  void turn(int patience_ms) {
    for (const auto& talk : talks_) {
      if (!talk->busy && !ending_) start(*talk);
    }
    if (poll(polled_.data(), polled_.size(), patience_ms) <= 0) return;
    for (std::size_t i = 0; i < talks_.size(); ++i) {
      if ((polled_[i].revents & POLLIN) != 0) receive(*talks_[i]);
    }
  }

  void start(Talk& talk) {
    talk.busy = true;
    talk.began = Clock::now();
    send(talk, talk.client.begin(accounts_[next_++ % accounts_.size()]), {});
  }

  void send(Talk& talk, RadiusView eap, RadiusView state) {
    codec_.eap(++talk.identifier, eap, state, talk.request);
    if (::send(talk.fd, talk.request.data(), talk.request.size(), 0) < 0) ++result_.wrong;
    if (measuring_) ++result_.rounds;
  }

  void receive(Talk& talk) {
    std::array<std::uint8_t, kMostOctets> buffer{};
    const ssize_t size = recv(talk.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return;
    const RadiusView answer = RadiusView(buffer).first(static_cast<std::size_t>(size));
    if (answer.size() < kHeader || answer[1] != talk.identifier) return;  // late, of another
    if (!codec_.verified(talk.request, answer)) return finish(talk, false);
    if (answer[0] != kChallenge) return finish(talk, answer[0] == kAccept);
    const auto response = talk.client.respond(value_of(answer, kEapMessage));
    if (!response) return finish(talk, false);
    send(talk, *response, value_of(answer, kState));
  }

  void finish(Talk& talk, bool accepted) {
    talk.busy = false;
    if (!accepted) ++result_.wrong;
    if (!measuring_) return;
    ++result_.done;
    result_.latencies.record(
        std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - talk.began).count());
  }

  const Options& o_;
  RadiusCodec codec_;
  TtlsContext context_;
  std::vector<RadiusAccount> accounts_;
  std::vector<std::unique_ptr<Talk>> talks_;
  std::vector<pollfd> polled_;
  bool measuring_ = false, ending_ = false;
  std::size_t next_ = 0;
  Result result_;
};

unsigned long long as_long(std::uint64_t count) { return count; }

void print(const Options& o, const Result& r) {
  const auto done = static_cast<double>(std::max<std::uint64_t>(r.done, 1));
  const double rate = static_cast<double>(r.done) / r.seconds;
  const double cpu = static_cast<double>(r.cpu) / 1e3 / done;
  const double rounds = static_cast<double>(r.rounds) / done;
  const auto us = [&r](double share) {
    return static_cast<double>(r.latencies.quantile(share)) / 1e3;
  };
  if (o.json) {
    std::printf(
        "{\"target\":\"%s\",\"ops_per_s\":%.1f,\"cpu_us_per_op\":%.3f,\"rounds\":%.2f,"
        "\"p50_us\":%.1f,\"p99_us\":%.1f,\"operations\":%llu,\"wrong\":%llu,\"lost\":%llu}\n",
        o.target.c_str(), rate, cpu, rounds, us(0.5), us(0.99), as_long(r.done), as_long(r.wrong),
        as_long(r.lost));
    return;
  }
  std::printf(
      "%-10s %9.0f logins/s  cpu %.1f us  %.1f round trips  p50 %.0f p99 %.0f us  %llu logins, "
      "%llu wrong, %llu lost\n",
      o.target.c_str(), rate, cpu, rounds, us(0.5), us(0.99), as_long(r.done), as_long(r.wrong),
      as_long(r.lost));
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  CLI::App app("Load generator for EAP-TTLS on loopback");
  app.add_option("--port", o.port)->required();
  app.add_option("--credentials", o.credentials, "file of user<TAB>password lines")->required();
  app.add_option("--secret", o.secret);
  app.add_option("--conversations", o.conversations, "under way at a time");
  app.add_flag("--tls13", o.tls13, "TLS 1.3 instead of 1.2");
  app.add_option("--duration", o.duration, "seconds measured");
  app.add_option("--warmup", o.warmup);
  app.add_option("--patience", o.patience, "seconds until a login counts as lost");
  app.add_option("--pid", o.pid, "server process whose CPU is reported");
  app.add_option("--target", o.target, "name for the report");
  app.add_flag("--json", o.json);
  CLI11_PARSE(app, argc, argv);
  try {
    const Result result = Runner(o).run();
    print(o, result);
    return result.wrong == 0 && result.lost == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ttls_load: %s\n", error.what());
    return 2;
  }
}
