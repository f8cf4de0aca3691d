#pragma once
// The rules of objects that core leaves to its composition: base DNs must parse (RFC 4514), and the
// profile of an LDAP provider must be there. Pure; thread-safe.

#include <optional>
#include <string>
#include <string_view>

#include "app/profiles/profiles.h"
#include "core/model/model.h"

namespace postern::app {

// What is wrong, or nothing.
std::optional<std::string> check_field(const core::Model& model, std::string_view field,
                                       const core::Value& value, const ProfileSet& profiles);

// The normal form of a DN: equal names have equal ones. A text that is no DN stands for itself.
std::string normal_dn(std::string_view text);

}  // namespace postern::app
