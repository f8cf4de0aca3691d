#include "outpost/radius/session_limit.h"

#include <algorithm>
#include <exception>

#include "core/log.h"

namespace postern::outpost {
namespace {

constexpr std::size_t kMostSessions = 2'000;

bool same_device(const SessionLimit::Asked& asked, std::string_view station) noexcept {
  return asked.port_of_a_device && !asked.station.empty() && asked.station == station;
}

}  // namespace

void SessionsOfUser::run() noexcept {
  try {
    core::NetworkSessionQuery query;
    query.user = user_;
    query.live_only = true;
    query.or_ended_after = now_ - SessionLimit::kStartTakes;
    query.limit = kMostSessions;
    sessions_ = store_.list(query);
    failed_ = false;
  } catch (const std::exception& error) {
    log::error("radius.sessions.uncounted", {{"why", error.what()}});
  }
}

bool SessionLimit::allows(const Asked& asked, const std::vector<core::NetworkSession>& sessions,
                          core::WallMs now, std::int64_t patience_ms) {
  sweep(now);
  std::int64_t count = 0;
  for (const core::NetworkSession& one : sessions) {
    const bool counts = one.live() && one.provider == asked.provider &&
                        !core::is_stale(one, now, patience_ms) &&
                        !same_device(asked, one.calling_station);
    count += counts ? 1 : 0;
  }
  const auto recent = recent_.find({asked.provider, asked.user});
  if (recent != recent_.end()) {
    for (const Recent& one : recent->second) {
      const bool started =
          std::any_of(sessions.begin(), sessions.end(), [&](const core::NetworkSession& session) {
            return session.login.at == one.at ||
                   (session.login.at == 0 && session.calling_station == one.station);
          });
      const bool counts =
          one.at + kStartTakes > now && !started && !same_device(asked, one.station);
      count += counts ? 1 : 0;
    }
  }
  return count < asked.most;
}

void SessionLimit::accepted(const Asked& asked, core::WallMs at) {
  recent_[{asked.provider, asked.user}].push_back({at, std::string(asked.station)});
}

void SessionLimit::sweep(core::WallMs now) {
  if (swept_ + kStartTakes > now) return;
  swept_ = now;
  for (auto& [key, list] : recent_) {
    while (!list.empty() && list.front().at + kStartTakes <= now) list.pop_front();
  }
  std::erase_if(recent_, [](const auto& one) { return one.second.empty(); });
}

}  // namespace postern::outpost
