#pragma once
// Values of the configuration that are about transport: the local LDAP socket, lists of networks,
// the names of a client certificate. Errors go to the context, as in MapReader. Thread: any.

#include <optional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/config/map_reader.h"

namespace postern::app {

// `ldapi: /path`, `ldapi: {path: /path, mode: "0660", users: {0: akadmin}}` or off.
void read_ldapi(const YamlNode& node, std::optional<LdapiConfig>& out, ConfigContext& context);

// A list of addresses and networks, or one.
void read_networks(const YamlNode& node, const std::string& name, std::vector<std::string>& out,
                   ConfigContext& context);

// A list of email, upn, uri, cn; the order counts.
void read_client_names(const YamlNode& node, std::vector<CertificateName>& out,
                       ConfigContext& context);

}  // namespace postern::app
