#pragma once
// Compose: stored users and groups -> records. This is where the attributes of an entry are
// decided; everything else only carries them. Source: reference behaviour of authentik's LDAP
// outpost with its gaps closed (uid is the username, givenName, loginShell, memberUid,
// uniqueMember, entryUUID), RFC 4519, 2307, 2798, 4530.
//
// Custom attributes: `/` becomes `-`, `.` is dropped; lists are multi-valued, nulls and nested
// objects left out, booleans TRUE/FALSE, numbers plain, `%s` in a user's text is the username. They
// replace a built-in attribute of the same name, except names, DNs, ids, object classes and
// operational ones. Never published: passwords in any spelling, settings (`goauthentik.io/...`,
// `postern:...`).
//
// Thread: one Composer per thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/projection.h"
#include "directory/record.h"

namespace postern::directory {

// What follows from the groups an entry is in.
struct Closure {
  std::vector<EntryId> direct;  // ascending
  std::vector<EntryId> nested;  // ascending, direct ones included
  bool superuser = false;       // through any of them
};

class Composer {
 public:
  // `intern` gives the id of an attribute that the schema does not know, by its lower-case name.
  explicit Composer(std::function<AttributeId(std::string_view)> intern)
      : intern_(std::move(intern)) {}

  // The record; valid until the next call. Empty = the name cannot be part of a DN.
  std::string_view user(const core::StoredUser& user, const Closure& closure);
  std::string_view group(const core::StoredGroup& group, const Closure& closure);

 private:
  struct Attribute {
    AttributeId id = 0;
    std::string type;
    std::vector<std::string> values;
  };

  void start();
  void set(AttributeId id, std::vector<std::string> values);
  void set_operational(const std::string& uuid, core::WallMs created, core::WallMs updated);
  void set_custom(const boost::json::object& attributes, const std::string* username);
  std::optional<Attribute> custom(std::string_view key, const boost::json::value& value,
                                  const std::string* username);
  std::string_view build(EntryKind kind, EntryId id, bool superuser, std::string_view name,
                         const Closure& closure);

  std::function<AttributeId(std::string_view)> intern_;
  std::vector<Attribute> attributes_;  // user attributes in order
  std::vector<Attribute> operational_;
  RecordBuilder builder_;
  std::uint32_t created_ = 0, updated_ = 0;  // seconds
  bool inactive_ = false;
};

// "20260131120000Z"
std::string generalized_time(std::uint32_t seconds);

}  // namespace postern::directory
