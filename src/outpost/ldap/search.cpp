#include "outpost/ldap/search.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/log.h"
#include "outpost/ldap/looking.h"
#include "outpost/ldap/result_text.h"
#include "outpost/ldap/root_dse.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/filter_text.h"
#include "protocols/ldap/password_controls.h"
#include "protocols/ldap/schema.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

constexpr std::chrono::milliseconds kLookEvery{200};  // whether anything changed
constexpr std::size_t kKeptNodes = 64;                // scratch beyond this is given back

std::uint32_t smaller_limit(std::uint32_t ours, std::uint32_t theirs) noexcept {
  if (ours == 0) return theirs;
  return theirs == 0 ? ours : std::min(ours, theirs);
}

Instant deadline(Instant arrived, std::uint32_t seconds) noexcept {
  return seconds == 0 ? Instant::max() : arrived + std::chrono::seconds(seconds);
}

// Some clients search for a password; the log never shows one.
std::string loggable(ldap::Filter filter) {
  if (filter.nodes.empty()) return {};
  for (ldap::FilterNode& node : filter.nodes) {
    const ldap::AttributeType* type = ldap::find_attribute(node.attribute);
    if (type == nullptr || type->name != "userPassword") continue;
    node.value = "(hidden)";
    if (node.kind != ldap::FilterKind::substrings) continue;
    for (std::uint32_t i = 0; i < node.count; ++i) filter.pieces[node.first + i].text = "(hidden)";
  }
  return ldap::to_text(filter);
}

// What kind of question it is: values of all but the object class are left out.
std::string shape_of(ldap::Filter filter) {
  if (filter.nodes.empty()) return {};
  for (ldap::FilterNode& node : filter.nodes) {
    const ldap::AttributeType* type = ldap::find_attribute(node.attribute);
    if (type != nullptr && type->name == "objectClass") continue;
    node.value = "?";
    if (node.kind != ldap::FilterKind::substrings) continue;
    for (std::uint32_t i = 0; i < node.count; ++i) filter.pieces[node.first + i].text = "?";
  }
  return ldap::to_text(filter);
}

// No entry of a tree is a subentry (RFC 3672), so whoever wants these alone gets none, whatever
// else the filter says.
void ask_for_subentries(ldap::Filter& filter) {
  filter.clear();
  ldap::FilterNode only;
  only.kind = ldap::FilterKind::equality;
  only.attribute = "objectClass";
  only.value = "subentry";
  filter.nodes.push_back(only);
}

// Sun's account usability control.
class UsabilityNotes final : public ldap::UserNotes {
 public:
  UsabilityNotes(const core::AccountStates& accounts, const core::Provider& provider) noexcept
      : accounts_(accounts), provider_(provider) {}

  void append(const ldap::AccountFacts& account, Octets& controls) const override {
    core::LoginRecord record;
    record.pk = account.user;
    record.is_active = account.is_active;
    record.password_must_change = account.password_must_change;
    record.not_before = account.not_before;
    record.not_after = account.not_after;
    record.password_changed = account.password_changed;
    const core::AccountState state = accounts_.of(record, provider_);
    ldap::append_account_usability(
        controls,
        {.inactive = state.inactive,
         .reset = state.reset,
         .expired = state.expired,
         .seconds_before_unlock = state.seconds_until_unlock,
         .seconds_before_expiration =
             state.seconds_until_expiry ? std::int64_t{*state.seconds_until_expiry} : -1});
  }

 private:
  const core::AccountStates& accounts_;
  const core::Provider& provider_;
};

bool includes_base(ldap::Scope scope) noexcept {
  return scope == ldap::Scope::base || scope == ldap::Scope::sub;
}

}  // namespace

void SearchFront::begin(Conversation& conversation, Io& io, OctetView pdu,
                        const ldap::Envelope& envelope, const RequestControls& controls) {
  conversation.services.counters.searches.fetch_add(1, std::memory_order_relaxed);
  if (active()) return keep(pdu, envelope.message_id, io.now);  // its turn will come
  cursor_.reset();
  std::unique_ptr<SearchCourse> course;
  const Call call{conversation, io, envelope.message_id, io.now, controls, cursor_, course};
  if (step(call, envelope.body) == After::over) return;
  keep(pdu, envelope.message_id, io.now);
  std::swap(running_.back()->cursor, cursor_);
  running_.back()->course = std::move(course);
}

void SearchFront::keep(OctetView pdu, std::int32_t id, Instant arrived) {
  auto search = std::make_unique<Running>();
  search->message_id = id;
  search->arrived = arrived;
  search->pdu.reserve(pdu.size() + 1);
  search->pdu.assign(pdu.begin(), pdu.end());
  search->pdu.push_back(0);
  running_.push_back(std::move(search));
  looked_ = arrived;
}

