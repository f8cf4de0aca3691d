#pragma once
// Identifiers of stored objects. Users, groups (num_pk) and providers have integer keys, as in
// authentik; everything else is known by a UUID in canonical text form.

#include <cstdint>
#include <string>

namespace postern::core {

using UserId = std::int64_t;       // users.pk, > 0
using GroupNumber = std::int64_t;  // groups.num_pk, > 0
using ProviderId = std::int64_t;   // providers.pk, > 0
using Uuid = std::string;          // 36 lower-case characters

}  // namespace postern::core
