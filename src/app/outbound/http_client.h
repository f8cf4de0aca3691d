#pragma once
// CurlHttpClient: core's HttpClient over libcurl: http and https only, no redirects, the answer
// bounded while it comes in. libcurl serves HTTP beside SMTP, so that one library, which Debian
// keeps patched, does all that goes out. Thread-safe: each call has a handle of its own.

#include <string>

#include "core/ports/http_client.h"

namespace postern::app {

class CurlHttpClient final : public core::HttpClient {
 public:
  explicit CurlHttpClient(std::string ca) : ca_(std::move(ca)) {}
  core::HttpAnswer ask(const core::HttpRequest& request) override;

 private:
  const std::string ca_;
};

}  // namespace postern::app
