#include "outpost/radius/revocation_work.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/log.h"
#include "core/network/revocation.h"

namespace postern::outpost {
namespace {

constexpr std::size_t kMostChanges = 10'000;
constexpr std::size_t kMostSessions = 1'000;  // of one user

// Somebody wants it to end, and nothing was tried since.
bool newly_wanted(const core::NetworkSession& session) noexcept {
  return session.end_asked > session.disconnect_at;
}

}  // namespace

RevocationWork::RevocationWork(core::Store& store, const core::Directory& directory,
                               const core::Clock& clock, const Span& span)
    : store_(store), directory_(directory), clock_(clock), span_(span) {}

void RevocationWork::run() noexcept {
  try {
    for (const core::UserId user : users()) look_at(user);
    look_at_wanted();
  } catch (const std::exception& error) {
    failed_ = true;
    log::error("radius.revocation.failed", {{"why", error.what()}});
  }
}

std::vector<core::UserId> RevocationWork::users() {
  if (!span_.everybody && span_.from == span_.to) return {};
  bool everybody = span_.everybody || store_.oldest_change() > span_.from + 1;
  std::vector<core::UserId> touched;
  if (!everybody) {
    const auto changes = store_.changes_after(span_.from, kMostChanges);
    everybody = changes.size() == kMostChanges;
    for (const core::Change& change : changes) {
      if (change.kind == 'u') {
        touched.push_back(change.id);
      } else {
        everybody = true;
      }
    }
  }
  if (everybody) return store_.network_sessions().live_users();
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  return touched;
}

// Whether asking can do anything, and it is not too soon to ask again.
bool RevocationWork::may_ask(const core::NetworkSession& session, const core::Catalog& catalog,
                             core::WallMs now) const {
  const core::RadiusProvider* provider = catalog.radius_provider(session.provider);
  if (provider == nullptr || !provider->disconnect) return false;
  if (newly_wanted(session)) return true;
  const auto quiet = span_.quiet.find(session.pk);
  if (quiet != span_.quiet.end() && quiet->second > now) return false;
  return !core::is_stale(session, now, span_.patience_ms);
}

void RevocationWork::look_at(core::UserId user) {
  core::NetworkSessionQuery query;
  query.user = user;
  query.live_only = true;
  query.limit = kMostSessions;
  auto sessions = store_.network_sessions().list(query);
  if (sessions.empty()) return;
  const core::Lookup lookup = directory_.read_user(user, record_);
  if (lookup != core::Lookup::found && lookup != core::Lookup::missing) return;
  const auto catalog = directory_.catalog();
  const core::WallMs now = clock_.wall();
  for (core::NetworkSession& session : sessions) {
    if (!may_ask(session, *catalog, now)) continue;
    const std::string_view why = core::revoked_because(
        session, lookup == core::Lookup::found ? &record_ : nullptr, *catalog, now);
    if (why.empty()) continue;
    take(session, why, now);
  }
}

void RevocationWork::look_at_wanted() {
  core::NetworkSessionQuery query;
  query.to_end = true;
  query.limit = kMostSessions;
  auto sessions = store_.network_sessions().list(query);
  if (sessions.empty()) return;
  const auto catalog = directory_.catalog();
  const core::WallMs now = clock_.wall();
  for (core::NetworkSession& session : sessions) {
    if (may_ask(session, *catalog, now)) take(session, "end_asked", now);
  }
}

void RevocationWork::take(core::NetworkSession& session, std::string_view why, core::WallMs now) {
  const core::WallMs not_since =
      newly_wanted(session) ? std::max(span_.not_since, session.end_asked) : span_.not_since;
  if (!store_.network_sessions().claim_disconnect(session.pk, now, not_since)) return;
  found_.push_back({std::move(session), std::string(why)});
}

DisconnectNote::DisconnectNote(core::NetworkSessionStore& store, std::int64_t session,
                               std::string result, bool gone, core::WallMs now)
    : store_(store), session_(session), result_(std::move(result)), gone_(gone), now_(now) {}

void DisconnectNote::run() noexcept {
  try {
    store_.note_disconnect(session_, result_, gone_, now_);
  } catch (const std::exception& error) {
    log::error("radius.disconnect.unnoted", {{"session", session_}, {"why", error.what()}});
  }
}

}  // namespace postern::outpost
