#pragma once
// RadiusWorld: a RadiusServer over a core that is a table of users, and a NAS that builds packets
// and reads the answers. Time is set by hand, work runs when told. One thread.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/access/compile_radius_provider.h"
#include "outpost/radius/server.h"
#include "protocols/radius/authenticity.h"
#include "protocols/radius/encode.h"
#include "protocols/radius/hidden.h"
#include "support/fake_core.h"
#include "support/radius_digests.h"

namespace postern::test {

inline constexpr core::ProviderId kWifi = 7, kVpn = 8;
inline constexpr std::string_view kSecretText = "radius-secret-1";

// "app-..." is decided on the loop. A user with a code is asked for it.
class RadiusLogin final : public core::Login {
 public:
  struct User {
    std::string password, code;
    bool admitted = true;
    std::string network = {};  // its network password
  };

  core::LoginOutcome attempt(const core::LoginRequest& request, core::Blocking blocking) override {
    last = request;
    if (unavailable) return core::Unavailable{};
    const bool app = request.proof != nullptr || request.password.reveal().substr(0, 4) == "app-";
    if (!app && blocking == core::Blocking::no) return core::WouldBlock{core::LoginLane::hash};
    ++decided;
    if (request.proof != nullptr) return take_proof(request);
    const auto found = users.find(request.username);
    if (found == users.end()) return core::Denied{core::Reason::unknown_user, delay};
    if (request.open) return take_code(request, found->second);
    if (!app && !request.password.equal(found->second.password)) {
      return core::Denied{core::Reason::wrong_password, delay};
    }
    if (!found->second.admitted) return core::NotAdmitted{};
    if (!app && !found->second.code.empty()) {
      core::OpenLogin open;
      open.provider = request.provider;
      open.user = 1;
      open.generation = 5;
      return core::CodeWanted{open};
    }
    return core::Granted{{1, request.username, 1, request.provider, {}, 0}};
  }
  core::LoginOutcome admit(const core::TransportLogin& login) override {
    claim = login.claim;
    ++decided;
    if (login.user <= 0) return core::Denied{core::Reason::unknown_user};
    return core::Granted{{login.user, "by-certificate", 1, login.provider, {}, 0}};
  }
  bool still_holds(core::Grant&) const override { return holds; }
  std::uint64_t security_epoch() const noexcept override { return 1; }
  bool unlock(std::string_view) override { return false; }
  bool ready() const noexcept override { return !unavailable; }

  std::map<std::string, User> users;
  std::chrono::milliseconds delay{0};
  bool unavailable = false;
  bool holds = true;
  int decided = 0;
  core::LoginRequest last;
  std::string claim;  // of the last certificate

 private:
  core::LoginOutcome take_proof(const core::LoginRequest& request) {
    const auto found = users.find(request.username);
    if (found == users.end()) return core::Denied{core::Reason::unknown_user, delay};
    if (!request.proof->fits(found->second.network)) {
      return core::Denied{core::Reason::wrong_network_password, delay};
    }
    return core::Granted{{1, request.username, 1, request.provider, {}, 0}};
  }
  core::LoginOutcome take_code(const core::LoginRequest& request, User& user) {
    if (request.open->generation != 5) return core::Denied{core::Reason::generation_moved};
    if (request.password.equal(user.code)) {
      user.code = "spent";
      return core::Granted{{1, request.username, 1, request.provider, {}, 0}};
    }
    core::OpenLogin next = *request.open;
    if (++next.wrong_codes == 3) return core::Denied{core::Reason::code_wrong};
    return core::CodeWanted{next, core::Reason::code_wrong};
  }
};

// One answer, checked for what every answer has to have.
struct Answer {
  radius::Code code{};
  Octets octets;
  std::vector<std::pair<std::uint8_t, std::string>> attributes;

  std::string text(std::uint8_t type) const {
    for (const auto& one : attributes) {
      if (one.first == type) return one.second;
    }
    return {};
  }
  std::size_t count(std::uint8_t type) const {
    std::size_t found = 0;
    for (const auto& one : attributes) found += one.first == type ? 1 : 0;
    return found;
  }
};

// What a NAS sends; fields that are empty stay out.
struct Ask {
  radius::Code code = radius::Code::access_request;
  std::uint8_t identifier = 1;
  std::string user = "alice", password = "wonder", state, nas_identifier;
  std::vector<std::string> proxy_states;
  std::vector<std::pair<std::uint8_t, std::string>> more;
  std::string secret{kSecretText};
  bool mac = true;
  std::uint8_t salt = 0;  // makes another authenticator
};

class RadiusWorld {
 public:
  RadiusWorld() {
    login.users["alice"] = {"wonder", "", true};
    login.users["bob"] = {"builder", "123456", true};
    login.users["carol"] = {"singer", "", false};
    core::RadiusProvider& wifi = providers.emplace_back();
    wifi.pk = kWifi;
    wifi.name = "wifi";
    wifi.networks = {*core::parse_network("10.0.0.0/8")};
    wifi.secrets = {seal(kSecretText)};
    publish();
  }

