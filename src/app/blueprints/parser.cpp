#include <algorithm>
#include <array>
#include <set>

#include "app/blueprints/blueprint.h"
#include "app/blueprints/tags.h"
#include "app/config/nearest.h"
#include "app/config/setting_values.h"

namespace postern::app {
namespace {

using std::string_view;

constexpr std::array<string_view, 4> kTopKeys{"version", "metadata", "context", "entries"};
constexpr std::array<string_view, 2> kMetadataKeys{"name", "labels"};
constexpr std::array<string_view, 7> kEntryKeys{"model",       "state", "id",         "conditions",
                                                "identifiers", "attrs", "permissions"};
constexpr std::array<string_view, 3> kPermissionKeys{"permission", "user", "role"};
constexpr std::array<string_view, 4> kStates{"present", "created", "must_created", "absent"};
constexpr string_view kInstantiate = "blueprints.goauthentik.io/instantiate";

const YamlNode kNothing;

class Parser {
 public:
  explicit Parser(const std::string& file) { out_.file = file; }

  std::variant<Blueprint, FileErrors> run(const YamlNode& root) {
    if (!root.is_map() || !root.tag.empty()) {
      error(root.mark, "a blueprint is a map with version, metadata, context and entries");
      return std::move(errors_);
    }
    known_keys(root, kTopKeys, "a blueprint");
    version(root);
    metadata(member(root, "metadata"));
    context(member(root, "context"));
    entries(root);
    if (!errors_.empty()) return sorted();
    return std::move(out_);
  }

 private:
  void error(Mark mark, std::string text) {
    errors_.push_back({out_.file, mark.line, mark.column, std::move(text)});
  }

  FileErrors sorted() {
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const FileError& a, const FileError& b) { return a.line < b.line; });
    return std::move(errors_);
  }

  static const YamlNode& member(const YamlNode& map, string_view key) {
    const YamlNode* found = map.find(key);
    return found == nullptr ? kNothing : *found;
  }

  template <std::size_t N>
  void known_keys(const YamlNode& map, const std::array<string_view, N>& known, string_view where) {
    for (const YamlMember& item : map.members) {
      if (std::find(known.begin(), known.end(), item.key) != known.end()) continue;
      error(item.mark, "unknown key " + in_quotes(item.key) + " in " + std::string(where) +
                           suggestion(item.key, known));
    }
  }

  // A map or nothing, without a tag.
  bool map_or_nothing(const YamlNode& node, string_view name) {
    if (node.tag.empty() && (node.is_map() || node.is_null())) return true;
    error(node.mark, "`" + std::string(name) + "` has to be a map");
    return false;
  }

  bool list_or_nothing(const YamlNode& node, string_view name) {
    if (node.tag.empty() && (node.is_sequence() || node.is_null())) return true;
    error(node.mark, "`" + std::string(name) + "` has to be a list");
    return false;
  }

  void tags(const YamlNode& node) { check_tags(node, TagScope{out_.file, ids_, errors_}); }

  void version(const YamlNode& root) {
    const YamlNode* node = root.find("version");
    if (node == nullptr) return error(root.mark, "`version` is missing; write `version: 1`");
    if (!node->is_scalar() || !node->tag.empty() || node->text != "1") {
      error(node->mark, "`version` has to be 1");
    }
  }

  void metadata(const YamlNode& node) {
    if (!map_or_nothing(node, "metadata")) return;
    known_keys(node, kMetadataKeys, "`metadata`");
    const YamlNode& name = member(node, "name");
    if (!name.is_null() && (!name.is_scalar() || !name.tag.empty())) {
      error(name.mark, "`metadata.name` has to be text");
    }
    out_.name = name.text;
    const YamlNode& labels = member(node, "labels");
    if (!map_or_nothing(labels, "metadata.labels")) return;
    for (const YamlMember& label : labels.members) {
      if (!label.value.is_scalar() || !label.value.tag.empty()) {
        error(label.value.mark, "a label has to be text");
      } else if (label.key == kInstantiate) {
        out_.instantiate = parse_switch(label.value.text).value_or(true);
      }
    }
  }

  void context(const YamlNode& node) {
    if (!map_or_nothing(node, "context")) return;
    tags(node);
    out_.context = node;
  }

  void entries(const YamlNode& root) {
    const YamlNode* node = root.find("entries");
    if (node == nullptr) return error(root.mark, "`entries` is missing");
    if (node->is_map() && node->tag.empty()) {
      for (const YamlMember& part : node->members) {
        if (list_or_nothing(part.value, "entries")) list(part.value);
      }
      return;
    }
    if (!list_or_nothing(*node, "entries")) return;
    list(*node);
  }

  void list(const YamlNode& node) {
    for (const YamlNode& item : node.items) entry(item);
  }

  void entry(const YamlNode& node) {
    if (!node.is_map() || !node.tag.empty()) {
      return error(node.mark, "an entry has to be a map with model and identifiers");
    }
    known_keys(node, kEntryKeys, "an entry");
    BlueprintEntry entry;
    entry.mark = node.mark;
    model(node, entry);
    state(node, entry);
    conditions(node, entry);
    identifiers(node, entry);
    attrs(node, entry);
    permissions(node, entry);
    id(node, entry);  // last: an entry does not refer to itself
    out_.entries.push_back(std::move(entry));
  }

