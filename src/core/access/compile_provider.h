#pragma once
// The fields of an LDAP provider, with our own settings under attributes.postern: inline_code
// (off | optional | required), separator (one of ; , : # + or "" for fixed tail digits), member_of
// (direct | nested), profile, bind_names (list of dn, username, email, upn, uuid), login_lease
// (lease_terms.h), search and search_default (search_rules.h). An unknown or ill-typed one is a
// problem and takes its safe default: inline_code required, separator ";", member_of direct,
// profile generic. mfa_support: false means inline_code off. References are the caller's. Thread:
// pure.

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/catalog.h"

namespace postern::core {

// A setting that providers of every kind have. Nothing = it is not one of them; false = ill-typed.
std::optional<bool> take_common_setting(Provider& provider, std::string_view key,
                                        std::string_view value, bool is_text);

// login_lease; false = ill-typed, and each code is good once.
bool take_lease(Provider& provider, const boost::json::value& value);

void read_ldap_provider(const boost::json::object& row, LdapProvider& provider,
                        std::vector<std::string>& problems);

}  // namespace postern::core
