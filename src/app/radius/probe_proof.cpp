#include "app/radius/probe_proof.h"

#include <algorithm>

#include "protocols/radius/authenticity.h"
#include "protocols/radius/hidden.h"
#include "protocols/radius/ms_chap.h"

namespace postern::app {
namespace {

namespace microsoft = radius::microsoft;
namespace type = radius::type;

constexpr std::size_t kLmResponse = 24, kReserved = 8;
constexpr std::uint8_t kUseNtResponse = 1;

OctetView first_eight(const std::array<std::uint8_t, 16>& octets) {
  return OctetView(octets).first(radius::kMsChap1Challenge);
}

bool holds_key(const radius::Packet& accept, std::uint8_t kind, const outpost::MppeKey& key,
               const radius::Authenticator& request, OctetView secret, radius::Digests& digests) {
  const auto hidden = radius::find_microsoft(accept, kind);
  const auto plain =
      hidden ? radius::reveal_salted(*hidden, request, secret, digests) : std::optional<Octets>();
  return plain && radius::equal_octets(*plain, key);
}

}  // namespace

ProbeProof::ProbeProof(ProbeMethod method, const std::string& user, const core::Secret& password,
                       core::Random& random, radius::Digests& digests)
    : method_(method) {
  random.fill(std::span(&identifier_, 1));
  random.fill(challenge_);
  random.fill(peer_challenge_);
  respond(user, password, digests);
}

void ProbeProof::respond(const std::string& user, const core::Secret& password,
                         radius::Digests& digests) {
  if (method_ == ProbeMethod::chap) {
    const radius::Md5 digest =
        digests.md5({OctetView(&identifier_, 1), radius::as_octets(password.reveal()), challenge_});
    response_.assign(digest.begin(), digest.end());
    return;
  }
  const outpost::NtHash hash = outpost::nt_hash(password.reveal());
  std::array<std::uint8_t, 8> challenge{};
  if (method_ == ProbeMethod::ms_chap) {
    std::copy_n(challenge_.begin(), challenge.size(), challenge.begin());
  } else {
    challenge = outpost::challenge_hash(peer_challenge_, challenge_, outpost::without_domain(user));
  }
  const outpost::NtResponse response = outpost::challenge_response(challenge, hash);
  response_.assign(response.begin(), response.end());
  if (method_ == ProbeMethod::ms_chap) return;
  const outpost::NtHash hash_hash = outpost::nt_hash_hash(hash);
  success_ = outpost::authenticator_response(hash_hash, response_, challenge);
  keys_ = outpost::mppe_keys(hash_hash, response_);
}

Octets ProbeProof::ms_response() const {
  const bool second = method_ == ProbeMethod::ms_chap2;
  Octets out{identifier_, second ? std::uint8_t{0} : kUseNtResponse};
  if (second) out.insert(out.end(), peer_challenge_.begin(), peer_challenge_.end());
  out.resize(out.size() + (second ? kReserved : kLmResponse), 0);
  out.insert(out.end(), response_.begin(), response_.end());
  return out;
}

void ProbeProof::write(radius::Writer& writer) const {
  if (method_ == ProbeMethod::chap) {
    Octets value{identifier_};
    value.insert(value.end(), response_.begin(), response_.end());
    writer.add(type::chap_password, value);
    writer.add(type::chap_challenge, challenge_);
    return;
  }
  const bool second = method_ == ProbeMethod::ms_chap2;
  radius::add_microsoft(writer, microsoft::chap_challenge,
                        second ? OctetView(challenge_) : first_eight(challenge_));
  radius::add_microsoft(writer, second ? microsoft::chap2_response : microsoft::chap_response,
                        ms_response());
}

std::string ProbeProof::complaint(const radius::Packet& accept,
                                  const radius::Authenticator& request, OctetView secret,
                                  radius::Digests& digests) const {
  if (method_ != ProbeMethod::ms_chap2) return {};
  const auto said = radius::find_microsoft(accept, microsoft::chap2_success);
  if (!said) return "the Access-Accept has no MS-CHAP2-Success: a peer would not go on";
  if (said->size() <= success_.size() || said->front() != identifier_ ||
      radius::as_text(said->subspan(1, success_.size())) != success_) {
    return "MS-CHAP2-Success is not of this password: whoever answers does not know it";
  }
  const bool send =
      holds_key(accept, microsoft::mppe_send_key, keys_.send, request, secret, digests);
  const bool receive =
      holds_key(accept, microsoft::mppe_recv_key, keys_.receive, request, secret, digests);
  return send && receive ? "" : "the MPPE keys are missing or not those of this password";
}

}  // namespace postern::app
