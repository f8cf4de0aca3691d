#pragma once
// The tags of blueprints and their shapes. check_tags looks at a whole subtree before anything
// runs, so that the evaluator meets well-formed tags only.
//
//   !KeyOf id                          !Context key            !Context [key, default]
//   !Find [model, [field, value]...]   !Env NAME               !Env [NAME, default]
//   !FindObject [model, [f, v]...]     !File path              !File [path, default]
//   !Format [text, argument...]        !Condition [AND, value...]  (NAND OR NOR XOR XNOR)
//   !If condition                      !If [condition, then, else]
//   !AtIndex [value, index]            !AtIndex [value, index, default]
//   !ParseJSON text                    !Enumerate [list, SEQ|MAP, item]   !Index depth   !Value
//   depth
//
// Pure; thread-safe.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/file_error.h"
#include "app/config/yaml_reader.h"
#include "core/model/model.h"

namespace postern::app {

enum class Tag {
  key_of,
  find,
  find_object,
  context,
  env,
  file,
  format,
  condition,
  if_,
  at_index,
  parse_json,
  enumerate,
  index,
  value,
};

std::optional<Tag> tag_of(const YamlNode& node) noexcept;

// What a tag may refer to at the place where it stands.
struct TagScope {
  const std::string& file;
  const std::set<std::string>& ids;  // of earlier entries
  FileErrors& errors;
};

void check_tags(const YamlNode& node, const TagScope& scope);

// "model x is not one of this version; ..." with the nearest or all supported ones.
std::string unknown_model(std::string_view name);
// Fields that may be given: no read-only, no secret ones.
std::vector<std::string_view> writable_fields(const core::Model& model);

}  // namespace postern::app
