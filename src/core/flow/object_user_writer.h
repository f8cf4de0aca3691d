#pragma once
// ObjectUserWriter: what people typed into the prompts of a flow, written to their object through
// the one way of writing objects. An invitation is used up in the same transaction, so that of two
// who follow it at once one writes. Keys that no prompt of a user knows are left alone.
// Thread: one flow's. Errors: Outcome, for the person.

#include <cstdint>
#include <functional>

#include "core/flow/user_writer.h"
#include "core/objects/objects.h"
#include "core/ports/store.h"

namespace postern::core {

class ObjectUserWriter final : public UserWriter {
 public:
  ObjectUserWriter(Store& store, const ObjectTools& tools,
                   const std::function<bool(std::int64_t)>& visible, Uuid& invitation,
                   EventLog& events, std::string_view client)
      : store_(store),
        tools_(tools),
        visible_(visible),
        invitation_(invitation),
        events_(events),
        client_(client) {}

  Outcome<Done> write(UserId user, const boost::json::object& data) override;
  Outcome<UserId> create(const NewUser& how, const boost::json::object& data) override;

 private:
  void tell(std::string_view action, UserId user, std::string_view name,
            const boost::json::object& changes);

  Store& store_;
  const ObjectTools& tools_;
  const std::function<bool(std::int64_t)>& visible_;
  Uuid& invitation_;
  EventLog& events_;
  const std::string_view client_;
};

}  // namespace postern::core
