#include "outpost/radius/ms_chap.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <stdexcept>

namespace postern::outpost {
namespace {

using Sha1 = std::array<std::uint8_t, 20>;

void demand(bool done) {
  if (!done) throw std::runtime_error("OpenSSL's legacy provider, which MS-CHAP needs, is missing");
}

// What is fetched once and lives as long as the process.
struct Legacy {
  Legacy() {
    context = OSSL_LIB_CTX_new();
    if (context == nullptr) return;
    // Both are needed: naming one unloads the default one otherwise.
    if (OSSL_PROVIDER_load(context, "legacy") == nullptr) return;
    if (OSSL_PROVIDER_load(context, "default") == nullptr) return;
    md4 = EVP_MD_fetch(context, "MD4", nullptr);
    sha1 = EVP_MD_fetch(context, "SHA1", nullptr);
    des = EVP_CIPHER_fetch(context, "DES-ECB", nullptr);
  }
  bool whole() const noexcept { return md4 != nullptr && sha1 != nullptr && des != nullptr; }

  OSSL_LIB_CTX* context = nullptr;
  EVP_MD* md4 = nullptr;
  EVP_MD* sha1 = nullptr;
  EVP_CIPHER* des = nullptr;
};

const Legacy& legacy() {
  static const Legacy* const one = new Legacy();  // outlives every thread
  return *one;
}

// Contexts of one thread.
class Machine {
 public:
  Machine() : digest_(EVP_MD_CTX_new()), cipher_(EVP_CIPHER_CTX_new()) {
    demand(legacy().whole() && digest_ != nullptr && cipher_ != nullptr);
    demand(EVP_EncryptInit_ex2(cipher_.get(), legacy().des, nullptr, nullptr, nullptr) == 1);
    demand(EVP_CIPHER_CTX_set_padding(cipher_.get(), 0) == 1);
  }

  void digest(const EVP_MD* kind, std::initializer_list<OctetView> parts, std::uint8_t* out) {
    demand(EVP_DigestInit_ex2(digest_.get(), kind, nullptr) == 1);
    for (const OctetView part : parts) {
      demand(EVP_DigestUpdate(digest_.get(), part.data(), part.size()) == 1);
    }
    demand(EVP_DigestFinal_ex(digest_.get(), out, nullptr) == 1);
  }

  // One block under a key of 56 bits, which gets room for the parity that nobody looks at.
  void encrypt(OctetView key, OctetView block, std::uint8_t* out) {
    std::array<std::uint8_t, 8> wide{};
    for (std::size_t i = 0; i < wide.size(); ++i) {
      const unsigned before = i == 0 ? 0U : static_cast<unsigned>(key[i - 1]) << (8 - i);
      const unsigned here = i == 7 ? 0U : static_cast<unsigned>(key[i]) >> i;
      wide[i] = static_cast<std::uint8_t>((before | here) & 0xfeU);
    }
    int size = 0;
    demand(EVP_EncryptInit_ex2(cipher_.get(), nullptr, wide.data(), nullptr, nullptr) == 1);
    demand(EVP_EncryptUpdate(cipher_.get(), out, &size, block.data(), 8) == 1 && size == 8);
    OPENSSL_cleanse(wide.data(), wide.size());
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> digest_;
  std::unique_ptr<EVP_CIPHER_CTX, Free> cipher_;
};

Machine& machine() {
  thread_local Machine one;
  return one;
}

OctetView octets_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

NtHash md4(OctetView text) {
  NtHash out{};
  machine().digest(legacy().md4, {text}, out.data());
  return out;
}

Sha1 sha1(std::initializer_list<OctetView> parts) {
  Sha1 out{};
  machine().digest(legacy().sha1, parts, out.data());
  return out;
}

// RFC 3079 3.4, GetAsymmetricStartKey().
MppeKey start_key(OctetView master, std::string_view purpose) {
  std::array<std::uint8_t, 40> zeros{}, pad{};
  pad.fill(0xf2);
  const Sha1 whole = sha1({master, zeros, octets_of(purpose), pad});
  MppeKey key{};
  std::copy_n(whole.begin(), key.size(), key.begin());
  return key;
}

}  // namespace

bool ms_chap_available() noexcept { return legacy().whole(); }

NtHash nt_hash(std::string_view password) {
  std::array<std::uint8_t, 512> wide{};
  const std::size_t length = std::min(password.size(), wide.size() / 2);
  for (std::size_t i = 0; i < length; ++i) wide[2 * i] = static_cast<std::uint8_t>(password[i]);
  const NtHash hash = md4(OctetView(wide).first(2 * length));
  OPENSSL_cleanse(wide.data(), wide.size());
  return hash;
}

NtHash nt_hash_hash(const NtHash& hash) { return md4(hash); }

NtResponse challenge_response(const std::array<std::uint8_t, 8>& challenge, const NtHash& hash) {
  std::array<std::uint8_t, 21> keys{};  // the hash and five zeros
  std::copy(hash.begin(), hash.end(), keys.begin());
  NtResponse out{};
  for (std::size_t i = 0; i < 3; ++i) {
    machine().encrypt(OctetView(keys).subspan(7 * i, 7), challenge, out.data() + 8 * i);
  }
  OPENSSL_cleanse(keys.data(), keys.size());
  return out;
}

std::array<std::uint8_t, 8> challenge_hash(OctetView peer_challenge, OctetView challenge,
                                           std::string_view username) {
  const Sha1 whole = sha1({peer_challenge, challenge, octets_of(username)});
  std::array<std::uint8_t, 8> out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

std::string authenticator_response(const NtHash& hash_hash, OctetView nt_response,
                                   const std::array<std::uint8_t, 8>& challenge_hash) {
  constexpr std::string_view kSigning = "Magic server to client signing constant";
  constexpr std::string_view kPad = "Pad to make it do more than one iteration";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const Sha1 first = sha1({hash_hash, nt_response, octets_of(kSigning)});
  const Sha1 second = sha1({first, challenge_hash, octets_of(kPad)});
  std::string out = "S=";
  for (const std::uint8_t octet : second) {
    out.push_back(kDigits[octet >> 4]);
    out.push_back(kDigits[octet & 15]);
  }
  return out;
}

MppeKeys mppe_keys(const NtHash& hash_hash, OctetView nt_response) {
  constexpr std::string_view kMaster = "This is the MPPE Master Key";
  constexpr std::string_view kReceive =
      "On the client side, this is the send key; on the server side, it is the receive key.";
  constexpr std::string_view kSend =
      "On the client side, this is the receive key; on the server side, it is the send key.";
  const Sha1 whole = sha1({hash_hash, nt_response, octets_of(kMaster)});
  const OctetView master = OctetView(whole).first(16);
  return {start_key(master, kSend), start_key(master, kReceive)};
}

std::string_view without_domain(std::string_view username) noexcept {
  const std::size_t end = username.find('\\');
  return end == std::string_view::npos ? username : username.substr(end + 1);
}

}  // namespace postern::outpost
