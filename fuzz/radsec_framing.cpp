// LINK: postern_outpost postern_core postern_radius Boost::json OpenSSL::Crypto
// A RadSec connection fed with a stream: whole to one session, in pieces to another. The first
// octet is the number of pieces' lengths that follow, the rest is the stream. Whatever comes: both
// end or neither, both give the same answers in the same order, every answer decodes, no more
// answers than packets, no more answers handed up than questions were asked, nothing is read after
// the end, and nobody is let in but by the right password.

#include <cstdint>
#include <cstdlib>

#include "core/log.h"
#include "outpost/radius/radsec_servers.h"
#include "outpost/radius/radsec_session.h"
#include "outpost/radius/tls_client.h"
#include "sessions/radius_world.h"
#include "support/fake_network_sessions.h"

namespace {

using namespace postern;

constexpr std::size_t kMostStream = 8 * 1024;  // below what makes a session pause

void demand(bool holds) {
  if (!holds) std::abort();
}

class Line {
 public:
  Line() {
    world_.wifi().radsec.clients = {"nas.example.org"};
    world_.publish();
    outpost::TlsClient client;
    client.names = {"nas.example.org"};
    session_ = std::make_unique<outpost::RadsecSession>(
        std::make_unique<outpost::RadsecServers>(world_.services, sessions_, client),
        test::RadiusWorld::peer(),
        outpost::RadsecSession::Settings{
            std::chrono::minutes(5), [](std::string_view) {}, &links_, client, {}});
    event([](StreamSession& s, Io& io) { return s.start(io); });
    demand(links_.send(kLink, Octets(radius::kHeaderSize)));
  }

  void bytes(OctetView octets) {
    if (closed_ || octets.empty()) return;
    event([&](StreamSession& s, Io& io) { return s.bytes(io, octets); });
  }
  void work() {
    while (!runs_.empty()) {
      const Run run = runs_.front();
      runs_.erase(runs_.begin());
      run.work->run();
      event([&](StreamSession& s, Io& io) { return s.done(io, run.id); });
    }
  }
  bool closed() const { return closed_; }
  // One question was asked: not more than one answer may come up.
  void check_links() { demand(links_.take_answers().size() <= 1); }
  // What an Access-Accept can come from.
  bool decided() const {
    return world_.login.decided > 0 || world_.services.counters.status.load() > 0;
  }

  // Identifier and code of each answer.
  std::vector<std::pair<int, int>> answers() const {
    std::vector<std::pair<int, int>> all;
    for (std::size_t at = 0; at < out_.size();) {
      demand(out_.size() - at >= radius::kHeaderSize);
      const std::size_t length = static_cast<std::size_t>(out_[at + 2]) << 8 | out_[at + 3];
      demand(length <= out_.size() - at);
      demand(radius::decode_packet(OctetView(out_).subspan(at, length)).ok());
      all.emplace_back(out_[at + 1], out_[at]);
      at += length;
    }
    return all;
  }

 private:
  template <typename Event>
  void event(Event&& call) {
    Io io{out_, 0, world_.now, nullptr};
    take(call(*session_, io));
  }
  void take(Wants wants) {
    for (;;) {
      if (wants.run) runs_.push_back(*wants.run);
      if (wants.close) closed_ = true;
      demand(!closed_ || !wants.read);
      if (!wants.again) return;
      Io io{out_, 0, world_.now, nullptr};
      wants = session_->wake(io);
    }
  }

  static constexpr outpost::RadsecLinks::Number kLink = 1;

  test::RadiusWorld world_;
  test::KeptSessions sessions_;
  outpost::RadsecLinks links_;
  std::unique_ptr<outpost::RadsecSession> session_;
  Octets out_;
  std::vector<Run> runs_;
  bool closed_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::configure(log::Level::error, log::Format::text);
  if (size == 0) return 0;
  const std::size_t pieces = std::min<std::size_t>(data[0], size - 1);
  const OctetView lengths(data + 1, pieces);
  const std::size_t rest = std::min(size - 1 - pieces, kMostStream);
  const Octets stream(data + 1 + pieces, data + 1 + pieces + rest);
  Line whole, cut;
  whole.bytes(stream);
  whole.work();
  std::size_t at = 0;
  for (const std::uint8_t length : lengths) {
    const std::size_t taken = std::min<std::size_t>(length, stream.size() - at);
    cut.bytes(OctetView(stream).subspan(at, taken));
    at += taken;
  }
  cut.bytes(OctetView(stream).subspan(at));
  cut.work();
  whole.check_links();
  cut.check_links();
  demand(whole.closed() == cut.closed());
  const auto answers = whole.answers();
  demand(answers == cut.answers());
  demand(answers.size() <= stream.size() / radius::kHeaderSize);
  for (const auto& one : answers) {
    demand(one.second != static_cast<int>(radius::Code::access_accept) || whole.decided());
  }
  return 0;
}
