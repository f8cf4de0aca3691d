#pragma once
// Blueprint: one file of objects to have, in authentik's format, parsed but not yet evaluated: tags
// (`!Find`, `!KeyOf`, ...) are resolved against the open transaction when their entry's turn comes.
//
// parse_blueprint checks everything that needs no database and collects all errors of the file:
// shape, unknown keys, models and fields that do not exist, fields set by the server, malformed
// tags, `!KeyOf` of an id that no earlier entry has.
//
// A value; thread-safe. Source: authentik's blueprint format, version 1.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config/file_error.h"
#include "app/config/yaml_reader.h"
#include "core/model/model.h"

namespace postern::app {

enum class EntryState { present, created, must_created, absent };

struct BlueprintEntry {
  Mark mark;
  const core::Model* model = nullptr;
  EntryState state = EntryState::present;
  std::string id;        // "" = none
  YamlNode conditions;   // sequence or null
  YamlNode identifiers;  // map, never empty
  YamlNode attrs;        // map or null
  YamlNode permissions;  // sequence or null
};

struct Blueprint {
  std::string file;
  std::string name;
  bool instantiate = true;  // label blueprints.goauthentik.io/instantiate
  YamlNode context;         // map or null: defaults
  std::vector<BlueprintEntry> entries;
};

std::variant<Blueprint, FileErrors> parse_blueprint(std::string_view text, const std::string& file);

}  // namespace postern::app
