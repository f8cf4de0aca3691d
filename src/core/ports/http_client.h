#pragma once
// HttpClient: one request to another service, and its answer whole. Bounded: the answer's body, the
// time for everything, no redirects. TLS certificates are verified against the system's store.
// Blocking; thread-safe. Errors: status 0, `error` says why (never what was sent).

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace postern::core {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds deadline{10'000};
  std::size_t most = 256 * 1024;  // octets of the answer's body
};

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::string error;
  bool ok() const noexcept { return status >= 200 && status < 300; }
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual HttpAnswer ask(const HttpRequest& request) = 0;
};

}  // namespace postern::core
