#pragma once
// LdapClient: the small blocking client with which commands look at the running server: simple bind
// and search over plain LDAP, one request at a time, each answered within the deadline.
//
// Errors come as ResultCode::other with a text. Thread: one.

#include <chrono>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/profiles/check_run.h"
#include "core/secret.h"
#include "protocols/ber/writer.h"

namespace postern::app {

class LdapClient {
 public:
  explicit LdapClient(std::chrono::seconds patience) : patience_(patience) {}
  ~LdapClient();
  LdapClient(const LdapClient&) = delete;
  LdapClient& operator=(const LdapClient&) = delete;

  // "" = connected, else why not.
  std::string connect(const Endpoint& endpoint);
  ldap::ResultCode bind(const std::string& name, const core::Secret& password);
  FoundEntries search(const std::string& base, ldap::Scope scope, const std::string& filter,
                      const std::vector<std::string>& attributes);

 private:
  bool send(const ber::Octets& octets);
  // The next whole message, as octets with one to spare behind; empty = the connection is gone.
  ber::Octets receive();

  const std::chrono::seconds patience_;
  int socket_ = -1;
  std::int32_t next_id_ = 1;
  ber::Octets input_;
};

}  // namespace postern::app
