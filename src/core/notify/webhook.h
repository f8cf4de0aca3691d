#pragma once
// A notice to a webhook: the request that a stored transport makes of it, and what the answer
// means. Mappings, in Lua, may replace the body and add header fields; they see `notification`
// (body, severity, event) and `user`. The address and the header fields are secrets: nothing here
// tells them to a log, an event or a reason.
//
// Blocks for the request, up to its deadline. Thread-safe.

#include <atomic>
#include <optional>
#include <string>

#include "core/credentials/sealer.h"
#include "core/notify/notice.h"
#include "core/policy/expression.h"
#include "core/ports/outbound_client.h"

namespace postern::core {

struct Delivery {
  enum class Kind : std::uint8_t {
    done,
    refused,  // and would be again
    later,
  } kind = Kind::later;
  std::string why;
  bool mapping_failed = false;
};

struct WebhookTools {
  ExpressionTools expressions;
  const Sealer& sealer;
  OutboundClient& http;
  const std::atomic<bool>* cancelled = nullptr;
  std::chrono::milliseconds deadline{10'000};
};

Delivery send_webhook(const Object& transport, const Notice& notice, const WebhookTools& tools);

// A stored transport; nothing: it is gone.
std::optional<Object> find_transport(Store& store, std::string_view pk);

}  // namespace postern::core
