#pragma once
// What a write of each model means beyond its fields: passwords are hashed, keys sealed or turned
// into verifiers, numbers allocated, group cycles refused. Each hook sees the stored object (empty
// at creation) and edits `fields`, the normalised fields about to be written; virtual ones are
// removed. Thread: as the Transaction.

#include "core/objects/objects.h"

namespace postern::core {

struct HookContext {
  Transaction& transaction;
  const ObjectTools& tools;
  const WriteOptions& options;
  const Object* stored;  // nullptr at creation
  std::optional<Secret>& generated;
};

Outcome<Done> run_hook(const Model& model, const HookContext& context, Object& fields);

// The stored form of a virtual identifier, for lookups: {"key": ...} -> {"verifier": ...}.
Outcome<Object> stored_identifiers(const Model& model, const ObjectTools& tools,
                                   const Object& identifiers);

}  // namespace postern::core
