#pragma once
// ClientProfile: one file of config/profiles or of the administrator's own folder: how entries look
// to one kind of client (directory::Profile), and the searches and binds that such a client makes,
// so that `postern profile test` can make them. config/profiles/README.md describes the format.
//
// parse_profile collects every error of the file at once, each with its line. Pure; thread-safe.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config/file_error.h"
#include "directory/profile.h"
#include "protocols/ldap/message.h"

namespace postern::app {

// One search or bind of a client. Texts have placeholders, see placeholder names.
struct ProfileCheck {
  enum class Expected { one, some, none };

  std::string what;       // "finds a user by login name"
  std::string otherwise;  // what it means for the client when it fails
  std::string bind;       // a bind name; empty = a search
  std::string base = "%(base)s";
  ldap::Scope scope = ldap::Scope::sub;
  std::string filter = "(objectClass=*)";
  std::vector<std::string> attributes;  // asked for; empty = all
  Expected expected = Expected::one;
  std::vector<std::string> has;  // attributes that the first entry must have
  std::string dn;                // the DN that the first entry must have; empty = any
};

// %(username)s %(email)s %(uid_number)s %(gid_number)s %(user_dn)s %(group)s %(group_dn)s
// %(group_gid)s %(users)s %(groups)s (DNs of the containers) %(base)s %(domain)s
inline constexpr std::string_view kPlaceholders[] = {
    "username", "email",     "uid_number", "gid_number", "user_dn", "group",
    "group_dn", "group_gid", "users",      "groups",     "base",    "domain"};

struct ClientProfile {
  directory::Profile shape;
  std::vector<ProfileCheck> checks;
  std::string file;  // where it comes from
  std::string text;  // as written
};

std::variant<ClientProfile, FileErrors> parse_profile(std::string_view text,
                                                      const std::string& file);

}  // namespace postern::app
