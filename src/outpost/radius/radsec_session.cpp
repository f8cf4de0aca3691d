#include "outpost/radius/radsec_session.h"

#include <algorithm>
#include <utility>

#include "protocols/radius/authenticity.h"
#include "protocols/radius/encode.h"

namespace postern::outpost {
namespace {

constexpr std::uint8_t kErrorCause = 101;  // RFC 5176 3.5
constexpr std::uint32_t kUnsupportedExtension = 406;

// The answer to a request that only a server sends; nothing = it is none.
std::optional<radius::Code> refusal_of(radius::Code code) noexcept {
  if (code == radius::Code::disconnect_request) return radius::Code::disconnect_nak;
  if (code == radius::Code::coa_request) return radius::Code::coa_nak;
  return std::nullopt;
}

// What a client answers to a request of ours.
bool is_dynamic_answer(radius::Code code) noexcept {
  return code == radius::Code::disconnect_ack || code == radius::Code::disconnect_nak ||
         code == radius::Code::coa_ack || code == radius::Code::coa_nak;
}

}  // namespace

RadsecSession::RadsecSession(std::unique_ptr<DatagramServer> server, const DatagramPeer& peer,
                             Settings settings)
    : server_(std::move(server)), peer_(peer), settings_(std::move(settings)) {
  if (settings_.links != nullptr) link_ = settings_.links->open(peer_.address, settings_.client);
}

RadsecSession::~RadsecSession() {
  if (settings_.links != nullptr) settings_.links->close(link_);
  for (const auto& one : running_) one.second->cancel();
}

// The server's events are those of a DatagramServer; its answers all leave by this connection.
template <typename Event>
void RadsecSession::hand(Io& io, Event&& event) {
  DatagramIo inner{io.now, sends_, made_, server_timer_};
  event(inner);
  for (const Outgoing& one : sends_) {
    io.out.insert(io.out.end(), one.octets.begin(), one.octets.end());
  }
  sends_.clear();
  for (Run& run : made_) {
    running_.emplace(run.id, run.work);
    due_.push_back(std::move(run));
  }
  made_.clear();
}

bool RadsecSession::paused(const Io& io) const noexcept {
  return running_.size() >= kMostRunning || io.unsent + io.out.size() > kMostUnsent;
}

void RadsecSession::read_packets(Io& io) {
  std::size_t at = 0;
  while (!closing_ && !paused(io)) {
    const OctetView rest = OctetView(input_).subspan(at);
    if (rest.size() < 4) break;
    const std::size_t length = static_cast<std::size_t>(rest[2]) << 8 | rest[3];
    if (length < radius::kHeaderSize || length > radius::kMaxPacket) {
      return end("a length that no packet has");
    }
    if (rest.size() < length) break;
    take(io, rest.first(length));
    at += length;
  }
  if (!closing_) input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(at));
}

void RadsecSession::take(Io& io, OctetView octets) {
  const auto packet = radius::decode_packet(octets);
  if (!packet) return end(packet.error().what);
  if (settings_.links != nullptr && is_dynamic_answer(packet->code)) {
    return settings_.links->answered(link_, octets);
  }
  if (!proves_itself(*packet)) return end("a wrong authenticator inside TLS");
  if (const auto code = refusal_of(packet->code)) return refuse(io, *packet, *code);
  if (settings_.links != nullptr && packet->code == radius::Code::accounting_request) {
    settings_.links->reported(link_, *packet);
  }
  hand(io, [&](DatagramIo& inner) { server_->datagram(inner, peer_, octets); });
}

// Where an authenticator is due or there is a Message-Authenticator: both are made with "radsec".
bool RadsecSession::proves_itself(const radius::Packet& packet) {
  const OctetView secret = radius::as_octets(kRadsecSecret);
  const bool digest =
      packet.code == radius::Code::accounting_request || refusal_of(packet.code).has_value();
  if (digest && !radius::check_request_authenticator(packet, secret, digests_)) return false;
  const bool answer = !digest && packet.code != radius::Code::access_request &&
                      packet.code != radius::Code::status_server;
  return answer ||
         radius::check_message_authenticator(packet, secret, digests_) != radius::MacCheck::wrong;
}

