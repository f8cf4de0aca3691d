#include "store/repeats.h"

#include <boost/json/serialize.hpp>

#include <utility>

namespace postern::store {
namespace {

std::string key_of(const core::Event& event) {
  std::string key = event.action + '\n' + event.app + '\n' + std::to_string(event.user) + '\n' +
                    event.username + '\n' + event.client_ip;
  for (const char* name :
       {"service", "auth_method", "mfa", "auth_method_args", "reason", "message"}) {
    key += '\n';
    if (const auto* value = event.context.if_contains(name)) key += boost::json::serialize(*value);
  }
  return key;
}

bool may_repeat(const core::Event& event) {
  return event.action == "login" || event.action == "login_failed" ||
         event.action == "suspicious_request" || event.action == "policy_exception";
}

}  // namespace

bool Repeats::takes(const core::Event& event) {
  if (window_ <= 0 || !may_repeat(event)) return false;
  std::string key = key_of(event);
  const auto known = open_.find(key);
  if (known == open_.end()) {
    if (open_.size() < kMost) open_.emplace(std::move(key), Open{event.created, 0, {}});
    return false;
  }
  Open& open = known->second;
  ++open.count;
  open.last = event;
  return true;
}

std::vector<core::Event> Repeats::over(core::WallMs now) {
  std::vector<core::Event> out;
  for (auto at = open_.begin(); at != open_.end();) {
    Open& open = at->second;
    if (now - open.first < window_) {
      ++at;
      continue;
    }
    if (open.count > 0) {
      open.last.context["count"] = open.count;
      out.push_back(std::move(open.last));
    }
    at = open_.erase(at);
  }
  return out;
}

}  // namespace postern::store
