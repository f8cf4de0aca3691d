#pragma once
// Objects: the one way to change stored objects. It validates attrs against the Model, fills defaults,
// runs the model's hook (password -> hash, key -> verifier or sealed blob, numbers, group cycles) and
// writes through a Transaction. Blueprints, commands, imports, LDAP writes and the HTTP API all come
// through here, so a rule is written once.
//
// attrs hold v3 API names; references are pks (integer or uuid text). A user may be given `groups` and
// `permissions`; `password`, `key` and `token` are consumed here and never stored in clear.
// With keep_matching, `password`, `key` and `token` are written only when the stored one does not
// verify (blueprints: re-applying must not bump the credential generation).
//
// Errors: Outcome with field and sentence; StoreError of kind duplicate/foreign_key becomes an Error,
// others pass through. Thread: as the Transaction. Slow: a password costs one slow hash.

#include <string>
#include <string_view>

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
};

struct WriteOptions {
  bool keep_matching = false;
};

// What a write did, for `--dry-run`, the log and events: field -> {"old":..., "new":...}, secrets as
// "(changed)".
struct Written {
  Value pk;
  bool created = false;
  boost::json::object changes;
  bool changed() const noexcept { return created || !changes.empty(); }
};

class Objects {
 public:
  Objects(Transaction& transaction, const ObjectTools& tools)
      : transaction_(transaction), tools_(tools) {}

  Outcome<Written> create(const Model& model, const Object& attrs, WriteOptions options = {});
  Outcome<Written> update(const Model& model, const Value& pk, const Object& attrs,
                          WriteOptions options = {});
  Outcome<Done> erase(const Model& model, const Value& pk);

  // Exactly one object by its natural name (username, slug, name, identifier), or not_found.
  Outcome<Object> by_name(const Model& model, std::string_view name);

 private:
  Transaction& transaction_;
  const ObjectTools& tools_;
};

// For show and list: the object without kSecret fields, times as RFC 3339 text.
Object presentable(const Model& model, const Object& stored);

}  // namespace postern::core
