#pragma once
// Projections: the stored rows that the Directory is made of, typed. What a user's entry and login
// record need travels together, so that one read of the Store gives a consistent whole.

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/credentials/token_scope.h"
#include "core/ids.h"
#include "core/time.h"

namespace postern::core {

struct StoredToken {
  Uuid pk;
  std::string intent;  // app_password and network_password alone are projected
  std::string identifier;
  std::string key_id;    // "" = key given by hand
  std::string verifier;  // 32 octets: SHA-256 of the whole key
  std::string sealed;    // network_password: the sealed blob, octets
  WallMs expires = 0;    // 0 = never
  TokenScope scope;
};

struct StoredTotp {
  Uuid pk;
  std::string sealed_key;  // sealed blob, octets
  int digits = 6;
  int step = 30;
  bool confirmed = true;
};

struct StoredStaticCode {
  Uuid pk;
  std::string verifier;  // 32 octets: keyed hash of the code
  int length = 12;
};

struct StoredStatic {
  Uuid pk;
  bool confirmed = true;
  std::vector<StoredStaticCode> codes;  // unused ones
};

struct StoredUser {
  UserId pk = 0;
  Uuid uuid;
  std::string username, name, email, path, type;
  bool is_active = true;
  bool password_must_change = false;
  boost::json::object attributes;
  WallMs created = 0, updated = 0, password_changed = 0, sessions_revoked = 0;
  WallMs not_before = 0, not_after = 0;
  std::int64_t uid_number = 0, gid_number = 0;
  std::string password_hash;  // PHC or {SCHEME} text, "" = unusable
  std::uint64_t generation = 0;
  std::vector<std::string> permissions;
  std::vector<GroupNumber> groups;  // direct, ascending
  std::vector<StoredToken> tokens;
  std::vector<StoredTotp> totp;
  std::vector<StoredStatic> statics;
  std::uint8_t other_devices = 0;  // bits of DeviceClass: confirmed ones that give no codes
};

struct StoredGroup {
  GroupNumber num_pk = 0;
  Uuid uuid;
  std::string name;
  bool is_superuser = false;
  boost::json::object attributes;
  WallMs created = 0, updated = 0;
  std::int64_t gid_number = 0;
  std::vector<GroupNumber> parents;   // direct, ascending
  std::vector<GroupNumber> children;  // direct, ascending
  std::vector<UserId> members;        // direct, ascending
};

// All configuration objects, for the Catalog: (model name, object in stored form with "pk"), plus
// the object-level grants. Serialised by the Directory as one JSON text.
struct StoredConfig {
  boost::json::array objects;      // [{"model": ..., "object": {...}}]
  boost::json::array permissions;  // [{"permission","model","object","user"}]
};

}  // namespace postern::core
