#pragma once
// Objects: the one way to change stored objects. It validates attrs against the Model, fills
// defaults, runs the model's hook (password -> hash, key -> verifier or sealed blob, numbers, group
// cycles) and writes through a Transaction. Blueprints, commands, imports, LDAP writes and the HTTP
// API all come through here, so a rule is written once.
//
// attrs hold v3 API names; references are pks (integer or uuid text). A user may be given `groups`
// and `permissions`; `password`, `key` and `token` are consumed here and never stored in clear.
// With keep_matching, `password`, `key` and `token` are written only when the stored one does not
// verify (blueprints: re-applying must not bump the credential generation).
//
// Errors: Outcome with field and sentence; StoreError of kind duplicate/foreign_key becomes an
// Error, others pass through. Thread: as the Transaction. Slow: a password costs one slow hash.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/credentials/password_hash.h"
#include "core/credentials/sealer.h"
#include "core/outcome.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/ports/store.h"

namespace postern::core {

struct ObjectTools {
  const PasswordHasher& hasher;
  const Sealer& sealer;
  Random& random;
  const Clock& clock;
  // Rules that core cannot know (a base DN must parse as one). Gives a sentence, or nothing.
  std::function<std::optional<std::string>(const Model&, std::string_view field, const Value&)>
      check;
  // The normal form of a DN; equal names have equal ones. Without it texts are compared, in lower
  // case.
  std::function<std::string(std::string_view)> normal_dn = {};
};

struct WriteOptions {
  bool keep_matching = false;
  // Imports and restores: fields set by the server (uuid, numbers, hashes, times) may be given.
  bool trusted = false;
};

// What a write did, for `--dry-run`, the log and events: field -> {"old":..., "new":...}, secrets
// as
// "(changed)".
struct Written {
  Value pk;
  bool created = false;
  boost::json::object changes;
  // What was generated because it was not given: a token's key, a TOTP device's key (octets). The
  // only moment it is known.
  std::optional<Secret> generated;
  bool changed() const noexcept { return created || !changes.empty(); }
};

class Objects {
 public:
  Objects(Transaction& transaction, const ObjectTools& tools)
      : transaction_(transaction), tools_(tools) {}
  Objects(Transaction& transaction, ObjectTools&& tools) = delete;  // tools outlive this

  Outcome<Written> create(const Model& model, const Object& attrs, WriteOptions options = {});
  Outcome<Written> update(const Model& model, const Value& pk, const Object& attrs,
                          WriteOptions options = {});
  Outcome<Done> erase(const Model& model, const Value& pk);

  // Objects whose fields equal `identifiers`; `key` and `token` are looked up by their stored form.
  Outcome<std::vector<Object>> find(const Model& model, const Object& identifiers);

  // Exactly one object by its natural name (username, slug, name, identifier), or not_found.
  Outcome<Object> by_name(const Model& model, std::string_view name);

 private:
  Transaction& transaction_;
  const ObjectTools& tools_;
};

// For show and list: the object without kSecret fields, times as RFC 3339 text.
Object presentable(const Model& model, const Object& stored);

}  // namespace postern::core
