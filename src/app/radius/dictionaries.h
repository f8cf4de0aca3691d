#pragma once
// The dictionary of this node: the built-in files, then those that the configuration names
// (radius.dictionaries), which may define more or anew. $INCLUDE takes paths from the including
// file's folder. Errors: StateError names file and line. Thread: pure.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.h"
#include "outpost/radius/reply_book.h"
#include "protocols/radius/dictionary.h"

namespace postern::app {

radius::Dictionary load_dictionaries(const std::vector<std::filesystem::path>& files);

// The rule of objects that core leaves to its composition: replies of a RADIUS provider can be
// sent.
std::optional<std::string> check_replies(const outpost::ReplyBook& book, const core::Model& model,
                                         std::string_view field, const core::Value& value);

}  // namespace postern::app
