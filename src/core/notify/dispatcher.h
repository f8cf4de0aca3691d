#pragma once
// NotificationDispatcher: applies notification rules to events, behind the event writer and never
// on a login's path. What it makes of them - rows that people see in the web interface, mails and
// calls of webhooks in the outbox - is committed with the mark of how far it came, so that a
// restart neither loses nor repeats anything.
//
// The same way users are told of changes to what they log in with (account_notice.h).
//
// A rule without an enabled binding tells nobody. Of one rule, and to one user of its account, at
// most kMostPerMinute events a minute go out; what its own machinery reports never raises rules
// again, or only within the web interface. Thread: one; it blocks on the Store. Errors: StoreError.
// Source: reference, policies 4.1, 4.2.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/notify/outgoing.h"
#include "core/notify/rules.h"
#include "core/policy/policy_case.h"
#include "core/ports/clock.h"
#include "core/ports/directory.h"
#include "core/ports/random.h"
#include "core/ports/store.h"

namespace postern::core {

// Of events that tell of deliveries which failed.
inline constexpr std::string_view kDeliveryEvents = "postern.outbound";

class NotificationDispatcher {
 public:
  static constexpr int kMostPerMinute = 60;
  static constexpr std::size_t kMostPeople = 1000;  // of one group

  struct Parts {
    Store& store;
    Outbox& outbox;
    const Directory& directory;
    const PolicyJudge& judge;
    const Sealer& sealer;
    const Clock& clock;
    Random& random;
    bool mail = false;             // there is a mail server
    bool account_notices = false;  // and users are told of changes to what they log in with
  };
  explicit NotificationDispatcher(const Parts& parts) : parts_(parts) {}

  // The next events, some hundred at most. True: there are more.
  bool turn();

 private:
  struct Made {
    std::vector<NewNotification> notes;
    std::vector<OutboxItem> items;
  };
  struct Person {
    UserId pk = 0;
    std::string username, email;
  };

  const NotificationRules& rules();
  std::vector<std::string> wanted_actions(const NotificationRules& all) const;
  void apply(const NotificationRule& rule, const StoredEvent& event, Made& made);
  bool triggers(const NotificationRule& rule, const StoredEvent& event, const Object& facts) const;
  void tell_owner(const StoredEvent& event, Made& made);
  bool within_limit(const std::string& key, std::string_view name);
  std::vector<Person> people(const NotificationRule& rule, const Event& event) const;
  void add_members(std::string_view group, std::map<UserId, Person>& out) const;
  void tell(const NotificationRule& rule, const Object* transport,
            const std::vector<Person>& people, const StoredEvent& event, const Object& facts,
            Made& made);

  const Parts parts_;
  NotificationRules rules_;
  std::uint64_t version_ = UINT64_MAX;  // of the Catalog that they belong to
  struct Window {
    WallMs began = 0;
    int told = 0;
  };
  std::map<std::string, Window, std::less<>> windows_;  // by rule, by user
};

}  // namespace postern::core