// 5176-03: with the Proxy-States of the request.
void RadsecSession::refuse(Io& io, const radius::Packet& request, radius::Code answer) {
  radius::Writer writer(answer, request.identifier, radius::Writer::Lead::message_authenticator);
  writer.add_number(kErrorCause, kUnsupportedExtension);
  for (const radius::Attribute& one : request.attributes) {
    if (one.type == radius::type::proxy_state) writer.add(one.type, one.value);
  }
  const Octets octets = std::move(writer).finish_reply(request.authenticator,
                                                       radius::as_octets(kRadsecSecret), digests_);
  io.out.insert(io.out.end(), octets.begin(), octets.end());
}

// Nobody wakes a connection: it looks itself.
void RadsecSession::look(Io& io) {
  next_look_ = io.now + kLook;
  if (settings_.still_trusted && !settings_.still_trusted()) return end();
  if (settings_.links == nullptr) return;
  for (const Octets& request : settings_.links->take_requests(link_)) {
    io.out.insert(io.out.end(), request.begin(), request.end());
  }
}

void RadsecSession::end(std::string_view why) {
  if (!why.empty() && settings_.report) settings_.report(why);
  closing_ = true;
  input_.clear();
  due_.clear();
  for (const auto& one : running_) one.second->cancel();
  if (settings_.links != nullptr) settings_.links->close(link_);
}

void RadsecSession::finish(std::uint32_t id) { running_.erase(id); }

Wants RadsecSession::wants(Io& io) {
  Wants out;
  out.close = closing_;
  out.read = !closing_ && !paused(io);
  if (closing_) return out;
  if (!due_.empty()) {
    out.run = std::move(due_.front());
    due_.pop_front();
  }
  out.again = !due_.empty();
  out.timer = last_input_ + settings_.idle;
  if (server_timer_ && *server_timer_ < *out.timer) out.timer = server_timer_;
  if (looks()) out.timer = std::min(*out.timer, next_look_);
  return out;
}

Wants RadsecSession::start(Io& io) {
  last_input_ = io.now;
  next_look_ = io.now + kLook;
  return wants(io);
}

Wants RadsecSession::bytes(Io& io, OctetView input) {
  last_input_ = io.now;
  if (!closing_) input_.insert(input_.end(), input.begin(), input.end());
  read_packets(io);
  return wants(io);
}

Wants RadsecSession::eof(Io& io) {
  end();
  return wants(io);
}

// What was left lying while reading paused comes first.
Wants RadsecSession::written(Io& io) {
  read_packets(io);
  return wants(io);
}

Wants RadsecSession::wake(Io& io) { return wants(io); }

Wants RadsecSession::done(Io& io, std::uint32_t id) {
  finish(id);
  if (!closing_) hand(io, [&](DatagramIo& inner) { server_->done(inner, id); });
  read_packets(io);
  return wants(io);
}

Wants RadsecSession::refused(Io& io, std::uint32_t id) {
  finish(id);
  if (!closing_) hand(io, [&](DatagramIo& inner) { server_->refused(inner, id); });
  read_packets(io);
  return wants(io);
}

Wants RadsecSession::timer(Io& io) {
  if (server_timer_ && *server_timer_ <= io.now) {
    server_timer_.reset();
    hand(io, [&](DatagramIo& inner) { server_->timer(inner); });
  }
  if (looks() && next_look_ <= io.now && !closing_) look(io);
  if (io.now - last_input_ >= settings_.idle && running_.empty()) end();
  return wants(io);
}

Wants RadsecSession::tls_up(Io& io) { return wants(io); }

Wants RadsecSession::shutdown(Io& io) {
  end();
  return wants(io);
}

}  // namespace postern::outpost
