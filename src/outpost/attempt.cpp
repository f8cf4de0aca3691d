#include "outpost/attempt.h"

#include <exception>

#include "core/log.h"

namespace postern::outpost {
namespace {

core::LoginOutcome broken(const std::string& request_id, const std::exception& error) {
  log::error("login.broken", {{"request", request_id}, {"error", error.what()}});
  return core::Unavailable{core::Reason::store_unreachable};
}

}  // namespace

Lane lane_of(core::LoginLane lane) noexcept {
  switch (lane) {
    case core::LoginLane::hash:
      return Lane::hash;
    case core::LoginLane::store:
      return Lane::store;
    case core::LoginLane::outbound:
      return Lane::outbound;
  }
  return Lane::hash;
}

core::LoginOutcome attempt(core::Login& login, const core::LoginRequest& request,
                           core::Blocking blocking) noexcept {
  try {
    return login.attempt(request, blocking);
  } catch (const std::exception& error) {
    return broken(request.request_id, error);
  }
}

core::LoginOutcome admit(core::Login& login, const core::TransportLogin& request) noexcept {
  try {
    return login.admit(request);
  } catch (const std::exception& error) {
    return broken(request.request_id, error);
  }
}

}  // namespace postern::outpost