  std::string seal(std::string_view secret) {
    return sealer.seal(secret, core::kSharedSecretContext);
  }
  core::RadiusProvider& wifi() { return providers.front(); }
  core::RadiusProvider& add_vpn() {
    core::RadiusProvider& vpn = providers.emplace_back();
    vpn.pk = kVpn;
    vpn.name = "vpn";
    vpn.networks = {*core::parse_network("10.0.0.0/8")};
    vpn.secrets = {seal("radius-secret-2")};
    return vpn;
  }
  void publish() {
    auto catalog = std::make_shared<core::Catalog>();
    for (const auto& one : providers) {
      catalog->radius_providers.push_back(std::make_shared<core::RadiusProvider>(one));
    }
    catalog->version = ++version_;
    directory.configuration = catalog;
  }

  static DatagramPeer peer(std::string_view address = "10.1.2.3", std::uint16_t port = 40000) {
    DatagramPeer from;
    from.address = *core::parse_address(address);
    from.port = port;
    return from;
  }
  Octets packet(const Ask& ask) {
    radius::Authenticator authenticator{};
    authenticator.fill(static_cast<std::uint8_t>(0x40 + ask.salt));
    radius::Writer writer(
        ask.code, ask.identifier,
        ask.mac ? radius::Writer::Lead::message_authenticator : radius::Writer::Lead::none);
    const OctetView secret = radius::as_octets(ask.secret);
    if (!ask.user.empty()) writer.add(radius::type::user_name, ask.user);
    if (!ask.password.empty()) {
      writer.add(
          radius::type::user_password,
          radius::hide_password(radius::as_octets(ask.password), authenticator, secret, digests));
    }
    if (!ask.state.empty()) writer.add(radius::type::state, ask.state);
    if (!ask.nas_identifier.empty()) writer.add(radius::type::nas_identifier, ask.nas_identifier);
    for (const std::string& one : ask.proxy_states) writer.add(radius::type::proxy_state, one);
    for (const auto& one : ask.more) writer.add(one.first, one.second);
    return std::move(writer).finish_request(authenticator, secret, digests);
  }

  // Hands over a datagram; its answers and runs are kept.
  void deliver(const Octets& octets, const DatagramPeer& from = peer()) {
    event([&](DatagramIo& io) { server.datagram(io, from, octets); });
  }
  // Runs all work that waits, and hands over the results.
  void work() {
    while (!runs.empty()) {
      const Run run = runs.front();
      runs.erase(runs.begin());
      run.work->run();
      event([&](DatagramIo& io) { server.done(io, run.id); });
    }
  }
  void refuse_work() {
    while (!runs.empty()) {
      const Run run = runs.front();
      runs.erase(runs.begin());
      event([&](DatagramIo& io) { server.refused(io, run.id); });
    }
  }
  void pass(std::chrono::milliseconds time) {
    now += time;
    if (timer && *timer <= now) {
      timer.reset();
      event([&](DatagramIo& io) { server.timer(io); });
    }
  }
  // Delivers, works, and gives the one answer; nothing = silence.
  std::optional<Answer> ask(const Ask& what, const DatagramPeer& from = peer()) {
    sends.clear();
    const Octets request = packet(what);
    deliver(request, from);
    work();
    if (sends.empty()) return std::nullopt;
    return read(sends.back().octets, request, what.secret);
  }
  // The answer, with both authenticators verified.
  Answer read(const Octets& octets, const Octets& request, std::string_view secret_text) {
    Answer answer;
    answer.octets = octets;
    const auto reply = radius::decode_packet(octets);
    radius::Authenticator authenticator{};
    std::copy_n(request.begin() + 4, authenticator.size(), authenticator.begin());
    const OctetView secret = radius::as_octets(secret_text);
    if (!reply || reply->identifier != request[1] || reply->attributes.empty() ||
        reply->attributes.front().type != radius::type::message_authenticator ||
        radius::check_message_authenticator(*reply, authenticator, secret, digests) !=
            radius::MacCheck::right ||
        !radius::check_response_authenticator(*reply, authenticator, secret, digests)) {
      return answer;  // code 0 equals nothing
    }
    answer.code = reply->code;
    for (const radius::Attribute& one : reply->attributes) {
      answer.attributes.emplace_back(one.type, radius::as_text(one.value));
    }
    return answer;
  }
  std::string word(const Ask& what, const DatagramPeer& from = peer()) {
    const auto answer = ask(what, from);
    if (!answer) return "silence";
    switch (answer->code) {
      case radius::Code::access_accept:
        return "accept";
      case radius::Code::access_reject:
        return "reject";
      case radius::Code::access_challenge:
        return "challenge";
      default:
        return "broken";
    }
  }
  std::string last_cause() const {
    const auto recent = observations.recent();
    return recent.empty() ? std::string() : std::string(recent.front().cause);
  }

  core::fake::SetClock clock;
  core::fake::SeededRandom random;
  core::fake::MapDirectory directory;
  core::Sealer sealer{{1}, random};
  core::Sealer states{{2}, random};
  core::Observations observations{clock};
  radius::Dictionary dictionary;
  outpost::ReplyBook replies{dictionary};
  RadiusLogin login;
  std::vector<core::RadiusProvider> providers;
  outpost::RadiusServices services{login, directory, clock, sealer, states, observations, replies};
  outpost::RadiusServer server{services};
  PlainDigests digests;
  Instant now{};
  std::vector<Outgoing> sends;
  std::vector<Run> runs;
  std::optional<Instant> timer;

 private:
  std::uint64_t version_ = 0;
  template <typename Event>
  void event(Event&& call) {
    DatagramIo io{now, sends, runs, timer};
    call(io);
  }
};

}  // namespace postern::test
