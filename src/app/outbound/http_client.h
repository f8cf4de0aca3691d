#pragma once
// CurlHttpClient: core's OutboundClient over libcurl: http and https only, no redirects, the answer
// bounded while it comes in. libcurl serves HTTP beside SMTP, so that one library, which Debian
// keeps patched, does all that goes out. Thread-safe: each call has a handle of its own.

#include <string>

#include "core/ports/outbound_client.h"

namespace postern::app {

class CurlHttpClient final : public core::OutboundClient {
 public:
  explicit CurlHttpClient(std::string ca) : ca_(std::move(ca)) {}
  core::HttpAnswer ask(const core::HttpRequest& request) override {
    return send({request, {}, nullptr});
  }
  core::HttpAnswer send(const core::OutboundRequest& request) override;

 private:
  const std::string ca_;
};

}  // namespace postern::app
