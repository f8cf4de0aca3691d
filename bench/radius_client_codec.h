// Requests and answers of RADIUS as a load generator needs them: written from the RFCs and sharing
// nothing with the server that is measured. PAP and MS-CHAPv2 requests with Message-Authenticator;
// an answer is checked by its Response Authenticator. Single thread.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::bench {

using RadiusOctets = std::vector<std::uint8_t>;
using RadiusView = std::span<const std::uint8_t>;

// One user's part of its requests.
struct RadiusAccount {
  std::string name, password;
  RadiusOctets ms_chap2;  // challenge and response as attributes; made once, they fit any packet
};

class RadiusCodec {
 public:
  explicit RadiusCodec(std::string_view secret);

  // Challenges and responses for MS-CHAPv2 (RFC 2759). Throws without OpenSSL's legacy provider.
  void prepare_ms_chap2(RadiusAccount& account);

  // An Access-Request with a new Request Authenticator, written over `out`.
  void pap(std::uint8_t identifier, const RadiusAccount& account, RadiusOctets& out);
  void ms_chap2(std::uint8_t identifier, const RadiusAccount& account, RadiusOctets& out);

  // An EAP packet, from "anonymous"; `state` of the last challenge, if there was one.
  void eap(std::uint8_t identifier, RadiusView packet, RadiusView state, RadiusOctets& out);

  // Whether `answer` answers `request`, by its Response Authenticator.
  bool verified(RadiusView request, RadiusView answer);
  // And is an Access-Accept.
  bool accepted(RadiusView request, RadiusView answer);
  // Writes the canned Access-Accept to a request, as a floor does.
  void accept(RadiusView request, RadiusOctets& out);

 private:
  using Digest = std::array<std::uint8_t, 16>;
  struct Free {
    void operator()(EVP_MD* one) const noexcept { EVP_MD_free(one); }
    void operator()(EVP_MD_CTX* one) const noexcept { EVP_MD_CTX_free(one); }
  };

  Digest md5(std::initializer_list<RadiusView> parts);
  Digest hmac(std::initializer_list<RadiusView> parts);
  void begin(std::uint8_t identifier, const RadiusAccount& account, RadiusOctets& out);
  void finish(RadiusOctets& out);

  std::unique_ptr<EVP_MD, Free> digest_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  RadiusOctets secret_;
  std::array<std::uint8_t, 64> inner_{}, outer_{};
  std::uint64_t state_;
};

}  // namespace postern::bench
