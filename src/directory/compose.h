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
// `postern:...`). Of a declared type only values that fit it are shown; binary ones (and
// photographs, certificates) are base64 in the store, with or without a `data:` prefix.
//
// An entry is taken once and then written for each layout. Where a layout maps an attribute, the
// map wins over what is built in and what is custom. Thread: one Composer per thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/projection.h"
#include "directory/layout.h"
#include "directory/profile.h"
#include "directory/values.h"

namespace postern::directory {

// What follows from the groups an entry is in.
struct Closure {
  std::vector<EntryId> direct;  // ascending
  std::vector<EntryId> nested;  // ascending, direct ones included
  bool superuser = false;       // through any of them
};

class Composer {
 public:
  // `intern` gives the id of an attribute that the schema does not know, by its name. `types` are
  // the declared ones; they must outlive this.
  Composer(std::function<AttributeId(std::string_view)> intern,
           const std::vector<CustomType>& types);

  // What the next records are made of; it must outlive them. False = the name cannot be part of a
  // DN.
  bool take(const core::StoredUser& user, const Closure& closure);
  bool take(const core::StoredGroup& group, const Closure& closure);
  // The record in one layout; valid until the next call.
  std::string_view record(const Layout& layout);

 private:
  struct Attribute {
    AttributeId id = 0;
    std::string type;
    std::vector<std::string> values;
    bool custom = false;
  };
  using Attributes = std::vector<Attribute>;

  void start(EntryKind kind, const std::string& name, const Closure& closure);
  void set(AttributeId id, std::vector<std::string> values);
  void set_operational(const std::string& uuid, core::WallMs created, core::WallMs updated);
  void set_custom(const boost::json::object& attributes, const std::string* username);
  std::optional<Attribute> custom(std::string_view key, const boost::json::value& value,
                                  const std::string* username);
  const CustomType* declared(std::string_view name) const;
  void shape(const Layout& layout);
  void map(const MappedAttribute& mapped, const Facts& facts);

  const std::function<AttributeId(std::string_view)> intern_;
  const std::vector<CustomType>& types_;
  Facts facts_;
  EntryKind kind_ = EntryKind::user;
  std::string_view name_;
  const Closure* closure_ = nullptr;
  RecordHeader header_;    // flags and times
  Attributes attributes_;  // user attributes in order
  Attributes operational_;
  Attributes shaped_;  // of the layout at hand
  std::string rdn_;
  RecordBuilder builder_;
};

}  // namespace postern::directory
