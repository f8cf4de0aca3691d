#include "app/blueprints/tags.h"

#include <algorithm>
#include <array>
#include <vector>

#include "app/config/nearest.h"
#include "app/config/setting_values.h"

namespace postern::app {
namespace {

struct TagName {
  std::string_view name;
  Tag tag;
};

constexpr std::array<TagName, 14> kTags{{{"!KeyOf", Tag::key_of},
                                         {"!Find", Tag::find},
                                         {"!FindObject", Tag::find_object},
                                         {"!Context", Tag::context},
                                         {"!Env", Tag::env},
                                         {"!File", Tag::file},
                                         {"!Format", Tag::format},
                                         {"!Condition", Tag::condition},
                                         {"!If", Tag::if_},
                                         {"!AtIndex", Tag::at_index},
                                         {"!ParseJSON", Tag::parse_json},
                                         {"!Enumerate", Tag::enumerate},
                                         {"!Index", Tag::index},
                                         {"!Value", Tag::value}}};

class Checker {
 public:
  explicit Checker(const TagScope& scope) : scope_(scope) {}

  void node(const YamlNode& node) {
    if (!node.tag.empty()) shape(node);
    for (const YamlNode& item : node.items) this->node(item);
    for (const YamlMember& member : node.members) this->node(member.value);
  }

 private:
  void error(const YamlNode& node, std::string text) {
    scope_.errors.push_back({scope_.file, node.mark.line, node.mark.column, std::move(text)});
  }

  bool require(const YamlNode& node, bool fine, std::string_view form) {
    if (!fine) error(node, node.tag + " is written " + std::string(form));
    return fine;
  }

  static bool is_word(const YamlNode& node) {
    return node.is_scalar() && node.tag.empty() && !node.text.empty();
  }
  // `!Tag word`, as the tag itself is on the node.
  static bool is_bare(const YamlNode& node) { return node.is_scalar() && !node.text.empty(); }

  static bool has_items(const YamlNode& node, std::size_t least, std::size_t most) {
    return node.is_sequence() && node.items.size() >= least && node.items.size() <= most;
  }

  void shape(const YamlNode& node) {
    const auto tag = tag_of(node);
    if (!tag) return unknown(node);
    constexpr std::size_t kMany = kMaxYamlNodes;
    switch (*tag) {
      case Tag::key_of:
        return key_of(node);
      case Tag::find:
      case Tag::find_object:
        return find(node);
      case Tag::context:
      case Tag::env:
      case Tag::file:
        require(node, is_bare(node) || (has_items(node, 1, 2) && is_word(node.items[0])),
                node.tag + " name or " + node.tag + " [name, default]");
        return;
      case Tag::format:
        require(node, has_items(node, 1, kMany), "!Format [text, argument, ...]");
        return;
      case Tag::condition:
        return condition(node);
      case Tag::if_:
        require(node, node.is_scalar() || has_items(node, 1, 1) || has_items(node, 3, 3),
                "!If condition or !If [condition, then, else]");
        return;
      case Tag::at_index:
        require(node, has_items(node, 2, 3),
                "!AtIndex [value, index] or !AtIndex [value, index, default]");
        return;
      case Tag::parse_json:
        require(node, node.is_scalar() || has_items(node, 1, 1), "!ParseJSON text");
        return;
      case Tag::enumerate:
        require(node,
                has_items(node, 3, 3) && is_word(node.items[1]) &&
                    (node.items[1].text == "SEQ" || node.items[1].text == "MAP"),
                "!Enumerate [list or map, SEQ or MAP, item]");
        return;
      case Tag::index:
      case Tag::value:
        require(node, node.is_scalar() && parse_whole(node.text).value_or(-1) >= 0,
                node.tag + " depth, with 0 for the innermost !Enumerate");
        return;
    }
  }

  void unknown(const YamlNode& node) {
    std::vector<std::string_view> names;
    for (const TagName& known : kTags) names.push_back(known.name);
    error(node, "unknown tag " + in_quotes(node.tag) + suggestion(node.tag, names));
  }

  void key_of(const YamlNode& node) {
    if (!require(node, is_bare(node), "!KeyOf id")) return;
    if (scope_.ids.contains(node.text)) return;
    const std::vector<std::string_view> ids(scope_.ids.begin(), scope_.ids.end());
    std::string text = "!KeyOf " + in_quotes(node.text) + ": no entry above has this id";
    if (!ids.empty()) text += suggestion(node.text, ids);
    error(node, text);
  }

  void condition(const YamlNode& node) {
    static constexpr std::array<std::string_view, 6> kModes{"AND", "NAND", "OR",
                                                            "NOR", "XOR",  "XNOR"};
    constexpr std::string_view kForm = "!Condition [AND|NAND|OR|NOR|XOR|XNOR, value, ...]";
    const bool fine = node.is_sequence() && node.items.size() >= 2 && is_word(node.items[0]);
    if (!require(node, fine, kForm)) return;
    const auto found = std::find(kModes.begin(), kModes.end(), node.items[0].text);
    require(node.items[0].tag.empty() ? node : node.items[0], found != kModes.end(), kForm);
  }

  void find(const YamlNode& node) {
    const std::string form = node.tag + " [model, [field, value], ...]";
    const bool fine = node.is_sequence() && node.items.size() >= 2 && is_word(node.items[0]);
    if (!require(node, fine, form)) return;
    const core::Model* model = core::find_model(node.items[0].text);
    if (model == nullptr) return error(node.items[0], unknown_model(node.items[0].text));
    for (std::size_t i = 1; i < node.items.size(); ++i) {
      const YamlNode& pair = node.items[i];
      const bool is_pair = pair.tag.empty() && has_items(pair, 2, 2) && is_word(pair.items[0]);
      if (!is_pair) {
        error(pair, node.tag + " is written " + form);
        continue;
      }
      criterion(pair.items[0], *model);
    }
  }

  void criterion(const YamlNode& name, const core::Model& model) {
    const core::Field* field = model.field(name.text);
    if (name.text == "pk" ||
        (field != nullptr && field->home != core::Home::link &&
         field->home != core::Home::virtual_ && !(field->flags & core::kSecret))) {
      return;
    }
    std::vector<std::string_view> fields{"pk"};
    for (const core::Field& known : model.fields) {
      const bool usable = known.home == core::Home::column || known.home == core::Home::settings;
      if (usable && !(known.flags & core::kSecret)) fields.push_back(known.name);
    }
    error(name, std::string(model.name) + " cannot be found by " + in_quotes(name.text) +
                    suggestion(name.text, fields));
  }

  const TagScope& scope_;
};

}  // namespace

std::optional<Tag> tag_of(const YamlNode& node) noexcept {
  for (const TagName& known : kTags) {
    if (known.name == node.tag) return known.tag;
  }
  return std::nullopt;
}

void check_tags(const YamlNode& node, const TagScope& scope) { Checker(scope).node(node); }

std::string unknown_model(std::string_view name) {
  std::vector<std::string_view> names;
  for (const core::Model* model : core::models()) names.push_back(model->name);
  return "model " + in_quotes(name) + " is not one of this version" + suggestion(name, names);
}

std::vector<std::string_view> writable_fields(const core::Model& model) {
  std::vector<std::string_view> names;
  for (const core::Field& field : model.fields) {
    if (!(field.flags & (core::kReadOnly | core::kSecret))) names.push_back(field.name);
  }
  return names;
}

}  // namespace postern::app
