#include "outpost/ldap/search.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "core/log.h"
#include "outpost/ldap/looking.h"
#include "outpost/ldap/result_text.h"
#include "outpost/ldap/root_dse.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/encode.h"
#include "protocols/ldap/filter_text.h"
#include "protocols/ldap/schema.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

constexpr std::size_t kKeptNodes = 64;  // scratch beyond this is given back

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

bool includes_base(ldap::Scope scope) noexcept {
  return scope == ldap::Scope::base || scope == ldap::Scope::sub;
}

}  // namespace

void SearchFront::begin(Conversation& conversation, Io& io, OctetView pdu,
                        const ldap::Envelope& envelope) {
  conversation.services.counters.searches.fetch_add(1, std::memory_order_relaxed);
  if (running()) return keep(pdu, envelope.message_id, io.now);  // its turn will come
  cursor_.reset();
  if (!step(conversation, io, envelope, io.now, cursor_)) return;
  keep(pdu, envelope.message_id, io.now);
  std::swap(running_.back()->cursor, cursor_);
}

void SearchFront::keep(OctetView pdu, std::int32_t id, Instant arrived) {
  auto search = std::make_unique<Running>();
  search->message_id = id;
  search->arrived = arrived;
  search->pdu.reserve(pdu.size() + 1);
  search->pdu.assign(pdu.begin(), pdu.end());
  search->pdu.push_back(0);
  running_.push_back(std::move(search));
}

void SearchFront::turn(Conversation& conversation, Io& io) {
  if (next_ >= running_.size()) next_ = 0;
  Running& search = *running_[next_];
  const OctetView pdu = OctetView(search.pdu).first(search.pdu.size() - 1);
  const auto envelope = ldap::decode_envelope(pdu);  // it was decoded before, so it can be again
  const bool more = envelope && step(conversation, io, *envelope, search.arrived, search.cursor);
  if (more) {
    ++next_;
  } else {
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(next_));
  }
}

bool SearchFront::has(std::int32_t message_id) const noexcept {
  return std::any_of(running_.begin(), running_.end(),
                     [&](const auto& search) { return search->message_id == message_id; });
}

void SearchFront::abandon(std::int32_t message_id) noexcept {
  const auto found = std::find_if(running_.begin(), running_.end(), [&](const auto& search) {
    return search->message_id == message_id;
  });
  if (found == running_.end()) return;
  const auto index = static_cast<std::size_t>(found - running_.begin());
  if (index < next_) --next_;
  running_.erase(found);
}

bool SearchFront::step(Conversation& conversation, Io& io, const ldap::Envelope& envelope,
                       Instant arrived, ldap::SearchCursor& cursor) {
  const std::int32_t id = envelope.message_id;
  Progress progress;
  if (ldap::decode_search(envelope.body, request_)) {
    progress = perform(conversation, io, id, arrived, cursor);
  } else {
    request_ = ldap::SearchRequest{};
    progress.code = ResultCode::protocolError;
  }
  if (progress.more) return true;
  const bool missing = progress.code == ResultCode::noSuchObject;
  ldap::append_result(io.out, id, ldap::Op::searchResultDone,
                      {progress.code, missing ? std::string_view(progress.matched_dn) : "",
                       result_text(progress.code)});
  if (log::enabled(log::Level::debug)) log(conversation, id, progress.code, cursor);
  if (request_.filter.nodes.capacity() > kKeptNodes) request_ = ldap::SearchRequest{};
  return false;
}

SearchFront::Progress SearchFront::perform(Conversation& conversation, Io& io, std::int32_t id,
                                           Instant arrived, ldap::SearchCursor& cursor) {
  const Route route = conversation.route(request_.base);
  switch (route.kind) {
    case Route::Kind::context:
      return search_tree(conversation, io, id, arrived, route.provider, cursor);
    case Route::Kind::root:
      return search_root(conversation, io, id);
    case Route::Kind::subschema:
      return search_subschema(io, id);
    case Route::Kind::outside:
      return {false, ResultCode::noSuchObject, {}};
    case Route::Kind::bad_dn:
      break;
  }
  return {false, ResultCode::invalidDNSyntax, {}};
}

SearchFront::Progress SearchFront::search_tree(Conversation& conversation, Io& io, std::int32_t id,
                                               Instant arrived, core::ProviderId provider,
                                               ldap::SearchCursor& cursor) {
  const Looking looking = look(conversation, provider);
  if (looking.code != ResultCode::success) return {false, looking.code, {}};
  const LdapSettings& settings = *conversation.settings;
  const ldap::SearchLimits limits{
      smaller_limit(settings.size_limit, request_.size_limit),
      deadline(arrived, smaller_limit(settings.time_limit, request_.time_limit))};
  if (io.now >= limits.deadline) return {false, ResultCode::timeLimitExceeded, {}};
  const std::size_t before = io.out.size();
  try {
    ldap::Turn turn =
        conversation.services.tree.search(request_, id, looking.viewer, limits, cursor, io.out);
    return {turn.more, turn.code, std::move(turn.matched_dn)};
  } catch (const std::exception& error) {
    io.out.resize(before);  // no half entry leaves
    log::error("ldap.search.broken",
               {{"request", conversation.request_id(id)}, {"error", error.what()}});
    return {false, ResultCode::unavailable, {}};
  }
}

SearchFront::Progress SearchFront::search_root(Conversation& conversation, Io& io,
                                               std::int32_t id) const {
  // The root DSE is no part of any subtree, and there is no tree above the naming contexts.
  if (request_.scope != ldap::Scope::base) return {false, ResultCode::noSuchObject, {}};
  const VirtualEntry entry = make_root_dse(conversation);
  if (entry.matches(request_.filter) == VirtualEntry::Truth::yes) {
    entry.append_to(io.out, id, request_);
  }
  return {};
}

SearchFront::Progress SearchFront::search_subschema(Io& io, std::int32_t id) const {
  const VirtualEntry& entry = subschema_entry();
  if (includes_base(request_.scope) && entry.matches(request_.filter) == VirtualEntry::Truth::yes) {
    entry.append_to(io.out, id, request_);
  }
  return {};
}

void SearchFront::log(const Conversation& conversation, std::int32_t id, ResultCode code,
                      const ldap::SearchCursor& cursor) const {
  log::write(log::Level::debug, "ldap.search",
             {{"result", static_cast<std::int64_t>(code)},
              {"base", request_.base},
              {"scope", static_cast<std::int64_t>(request_.scope)},
              {"filter", loggable(request_.filter)},
              {"entries", static_cast<std::int64_t>(cursor.sent)},
              {"client", conversation.peer.address},
              {"request", conversation.request_id(id)}});
}

}  // namespace postern::outpost
