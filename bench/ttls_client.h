// A supplicant for a load generator: EAP-TTLS with PAP (RFC 5281), written from the RFCs and
// sharing nothing with the server that is measured. One conversation after the other, each a whole
// handshake; the server's certificate is not checked. Requests in, responses out. Single thread.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "bench/radius_client_codec.h"

namespace postern::bench {

class TtlsContext {
 public:
  explicit TtlsContext(bool tls13);
  SSL_CTX* get() const noexcept { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* one) const noexcept { SSL_CTX_free(one); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
};

class TtlsClient {
 public:
  explicit TtlsClient(const TtlsContext& context) : context_(context) {}

  // A new conversation: the response that begins it.
  RadiusOctets begin(const RadiusAccount& account);
  // The response to an EAP request; nothing = the server says what no server should.
  std::optional<RadiusOctets> respond(RadiusView request);

 private:
  struct Free {
    void operator()(SSL* one) const noexcept { SSL_free(one); }
  };
  RadiusOctets said_by_tls();
  void go_on();
  RadiusOctets fragment(std::uint8_t identifier);

  const TtlsContext& context_;
  std::unique_ptr<SSL, Free> ssl_;
  const RadiusAccount* account_ = nullptr;
  RadiusOctets message_, unsent_;
  bool failed_ = false, shown_ = false;
};

}  // namespace postern::bench
