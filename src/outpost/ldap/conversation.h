#pragma once
// Conversation: the state of one LDAP session that its request handlers share: the peer, TLS, the
// identity, and the naming contexts as of now. Owned by the session; thread: its loop.

#include <cstdint>
#include <memory>
#include <string>

#include "core/login.h"
#include "outpost/ldap/identity.h"
#include "outpost/ldap/naming.h"
#include "outpost/ldap/request_controls.h"
#include "outpost/ldap/services.h"
#include "protocols/session.h"

namespace postern::outpost {

struct Conversation {
  Conversation(const PeerInfo& the_peer, LdapServices& the_services);

  LdapServices& services;
  const std::shared_ptr<const LdapSettings> settings;
  const PeerInfo peer;
  const std::uint64_t number;  // of the connection, since start
  bool tls;
  std::string server_name;  // that the client asked for by TLS; "" = none
  std::shared_ptr<const ClientCertificate> certificate;  // verified; null = none
  Identity identity;

  // One atomic load unless the configuration has changed.
  const NamingContexts& naming();
  // The same for a base DN: the last one is remembered, as clients keep to theirs.
  Route route(std::string_view dn);
  // Who asks; nullptr = anonymous. Counts a grant that was lost.
  const core::Grant* grant();
  // After StartTLS: anonymous again, under the facts of the handshake.
  void take_up_tls(const PeerInfo* peer);
  // A password may be looked at on this transport.
  bool confidential() const noexcept;
  // The address for throttle, events and log: the peer's, or that of the session which a trusted
  // application names. Lives as long as the request.
  std::string_view client(const RequestControls& controls) const noexcept;
  std::string request_id(std::int32_t message_id) const;  // "l12-3"

 private:
  std::shared_ptr<const NamingContexts> naming_;
  std::string last_dn_;
  Route last_route_;
  std::uint64_t last_version_ = 0;
  std::string scratch_;
};

}  // namespace postern::outpost
