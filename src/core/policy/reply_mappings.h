#pragma once
// ReplyMappings: property mappings of RADIUS providers: Lua expressions that return what an
// Access-Accept carries, evaluated at each login with the variables of policies and `packet`, the
// request's attributes by name. A mapping returns nil (nothing), or a table: attribute names to a
// value, {tag = 1, value = ...} or a list of these, and besides `vlan` and `roles` as reply rules
// have them. Mappings are evaluated in the order of their names.
//
// One that fails refuses the login, with an event: gear that gets no VLAN puts people into its
// default one. may_have() is for loops; map() blocks. Thread-safe. Source: reference, RADIUS 2.5.

#include <boost/json/object.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/access/reply_rules.h"
#include "core/policy/expression.h"
#include "core/ports/clock.h"
#include "core/ports/event_log.h"

namespace postern::core {

struct ReplyAsked {
  ProviderId provider = 0;
  UserId user = 0;
  std::string username, client, application, request_id;  // application: pk
  boost::json::object packet;
};

struct MappedReply {
  ReplyRules rules;  // each without conditions, and going on
  bool failed = false;
};

class ReplyMappings {
 public:
  struct Parts {
    Store& store;
    const Directory& directory;
    EventLog& events;
    const Clock& clock;
    const GeoIp* geo = nullptr;
  };
  explicit ReplyMappings(const Parts& parts) : parts_(parts) {}

  // False: the provider has no mappings, for sure.
  bool may_have(ProviderId provider) const noexcept;
  MappedReply map(const ReplyAsked& asked) noexcept;
  // A mapping gave what cannot be sent.
  void tell(const ReplyAsked& asked, const std::string& mapping, const std::string& why);

 private:
  struct Mapping {
    std::string name, expression;
  };
  using ByProvider = std::map<ProviderId, std::vector<Mapping>>;
  struct Loaded {
    std::uint64_t version = 0;  // of the Catalog
    ByProvider mappings;
  };

  std::shared_ptr<const Loaded> loaded();
  std::shared_ptr<const Loaded> load(std::uint64_t version) const;
  bool evaluate(const Mapping& mapping, const ReplyAsked& asked, const LoginRecord& record,
                MappedReply& out);

  const Parts parts_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Loaded> loaded_;
};

}  // namespace postern::core
