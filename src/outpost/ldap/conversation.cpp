#include "outpost/ldap/conversation.h"

namespace postern::outpost {
namespace {

constexpr std::size_t kRememberedDn = 1024;
constexpr std::size_t kLongestAddress = 45;  // of IPv6 as text

}  // namespace

Conversation::Conversation(const PeerInfo& the_peer, LdapServices& the_services)
    : services(the_services),
      settings(the_services.settings()),
      peer(the_peer),
      number(the_services.next_session.fetch_add(1, std::memory_order_relaxed)),
      tls(the_peer.tls),
      server_name(the_peer.server_name),
      certificate(the_peer.certificate) {}

void Conversation::take_up_tls(const PeerInfo* now) {
  tls = true;
  identity.drop();
  if (now == nullptr) return;
  server_name = now->server_name;
  certificate = now->certificate;
}

const NamingContexts& Conversation::naming() {
  if (!naming_ || naming_->version() != services.directory.catalog_version()) {
    naming_ = services.naming.current(services.directory);
  }
  return *naming_;
}

Route Conversation::route(std::string_view dn) {
  const NamingContexts& contexts = naming();
  const bool remembered = last_route_.kind != Route::Kind::bad_dn &&
                          last_version_ == contexts.version() && last_dn_ == dn;
  if (remembered) return last_route_;
  const Route route = contexts.route(dn, scratch_);
  if (dn.size() <= kRememberedDn) {
    last_dn_.assign(dn);
    last_route_ = route;
    last_version_ = contexts.version();
  }
  return route;
}

const core::Grant* Conversation::grant() {
  if (!identity.bound()) return nullptr;
  const core::Grant* held = identity.current(services.login, services.clock);
  if (held == nullptr) services.counters.grants_lost.fetch_add(1, std::memory_order_relaxed);
  return held;
}

bool Conversation::confidential() const noexcept {
  return tls || peer.loopback || peer.shielded || !settings->require_confidentiality;
}

std::string_view Conversation::client(const RequestControls& controls) const noexcept {
  if (!peer.speaks_for_others || !controls.session_tracking) return peer.address;
  const std::string_view named = controls.session_tracking->source_ip;
  const bool plain = !named.empty() && named.size() <= kLongestAddress &&
                     named.find_first_not_of("0123456789abcdefABCDEF.:") == named.npos;
  return plain ? named : std::string_view(peer.address);
}

std::string Conversation::request_id(std::int32_t message_id) const {
  return "l" + std::to_string(number) + "-" + std::to_string(message_id);
}

}  // namespace postern::outpost
