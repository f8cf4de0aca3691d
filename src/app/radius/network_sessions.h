#pragma once
// AskedNetworkSessions: core::NetworkSessions by a question to the NAS (RFC 5176), over the RadSec
// connection that it reports by, else over UDP. Thread: as the port says; make one where one is
// needed.

#include <optional>
#include <vector>

#include "app/appliance.h"
#include "core/ports/network_sessions.h"
#include "outpost/radius/dynamic_request.h"
#include "outpost/radius/dynamic_target.h"

namespace postern::app {

class AskedNetworkSessions final : public core::NetworkSessions {
 public:
  explicit AskedNetworkSessions(Appliance& appliance) : appliance_(appliance) {}

  Result disconnect(const core::NetworkSession& session, std::string_view who) override;
  Result change(const core::NetworkSession& session, std::span<const core::ReplyItem> changes,
                std::string_view who) override;

 private:
  Result ask(outpost::DynamicKind kind, const core::NetworkSession& session,
             const std::vector<outpost::EncodedItem>& changes);
  std::optional<outpost::DynamicAnswer> answer_of(const outpost::DynamicTarget& target,
                                                  const outpost::DynamicRequest& request);
  void note(const core::NetworkSession& session, outpost::DynamicKind kind, const Result& result,
            bool gone, std::string_view who);

  Appliance& appliance_;
  bool gone_ = false;  // as the last answer said
};

}  // namespace postern::app
