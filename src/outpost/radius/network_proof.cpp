#include "outpost/radius/network_proof.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>

#include "outpost/radius/crypto.h"
#include "protocols/radius/hidden.h"
#include "protocols/radius/ms_chap.h"

namespace postern::outpost {
namespace {

namespace microsoft = radius::microsoft;

template <std::size_t N>
std::array<std::uint8_t, N> copy_of(OctetView octets) noexcept {
  std::array<std::uint8_t, N> out{};
  std::copy_n(octets.begin(), std::min(octets.size(), N), out.begin());
  return out;
}

template <typename A, typename B>
bool equal(const A& a, const B& b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Identifier, then text: MS-CHAP-Error and MS-CHAP2-Success.
bool add_text(radius::Writer& writer, std::uint8_t type, std::uint8_t identifier,
              std::string_view text) {
  Octets value{identifier};
  value.insert(value.end(), text.begin(), text.end());
  return radius::add_microsoft(writer, type, value);
}

bool add_number(radius::Writer& writer, std::uint8_t type, std::uint8_t number) {
  return radius::add_microsoft(writer, type, std::array<std::uint8_t, 4>{0, 0, 0, number});
}

// RFC 2548 2.4.4, 2.4.5: encryption is allowed, of 40 and of 128 bits.
bool add_policy(radius::Writer& writer) {
  return add_number(writer, microsoft::mppe_encryption_policy, 1) &&
         add_number(writer, microsoft::mppe_encryption_types, 6);
}

}  // namespace

ChapProof::ChapProof(std::uint8_t identifier, OctetView challenge, OctetView response)
    : identifier_(identifier),
      challenge_(challenge.begin(), challenge.end()),
      response_(response.begin(), response.end()) {}

bool ChapProof::fits(std::string_view password) {
  thread_local OpensslDigests digests;
  const radius::Md5 right =
      digests.md5({OctetView(&identifier_, 1), radius::as_octets(password), challenge_});
  return equal(right, response_);
}

MsChap1Proof::MsChap1Proof(std::uint8_t identifier, OctetView challenge, OctetView nt_response)
    : identifier_(identifier),
      challenge_(copy_of<8>(challenge)),
      response_(copy_of<24>(nt_response)) {}

bool MsChap1Proof::fits(std::string_view password) {
  const NtHash hash = nt_hash(password);
  if (!equal(challenge_response(challenge_, hash), response_)) return false;
  hash_hash_ = nt_hash_hash(hash);
  return true;
}

// RFC 2548 2.4.1: the LM key, which is all zeros here, the NT key, and zeros up to 32 octets,
// hidden as a User-Password is.
bool MsChap1Proof::write_success(radius::Writer& writer, const radius::HidingKey& key) const {
  std::array<std::uint8_t, 32> keys{};
  std::copy(hash_hash_.begin(), hash_hash_.end(), keys.begin() + 8);
  const Octets hidden = radius::hide_password(keys, key.request, key.secret, key.digests);
  OPENSSL_cleanse(keys.data(), keys.size());
  return radius::add_microsoft(writer, microsoft::chap_mppe_keys, hidden) && add_policy(writer);
}

void MsChap1Proof::write_failure(radius::Writer& writer) const {
  add_text(writer, microsoft::chap_error, identifier_, "E=691 R=0");
}

MsChap2Proof::MsChap2Proof(std::uint8_t identifier, std::string_view username, OctetView challenge,
                           OctetView peer_challenge, OctetView nt_response)
    : identifier_(identifier), response_(copy_of<24>(nt_response)) {
  const std::string_view short_name = without_domain(username);
  challenges_.push_back(challenge_hash(peer_challenge, challenge, short_name));
  if (short_name.size() != username.size()) {
    challenges_.push_back(challenge_hash(peer_challenge, challenge, username));
  }
}

MsChap2Proof::~MsChap2Proof() { OPENSSL_cleanse(hash_hash_.data(), hash_hash_.size()); }

bool MsChap2Proof::fits(std::string_view password) {
  const NtHash hash = nt_hash(password);
  for (const auto& challenge : challenges_) {
    if (!equal(challenge_response(challenge, hash), response_)) continue;
    fitting_ = challenge;
    hash_hash_ = nt_hash_hash(hash);
    return true;
  }
  return false;
}

std::string MsChap2Proof::success() const {
  return authenticator_response(hash_hash_, response_, fitting_);
}

MppeKeys MsChap2Proof::keys() const { return mppe_keys(hash_hash_, response_); }

bool MsChap2Proof::write_success(radius::Writer& writer, const radius::HidingKey& key) const {
  MppeKeys made = keys();
  const bool fits = add_text(writer, microsoft::chap2_success, identifier_, success()) &&
                    add_policy(writer) &&
                    radius::add_mppe_keys(writer, made.receive, made.send, key);
  OPENSSL_cleanse(&made, sizeof made);
  return fits;
}

std::string MsChap2Proof::failure() {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::array<std::uint8_t, 16> challenge{};
  if (RAND_bytes(challenge.data(), static_cast<int>(challenge.size())) != 1) challenge.fill(0);
  std::string text = "E=691 R=0 C=";
  for (const std::uint8_t octet : challenge) {
    text.push_back(kDigits[octet >> 4]);
    text.push_back(kDigits[octet & 15]);
  }
  return text + " V=3 M=Authentication failed";
}

void MsChap2Proof::write_failure(radius::Writer& writer) const {
  add_text(writer, microsoft::chap_error, identifier_, failure());
}

}  // namespace postern::outpost
