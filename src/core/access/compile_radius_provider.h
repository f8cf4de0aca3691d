#pragma once
// The fields of a RADIUS provider, with our own settings under attributes.postern:
//   inline_code, separator           as for LDAP
//   otp                              append | challenge | auto
//   message_authenticator            if-present | required
//   secrets                          further shared secrets, sealed (kSealedPrefix and hex)
//   nas_identifiers                  the NAS-Identifiers that belong to it
//   radsec                           who may come over TLS, radsec_settings.h
//   replies                          reply_rules.h
//   eap                              eap_settings.h
//   session_class, disconnect        true | false
//   simultaneous_use                 0 (any number) to 1000
//   coa_port, coa_secret             where and how its NAS take Disconnect and CoA requests
// An unknown or ill-typed one is a problem and takes its safe default: otp append,
// message_authenticator required, no EAP. mfa_support: false means that nothing is cut off a
// password and, unless `otp` is given, that no code is asked for: who needs one is refused.
// References are the caller's. Thread: pure.

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "core/access/catalog.h"

namespace postern::core {

// What seals a shared secret: a blob opens as nothing else.
inline constexpr std::string_view kSharedSecretContext = "radius-secret";
inline constexpr std::string_view kSealedPrefix = "sealed:";

void read_radius_provider(const boost::json::object& row, const GroupOfRule& group,
                          RadiusProvider& provider, std::vector<std::string>& problems);

}  // namespace postern::core
