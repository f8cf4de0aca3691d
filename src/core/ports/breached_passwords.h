#pragma once
// BreachedPasswords: how often a password is in a list of those that have leaked. The list is a
// file of the administrator's, named by the policy; nobody outside is asked. Thread-safe; blocks on
// a few reads: hash lane only. Errors: nothing = the list cannot be read.

#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::core {

class BreachedPasswords {
 public:
  virtual ~BreachedPasswords() = default;
  // `sha1`: 40 capital hex digits of the password's SHA-1.
  virtual std::optional<std::uint64_t> count(std::string_view list,
                                             std::string_view sha1) const = 0;
};

}  // namespace postern::core
