#pragma once
// ProfileSet: all client profiles of this node: those built in, then those of the administrator's
// folders; a file there replaces a built-in profile of the same name. A file with an error is left
// out (its built-in namesake stays) and the error told.
//
// Blocking (reads files). The value is immutable afterwards.

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/profiles/profile_file.h"

namespace postern::app {

struct ProfileSet {
  std::vector<ClientProfile> profiles;  // by name
  FileErrors errors;

  const ClientProfile* find(std::string_view name) const noexcept;
  std::string names() const;  // "a, b, c"
};

ProfileSet load_profiles(std::span<const std::filesystem::path> folders);

// What the read model takes of them.
std::shared_ptr<const directory::Shapes> shapes_of(const ProfileSet& set, const Config& config);

}  // namespace postern::app