  void model(const YamlNode& node, BlueprintEntry& entry) {
    const YamlNode& name = member(node, "model");
    if (name.is_null()) return error(node.mark, "the entry has no `model`");
    if (!name.is_scalar() || !name.tag.empty()) return error(name.mark, "`model` has to be text");
    entry.model = core::find_model(name.text);
    if (entry.model == nullptr) error(name.mark, unknown_model(name.text));
  }

  void state(const YamlNode& node, BlueprintEntry& entry) {
    const YamlNode& name = member(node, "state");
    if (name.is_null()) return;
    const auto found = std::find(kStates.begin(), kStates.end(), name.text);
    if (!name.is_scalar() || !name.tag.empty() || found == kStates.end()) {
      return error(name.mark, "`state` is " + in_quotes(name.text) +
                                  "; allowed is present, created, must_created or absent");
    }
    entry.state = static_cast<EntryState>(found - kStates.begin());
  }

  void id(const YamlNode& node, BlueprintEntry& entry) {
    const YamlNode& name = member(node, "id");
    if (name.is_null()) return;
    if (!name.is_scalar() || !name.tag.empty() || name.text.empty()) {
      return error(name.mark, "`id` has to be text");
    }
    if (!ids_.insert(name.text).second) {
      return error(name.mark, "id " + in_quotes(name.text) + " is there twice");
    }
    entry.id = name.text;
  }

  void conditions(const YamlNode& node, BlueprintEntry& entry) {
    const YamlNode& list = member(node, "conditions");
    if (!list_or_nothing(list, "conditions")) return;
    tags(list);
    entry.conditions = list;
  }

  void identifiers(const YamlNode& node, BlueprintEntry& entry) {
    const YamlNode& map = member(node, "identifiers");
    if (!map_or_nothing(map, "identifiers")) return;
    if (map.members.empty()) {
      const Mark mark = map.mark.line > 0 ? map.mark : node.mark;
      return error(mark, "the entry has no `identifiers`, so nothing says which object is meant");
    }
    tags(map);
    if (entry.model != nullptr) {
      for (const YamlMember& item : map.members) identifier(item, *entry.model);
    }
    entry.identifiers = map;
  }

  void identifier(const YamlMember& item, const core::Model& model) {
    if (item.key == "pk") return;
    const core::Field* field = model.field(item.key);
    const bool secret = item.key == "password";
    const bool usable = field != nullptr && field->home != core::Home::link && !secret &&
                        !(field->flags & (core::kReadOnly | core::kSecret));
    if (usable) return;
    std::vector<string_view> names{"pk"};
    for (const string_view name : writable_fields(model)) {
      if (model.field(name)->home != core::Home::link && name != "password") names.push_back(name);
    }
    error(item.mark, std::string(model.name) + " cannot be identified by " + in_quotes(item.key) +
                         suggestion(item.key, names));
  }

  void attrs(const YamlNode& node, BlueprintEntry& entry) {
    const YamlNode& map = member(node, "attrs");
    if (!map_or_nothing(map, "attrs")) return;
    tags(map);
    if (entry.model != nullptr) {
      for (const YamlMember& item : map.members) attribute(item, *entry.model);
    }
    entry.attrs = map;
  }

  void attribute(const YamlMember& item, const core::Model& model) {
    const core::Field* field = model.field(item.key);
    if (field == nullptr || (field->flags & core::kSecret)) {
      return error(item.mark, std::string(model.name) + " has no field " + in_quotes(item.key) +
                                  suggestion(item.key, writable_fields(model)));
    }
    if (field->flags & core::kReadOnly) {
      error(item.mark, "`" + item.key + "` is set by the server and cannot be given");
    }
  }

  void permissions(const YamlNode& node, BlueprintEntry& entry) {
    const YamlNode& list = member(node, "permissions");
    if (!list_or_nothing(list, "permissions")) return;
    if (!list.is_null() && entry.state == EntryState::absent) {
      return error(list.mark, "an entry with state absent has no `permissions`");
    }
    tags(list);
    for (const YamlNode& item : list.items) permission(item);
    entry.permissions = list;
  }

  void permission(const YamlNode& item) {
    if (!item.is_map() || !item.tag.empty()) {
      return error(item.mark, "a permission is a map with permission and user");
    }
    known_keys(item, kPermissionKeys, "a permission");
    if (const YamlNode* role = item.find("role"); role != nullptr && !role->is_null()) {
      error(role->mark, "roles are not supported by this version; give the permission to a `user`");
    }
    if (member(item, "permission").is_null())
      error(item.mark, "the permission has no `permission`");
    if (member(item, "user").is_null()) error(item.mark, "the permission has no `user`");
  }

  Blueprint out_;
  FileErrors errors_;
  std::set<std::string> ids_;
};

}  // namespace

std::variant<Blueprint, FileErrors> parse_blueprint(std::string_view text,
                                                    const std::string& file) {
  auto read = read_yaml(text, file);
  if (auto* error = std::get_if<FileError>(&read)) return FileErrors{*error};
  return Parser(file).run(std::get<YamlNode>(read));
}

}  // namespace postern::app
