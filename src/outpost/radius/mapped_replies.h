#pragma once
// MappedReplies: the property mappings of a provider, evaluated for one granted login: what its
// Access-Accept carries, before what the provider's rules send. Thread: made and read by the radius
// loop, run() on the store lane.

#include "core/policy/reply_mappings.h"
#include "outpost/radius/client_table.h"
#include "protocols/radius/packet.h"
#include "protocols/session.h"

namespace postern::outpost {

class MappedReplies final : public Work {
 public:
  // Mappings and book outlive the work; the rules, which a new configuration replaces, need not.
  MappedReplies(core::ReplyMappings& mappings, const ReplyBook& book, EncodedRules rules_behind,
                core::ReplyAsked asked)
      : mappings_(mappings),
        book_(book),
        rules_(std::move(rules_behind)),
        asked_(std::move(asked)) {}

  void run() noexcept override;
  bool failed() const noexcept { return failed_; }
  const EncodedRules& replies() const noexcept { return replies_; }

 private:
  core::ReplyMappings& mappings_;
  const ReplyBook& book_;
  const EncodedRules rules_;
  const core::ReplyAsked asked_;
  EncodedRules replies_;
  bool failed_ = true;
};

// What an expression sees of a request: attributes by name, no credentials.
boost::json::object packet_facts(const radius::Packet& packet);

}  // namespace postern::outpost
