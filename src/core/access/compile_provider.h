#pragma once
// The fields of an LDAP provider, with our own settings under attributes.postern: inline_code
// (off | optional | required), separator (one of ; , : # + or "" for fixed tail digits), member_of
// (direct | nested), profile. An unknown or ill-typed one is a problem and takes its safe default:
// inline_code required, separator ";", member_of direct, profile generic. mfa_support: false means
// inline_code off. References are the caller's. Thread: pure.

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "core/access/catalog.h"

namespace postern::core {

void read_ldap_provider(const boost::json::object& row, LdapProvider& provider,
                        std::vector<std::string>& problems);

}  // namespace postern::core
