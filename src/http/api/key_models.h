#pragma once
// Models of keys as stages name them: an AAGUID each. Thread: one answer's.

#include "core/model/model.h"

namespace postern::http {

// [{aaguid, description}] of an array of AAGUIDs; a model that has no name here is named by its
// key.
core::Value show_key_models(const core::Value& aaguids);

}  // namespace postern::http