void SearchFront::turn(Conversation& conversation, Io& io) {
  if (next_ >= running_.size()) next_ = 0;
  while (running_[next_]->idle) next_ = (next_ + 1) % running_.size();
  Running& search = *running_[next_];
  const OctetView pdu = OctetView(search.pdu).first(search.pdu.size() - 1);
  const auto envelope = ldap::decode_envelope(pdu);  // it was decoded before, so it can be again
  After after = After::over;
  if (envelope && read_controls(*envelope, controls_).code == ResultCode::success) {
    after = step({conversation, io, search.message_id, search.arrived, controls_, search.cursor,
                  search.course},
                 envelope->body);
  }
  if (after == After::over) {
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(next_));
    return;
  }
  if (search.watches()) looked_ = io.now;
  search.idle = after == After::idle;
  ++next_;
}

bool SearchFront::active() const noexcept {
  return std::any_of(running_.begin(), running_.end(),
                     [](const auto& search) { return !search->idle; });
}

bool SearchFront::finite() const noexcept {
  return std::any_of(running_.begin(), running_.end(),
                     [](const auto& search) { return !search->watches(); });
}

std::optional<Instant> SearchFront::next_look() const noexcept {
  const bool watched = std::any_of(running_.begin(), running_.end(),
                                   [](const auto& search) { return search->watches(); });
  return watched ? std::optional<Instant>(looked_ + kLookEvery) : std::nullopt;
}

// Also while the client takes nothing: that is how it falls behind.
void SearchFront::look(Conversation& conversation, Io& io) {
  looked_ = io.now;
  const ldap::Tree& tree = conversation.services.tree;
  const bool anonymous = conversation.grant() == nullptr;
  const std::uint64_t last = tree.last_change();
  std::erase_if(running_, [&](const auto& search) {
    if (!search->watches()) return false;
    if (tree.has_lost_changes(search->cursor)) {
      const ResultCode code = ResultCode::adminLimitExceeded;
      ldap::append_result(io.out, search->message_id, ldap::Op::searchResultDone,
                          {code, {}, "changes came faster than they were taken"});
      return true;
    }
    if (anonymous || search->cursor.change != last) search->idle = false;
    return false;
  });
}

void SearchFront::end_watching() noexcept {
  std::erase_if(running_, [](const auto& search) { return search->watches(); });
}

bool SearchFront::has(std::int32_t message_id) const noexcept {
  return std::any_of(running_.begin(), running_.end(),
                     [&](const auto& search) { return search->message_id == message_id; });
}

bool SearchFront::abandon(std::int32_t message_id) noexcept {
  const auto found = std::find_if(running_.begin(), running_.end(), [&](const auto& search) {
    return search->message_id == message_id;
  });
  if (found == running_.end()) return false;
  const auto index = static_cast<std::size_t>(found - running_.begin());
  if (index < next_) --next_;
  running_.erase(found);
  return true;
}

SearchFront::After SearchFront::step(const Call& call, OctetView body) {
  ldap::Turn turn;
  provider_ = 0;
  if (ldap::decode_search(body, request_)) {
    set_course(call);
    turn = perform(call);
  } else {
    request_ = ldap::SearchRequest{};
    turn.code = ResultCode::protocolError;
  }
  if (turn.more) return turn.idle ? After::idle : After::more;
  answer(call, turn);
  const LdapServices& services = call.conversation.services;
  services.measure(core::Operation::ldap_search, turn.code, provider_, call.arrived);
  if (services.spotlight != nullptr && services.spotlight->on()) note(call);
  if (log::enabled(log::Level::debug)) log(call, turn.code);
  if (request_.filter.nodes.capacity() > kKeptNodes) request_ = ldap::SearchRequest{};
  return After::over;
}

void SearchFront::set_course(const Call& call) const {
  if (!call.controls.search || call.course) return;
  const core::Grant* grant = call.conversation.grant();
  const ldap::Viewer viewer =
      grant == nullptr ? ldap::Viewer{} : ldap::Viewer{grant->provider, grant->user};
  call.course =
      std::make_unique<SearchCourse>(call.conversation, request_, *call.controls.search, viewer);
  call.course->place(call.cursor);
}

void SearchFront::answer(const Call& call, const ldap::Turn& turn) {
  const bool missing = turn.code == ResultCode::noSuchObject;
  std::string_view text = result_text(turn.code);
  response_controls_.clear();
  if (call.course) {
    call.course->respond(call.conversation, turn, call.cursor, response_controls_);
    if (call.course->refusal() == turn.code && !call.course->why().empty()) {
      text = call.course->why();
    }
  }
  ldap::append_result(call.io.out, call.id, ldap::Op::searchResultDone,
                      {turn.code, missing ? std::string_view(turn.matched_dn) : "", text},
                      response_controls_);
}

