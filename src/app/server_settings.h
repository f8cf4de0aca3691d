#pragma once
// What the configuration says, in the terms of the rooms that serve: the network's server and the
// LDAP sessions. Thread: any.

#include <string>
#include <vector>

#include "app/config/config.h"
#include "net/inherited_sockets.h"
#include "net/network_list.h"
#include "net/server.h"
#include "outpost/ldap/session.h"

namespace postern::app {

net::Server::Options server_options(const Config& config, net::InheritedSockets sockets);
outpost::LdapSettings ldap_settings(const Config& config);
// Networks that were checked when the configuration was read. Throws StateError should one be
// wrong.
net::NetworkList networks(const std::vector<std::string>& texts);

}  // namespace postern::app
