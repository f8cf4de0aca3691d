#pragma once
// Validation of attrs against a Model: known fields, types, choices, existing references; the
// result is in stored form. Thread: as the Transaction.

#include "core/objects/objects.h"

namespace postern::core {

// Only the fields in attrs, in stored form; virtual fields pass through as text.
Outcome<Object> normalise(Transaction& transaction, const ObjectTools& tools, const Model& model,
                          const Object& attrs, bool trusted);

// Fills the defaults of fields that are not there yet; an Error names a required one that is
// missing.
Outcome<Done> complete(const Model& model, Object& object);

}  // namespace postern::core