ldap::Turn SearchFront::perform(const Call& call) {
  if (call.course && call.course->refusal() != ResultCode::success) {
    return {false, call.course->refusal(), {}};
  }
  const Route route = call.conversation.route(request_.base);
  provider_ = route.kind == Route::Kind::context ? route.provider : 0;
  switch (route.kind) {
    case Route::Kind::context:
      return search_tree(call, route.provider);
    case Route::Kind::root:
      return search_root(call);
    case Route::Kind::subschema:
      return search_subschema(call);
    case Route::Kind::outside:
      return {false, ResultCode::noSuchObject, {}};
    case Route::Kind::bad_dn:
      break;
  }
  return {false, ResultCode::invalidDNSyntax, {}};
}

ldap::Turn SearchFront::search_tree(const Call& call, core::ProviderId provider) {
  Conversation& conversation = call.conversation;
  Io& io = call.io;
  if (call.controls.subentries.value_or(false)) ask_for_subentries(request_.filter);
  const Looking looking = outpost::look(conversation, provider);
  if (looking.code != ResultCode::success) return {false, looking.code, {}};
  if (call.course && call.course->ended()) return {};
  const SearchAllowance& allowed =
      conversation.settings->allowance(looking.viewer.sees == ldap::Sees::everything);
  ldap::SearchLimits limits{
      smaller_limit(allowed.size, request_.size_limit),
      deadline(call.arrived, smaller_limit(allowed.time, request_.time_limit)), allowed.examined};
  if (call.course && call.course->watches()) limits.deadline = Instant::max();
  if (io.now >= limits.deadline) return {false, ResultCode::timeLimitExceeded, {}};
  ldap::SearchExtras extras = call.course && call.controls.search
                                  ? call.course->extras(request_, *call.controls.search)
                                  : ldap::SearchExtras{};
  std::shared_ptr<const core::Catalog> catalog;  // holds what the notes look into
  std::optional<UsabilityNotes> usability;
  const core::AccountStates* accounts = conversation.services.accounts;
  if (call.controls.search && call.controls.search->usability && accounts != nullptr) {
    catalog = conversation.services.directory.catalog();
    const core::Provider* service = catalog->provider(provider);
    if (service != nullptr) extras.notes = &usability.emplace(*accounts, *service);
  }
  const std::size_t before = io.out.size();
  try {
    return conversation.services.tree.search(request_, call.id, looking.viewer, limits, extras,
                                             call.cursor, io.out);
  } catch (const std::exception& error) {
    io.out.resize(before);  // no half entry leaves
    log::error("ldap.search.broken",
               {{"request", conversation.request_id(call.id)}, {"error", error.what()}});
    return {false, ResultCode::unavailable, {}};
  }
}

ldap::Turn SearchFront::search_root(const Call& call) const {
  // The root DSE is no part of any subtree, and there is no tree above the naming contexts.
  if (request_.scope != ldap::Scope::base) return {false, ResultCode::noSuchObject, {}};
  const VirtualEntry entry = make_root_dse(call.conversation);
  if (entry.matches(request_.filter) == VirtualEntry::Truth::yes) {
    entry.append_to(call.io.out, call.id, request_);
  }
  return {};
}

ldap::Turn SearchFront::search_subschema(const Call& call) const {
  const auto kept = subschema_entry(call.conversation);
  const VirtualEntry& entry = *kept;
  if (includes_base(request_.scope) && entry.matches(request_.filter) == VirtualEntry::Truth::yes) {
    entry.append_to(call.io.out, call.id, request_);
  }
  return {};
}

void SearchFront::note(const Call& call) const {
  core::Spotlight& light = *call.conversation.services.spotlight;
  light.note(core::Spotlight::Kind::client, call.conversation.peer.address);
  light.note(core::Spotlight::Kind::filter, shape_of(request_.filter));
}

void SearchFront::log(const Call& call, ResultCode code) const {
  log::write(log::Level::debug, "ldap.search",
             {{"result", static_cast<std::int64_t>(code)},
              {"base", request_.base},
              {"scope", static_cast<std::int64_t>(request_.scope)},
              {"filter", loggable(request_.filter)},
              {"entries", static_cast<std::int64_t>(call.cursor.on_page)},
              {"client", call.conversation.peer.address},
              {"request", call.conversation.request_id(call.id)}});
}

}  // namespace postern::outpost
