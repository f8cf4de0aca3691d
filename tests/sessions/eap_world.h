#pragma once
// EapWorld: a RadiusWorld that offers EAP, and a NAS that carries a supplicant's packets to it. One
// thread.

#include <optional>
#include <string>

#include "core/hex.h"
#include "protocols/eap/packet.h"
#include "protocols/radius/eap_message.h"
#include "sessions/eap_supplicant.h"
#include "sessions/radius_world.h"
#include "support/test_pki.h"

namespace postern::test {

class EapWorld : public RadiusWorld {
 public:
  EapWorld() {
    install(false);
    services.eap = &eap;
  }

  // `clients`: certificates of the test authority are taken.
  void install(bool clients, const std::string& crl = "") {
    outpost::EapTlsMaterial material;
    material.certificate = server_pair.certificate;
    material.key = core::Secret(server_pair.key);
    if (clients) material.client_ca = pki.ca();
    material.client_crl = crl;
    const auto made = outpost::EapTlsSetup::make(material);
    if (!made) throw std::runtime_error(made.error().message);
    setups.replace({{kWifi, *made}});
  }

  EapWish wish(std::uint8_t method, bool tls13 = false) const {
    EapWish out;
    out.method = method;
    out.tls13 = tls13;
    out.ca = pki.ca();
    return out;
  }

  struct Reply {
    std::optional<Answer> answer;  // nothing = silence
    radius::Authenticator authenticator{};
    Octets eap;
    std::string state;

    radius::Code code() const { return answer ? answer->code : radius::Code{}; }
  };

  // One EAP packet as a NAS sends it; without octets an EAP-Start.
  Octets carry(OctetView octets, std::string_view state, std::uint32_t mtu = 1400) {
    Ask ask;
    ask.user = "anonymous";
    ask.password.clear();
    ask.state = state;
    ask.identifier = ++identifier;
    ask.salt = identifier;
    ask.more = more;
    ask.more.emplace_back(radius::type::calling_station_id, station);
    const std::uint8_t number[] = {0, 0, static_cast<std::uint8_t>(mtu >> 8),
                                   static_cast<std::uint8_t>(mtu & 0xff)};
    ask.more.emplace_back(radius::type::framed_mtu, radius::as_text(number));
    if (octets.empty()) ask.more.emplace_back(radius::type::eap_message, "");
    for (std::size_t at = 0; at < octets.size(); at += radius::kMaxValue) {
      const auto piece = octets.subspan(at, std::min(radius::kMaxValue, octets.size() - at));
      ask.more.emplace_back(radius::type::eap_message, radius::as_text(piece));
    }
    return packet(ask);
  }

  Reply reply_of(const Octets& request, const Octets& octets) {
    Reply reply;
    std::copy_n(request.begin() + 4, reply.authenticator.size(), reply.authenticator.begin());
    reply.answer = read(octets, request, kSecretText);
    for (const auto& one : reply.answer->attributes) {
      if (one.first == radius::type::eap_message) {
        reply.eap.insert(reply.eap.end(), one.second.begin(), one.second.end());
      }
    }
    reply.state = reply.answer->text(radius::type::state);
    return reply;
  }

  Reply send(OctetView octets, std::string_view state, std::uint32_t mtu = 1400) {
    sends.clear();
    const Octets request = carry(octets, state, mtu);
    deliver(request);
    work();
    if (sends.empty()) return {};
    return reply_of(request, sends.back().octets);
  }

  // From the identity to the end; the last reply.
  Reply authenticate(EapSupplicant& supplicant, std::uint32_t mtu = 1400) {
    Reply reply = send(identity(), {}, mtu);
    for (int round = 0; round < 400 && reply.code() == radius::Code::access_challenge; ++round) {
      largest = std::max(largest, reply.eap.size());
      reply = send(supplicant.respond(reply.eap), reply.state, mtu);
    }
    return reply;
  }

  static Octets identity(std::string_view name = "anonymous") {
    return eap::encode_response(0, eap::type::identity, radius::as_octets(name));
  }

  // The MSK in an Accept, put together from both halves.
  std::string keys_of(const Reply& reply) {
    std::string send_key, recv_key;
    for (const auto& one : reply.answer->attributes) {
      if (one.first != radius::type::vendor_specific) continue;
      for (const auto& inner : radius::vendor_attributes(radius::as_octets(one.second))) {
        const auto plain = radius::reveal_salted(inner.value, reply.authenticator,
                                                 radius::as_octets(kSecretText), digests);
        if (inner.vendor != 311 || !plain) continue;
        if (inner.type == 16) send_key = radius::as_text(*plain);
        if (inner.type == 17) recv_key = radius::as_text(*plain);
      }
    }
    return recv_key + send_key;
  }

  std::size_t eap_conversations() const { return server.eap_conversations(); }

  // What the provider's Accepts carry.
  void use_rules(core::ReplyRules rules) {
    radius::AttributeEntry filter;
    filter.name = "Filter-Id";
    filter.number = 11;
    dictionary.add(filter);
    wifi().replies = std::move(rules);
    for (auto& user : login.users) {
      core::LoginRecord record;
      record.pk = 1;
      record.username = user.first;
      if (user.first == "alice") directory.add(record);
    }
    publish();
  }

  TestPki pki;
  TestPki::Pair server_pair = pki.issue("localhost", "DNS:localhost");
  outpost::EapSetups setups;
  outpost::EapServices eap{setups, random};
  std::string station = "02-00-00-00-00-01";
  std::uint8_t identifier = 0;
  std::vector<std::pair<std::uint8_t, std::string>> more;  // in each request
  std::size_t largest = 0;                                 // of the EAP packets that came
};

inline std::string fingerprint_of(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* one = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(one, EVP_sha256(), digest.data(), &size);
  X509_free(one);
  BIO_free(bio);
  return core::to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace postern::test
