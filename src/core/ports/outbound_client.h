#pragma once
// OutboundClient: an HttpClient for what goes out behind: to services with an authority of their
// own, and given up when the server stops. Blocking; thread-safe; errors as HttpClient.

#include <atomic>

#include "core/ports/http_client.h"

namespace postern::core {

struct OutboundRequest : HttpRequest {
  std::string authorities;  // PEM: trusted instead of the client's own; "" = those
  const std::atomic<bool>* cancelled = nullptr;  // true: given up within about a second
};

class OutboundClient : public HttpClient {
 public:
  virtual HttpAnswer send(const OutboundRequest& request) = 0;
};

}  // namespace postern::core
