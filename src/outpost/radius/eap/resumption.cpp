#include "outpost/radius/eap/resumption.h"

#include <openssl/ssl.h>

#include <utility>

#include "outpost/radius/eap/inner.h"
#include "protocols/radius/packet.h"

namespace postern::outpost {

EapResumptions::~EapResumptions() {
  for (const auto& one : kept_) SSL_SESSION_free(one.second.session);
}

void EapResumptions::forget(const std::string& id) {
  const auto found = kept_.find(id);
  if (found == kept_.end()) return;
  SSL_SESSION_free(found->second.session);
  kept_.erase(found);
}

void EapResumptions::keep(ssl_session_st* session, ResumableLogin login) {
  unsigned size = 0;
  const std::uint8_t* octets = SSL_SESSION_get_id(session, &size);
  if (size == 0 || SSL_SESSION_up_ref(session) != 1) return;
  std::string id(radius::as_text(OctetView(octets, size)));
  const std::lock_guard lock(mutex_);
  forget(id);
  while (order_.size() >= kMost) {
    forget(order_.front());
    order_.pop_front();
  }
  order_.push_back(id);
  kept_.emplace(std::move(id), Kept{session, std::move(login)});
}

ssl_session_st* EapResumptions::find(OctetView id, std::uint8_t method, const MayResume& may,
                                     ResumableLogin& login) {
  ssl_session_st* session = nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(std::string(radius::as_text(id)));
    if (found == kept_.end() || found->second.login.method != method) return nullptr;
    login = found->second.login;
    session = found->second.session;
    if (SSL_SESSION_up_ref(session) != 1) return nullptr;
  }
  if (may(login)) return session;
  SSL_SESSION_free(session);
  return nullptr;
}

std::size_t EapResumptions::size() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

core::LoginOutcome take_up(const InnerContext& context, const ResumableLogin& earlier) {
  core::TransportLogin login;
  login.protocol = core::Protocol::radius;
  login.provider = context.provider;
  login.user = earlier.grant.user;
  login.proof = core::TransportProof::resumed_session;
  login.claim = earlier.identity;
  login.client = context.client;
  login.request_id = context.request_id;
  login.access = context.access;
  core::LoginOutcome outcome = context.login.admit(login);
  auto* granted = std::get_if<core::Granted>(&outcome);
  if (granted == nullptr) return outcome;
  core::Grant again = earlier.grant;
  if (granted->grant.generation != again.generation || !context.login.still_holds(again)) {
    return core::Denied{core::Reason::generation_moved};
  }
  return core::Granted{std::move(again)};
}

}  // namespace postern::outpost
