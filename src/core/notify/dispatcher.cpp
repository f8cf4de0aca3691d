#include "core/notify/dispatcher.h"

#include <algorithm>
#include <set>

#include "core/access/policy_engine.h"
#include "core/access/stored_fields.h"
#include "core/log.h"
#include "core/mail_address.h"
#include "core/notify/account_notice.h"
#include "core/notify/webhook.h"
#include "core/policy/dynamic_policies.h"
#include "core/uuid.h"

namespace postern::core {
namespace {

constexpr std::size_t kBatch = 200, kMostMade = 5000;
constexpr WallMs kMinute = 60'000;
constexpr std::size_t kMostGroups = 200, kMostWindows = 10'000;

}  // namespace

// Rules are read anew whenever the configuration has changed.
const NotificationRules& NotificationDispatcher::rules() {
  const std::uint64_t version = parts_.directory.catalog_version();
  if (version == version_) return rules_;
  rules_ = compile_rules(parts_.store.load_config(), [this](std::string_view pk) -> GroupNumber {
    ListQuery query;
    query.equals["pk"] = pk;
    query.limit = 1;
    const auto found = parts_.store.list(group_model(), query);
    return found.empty() ? 0 : found.front().at("num_pk").to_number<GroupNumber>();
  });
  version_ = version;
  return rules_;
}

// Of the events that have to be read; empty: all.
std::vector<std::string> NotificationDispatcher::wanted_actions(
    const NotificationRules& all) const {
  std::vector<std::string> out = actions_of(all);
  if (!parts_.account_notices || (out.empty() && !all.empty())) return out;
  const auto& more = account_change_actions();
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

bool NotificationDispatcher::turn() {
  const Outbox::Mark mark = parts_.outbox.events_mark();
  if (mark.last <= mark.done) return false;
  const NotificationRules& all = rules();
  std::vector<StoredEvent> events;
  if (!all.empty() || parts_.account_notices) {
    events = parts_.outbox.events_between(mark.done, mark.last, wanted_actions(all), kBatch);
  }
  Made made;
  std::int64_t to = events.size() == kBatch ? events.back().pk : mark.last;
  for (const StoredEvent& event : events) {
    for (const NotificationRule& rule : all) apply(rule, event, made);
    if (parts_.account_notices) tell_owner(event, made);
    if (made.notes.size() + made.items.size() < kMostMade) continue;
    to = event.pk;
    break;
  }
  return parts_.outbox.settle(mark.done, to, made.notes, made.items) && to < mark.last;
}

bool NotificationDispatcher::triggers(const NotificationRule& rule, const StoredEvent& event,
                                      const Object& facts) const {
  if (event.event.app == kJudgedEvent) return false;
  LoginRecord record;
  Subject subject;
  if (event.event.user != 0 &&
      parts_.directory.read_user(event.event.user, record) == Lookup::found) {
    subject = subject_of(record);
    subject.facts.record = &record;
  }
  subject.judge = &parts_.judge;
  subject.facts.client = event.event.client_ip;
  subject.facts.identifier = event.event.username;
  const Object context{{"event", facts}};
  subject.facts.protocol = kEventProtocol;
  subject.facts.context = &context;
  return evaluate(rule.bindings, subject) == Verdict::pass;
}

bool NotificationDispatcher::within_limit(const std::string& key, std::string_view name) {
  const WallMs now = parts_.clock.wall();
  if (windows_.size() >= kMostWindows) {
    std::erase_if(windows_, [now](const auto& one) { return now - one.second.began >= kMinute; });
  }
  Window& window = windows_[key];
  if (now < window.began || now - window.began >= kMinute) window = {now, 0};
  if (++window.told <= kMostPerMinute) return true;
  if (window.told == kMostPerMinute + 1) {
    log::warning("notify.too_many", {{"rule", name}, {"a_minute", std::int64_t{kMostPerMinute}}});
  }
  return false;
}

// Members of a group are those of its children too.
void NotificationDispatcher::add_members(std::string_view group,
                                         std::map<UserId, Person>& out) const {
  const Model& groups = group_model();
  const Model& users = user_model();
  std::vector<std::string> open{std::string(group)};
  std::set<std::string> seen;
  while (!open.empty() && seen.size() < kMostGroups) {
    const std::string pk = std::move(open.back());
    open.pop_back();
    if (!seen.insert(pk).second) continue;
    ListQuery members;
    members.equals["is_active"] = true;
    members.where.push_back({"groups", Where::Is::linked, {Value(pk)}});
    members.limit = kMostPeople;
    for (const Object& user : parts_.store.list(users, members)) {
      const UserId key = user.at("pk").to_number<UserId>();
      if (out.size() < kMostPeople)
        out[key] = {key, text_of(user, "username"), text_of(user, "email")};
    }
    ListQuery children;
    children.where.push_back({"parents", Where::Is::linked, {Value(pk)}});
    children.limit = kMostGroups;
    for (const Object& child : parts_.store.list(groups, children)) {
      open.push_back(text_of(child, "pk"));
    }
  }
}

std::vector<NotificationDispatcher::Person> NotificationDispatcher::people(
    const NotificationRule& rule, const Event& event) const {
  std::map<UserId, Person> found;
  if (rule.destination_event_user && event.user != 0) {
    const auto user = parts_.store.load_user(event.user);
    if (user && user->is_active) found[user->pk] = {user->pk, user->username, user->email};
  }
  if (!rule.destination_group.empty()) add_members(rule.destination_group, found);
  std::vector<Person> out;
  for (auto& entry : found) out.push_back(std::move(entry.second));
  return out;
}

// A null transport is the web interface.
void NotificationDispatcher::tell(const NotificationRule& rule, const Object* transport,
                                  const std::vector<Person>& people, const StoredEvent& event,
                                  const Object& facts, Made& made) {
  const std::string mode = transport == nullptr ? "local" : text_of(*transport, "mode");
  // That a delivery failed is not told by another one that may fail as well.
  if (mode != "local" && event.event.app == kDeliveryEvents) return;
  const WallMs now = parts_.clock.wall();
  const std::string body = event_summary(event.event);
  for (const Person& person : people) {
    const Notice notice{rule.severity,        body, person.pk, person.username, person.email,
                        event.event.username, facts};
    if (mode == "local") {
      made.notes.push_back(
          {make_uuid(parts_.random), person.pk, rule.severity, body, event.pk, now});
    } else if (mode == "email") {
      if (!parts_.mail || !is_mail_address(person.email)) continue;
      Mail mail = notice_mail(notice, text_of(*transport, "email_subject_prefix"));
      mail.to = person.email;
      made.items.push_back(mail_item(parts_.sealer, mail, now));
    } else {
      made.items.push_back(notice_item(parts_.sealer, {text_of(*transport, "pk"), notice}, now));
    }
    if (transport != nullptr && flag_of(*transport, "send_once", false)) break;
  }
}

void NotificationDispatcher::tell_owner(const StoredEvent& event, Made& made) {
  const auto change = account_change(parts_.store, event.event);
  if (!change) return;
  auto mail = account_notice(parts_.store, event.event, *change);
  if (!mail || !within_limit("user " + std::to_string(change->user), "account notices")) return;
  made.items.push_back(mail_item(parts_.sealer, *mail, parts_.clock.wall()));
}

void NotificationDispatcher::apply(const NotificationRule& rule, const StoredEvent& event,
                                   Made& made) {
  const Object facts = event_facts(event.event);
  if (!triggers(rule, event, facts) || !within_limit(rule.pk, rule.name)) return;
  const std::vector<Person> whom = people(rule, event.event);
  if (whom.empty()) return;
  if (rule.transports.empty()) return tell(rule, nullptr, whom, event, facts, made);
  for (const std::string& pk : rule.transports) {
    if (const auto transport = find_transport(parts_.store, pk)) {
      tell(rule, &*transport, whom, event, facts, made);
    }
  }
}

}  // namespace postern::core
