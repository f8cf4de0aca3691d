#pragma once
// The packed login record: what the credentials table holds under a user's id. The generation lies
// in front, so that asking for it alone costs one lookup; behind the record lie the keys of the
// names table, so that a change of them is seen. Holds hashes and sealed blobs: it is read by
// logins only. Thread: pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/login_record.h"
#include "core/model/projection.h"
#include "directory/compose.h"

namespace postern::directory {

void pack_login(const core::StoredUser& user, const Closure& closure,
                const std::vector<std::string>& names, std::string& out);
// false = not a packed record. Fields of `out` keep their capacity.
bool unpack_login(std::string_view packed, core::LoginRecord& out);
std::uint64_t packed_generation(std::string_view packed) noexcept;
std::vector<std::string> packed_names(std::string_view packed);

// Key of the names table, in `out`; false = no such name can exist (empty, too long).
bool name_key(char kind, std::string_view name, std::string& out);
inline constexpr char kUsername = 'u', kEmail = 'e', kUpn = 'p';
// All names that a user may log in by.
std::vector<std::string> login_names(const core::StoredUser& user);

}  // namespace postern::directory
