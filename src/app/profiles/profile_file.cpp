#include "app/profiles/profile_file.h"

#include <algorithm>
#include <array>

#include "app/config/map_reader.h"
#include "core/ascii.h"
#include "protocols/ldap/schema.h"

namespace postern::app {
namespace {

using directory::EntryShape;
using directory::MappedAttribute;
using directory::Template;

constexpr std::int64_t kMaxOffset = 2'000'000'000;

class ProfileReader {
 public:
  explicit ProfileReader(const std::string& file) { context_.file = file; }

  void read(const YamlNode& root, ClientProfile& out) {
    MapReader map(root, "", context_);
    directory::Profile& shape = out.shape;
    if (map.text("name", shape.name) == nullptr || !is_name(shape.name)) {
      context_.error(root.mark,
                     "`name` is missing or wrong; allowed are 1 to 64 of a-z, 0-9, - and _");
    }
    map.text("description", shape.description);
    entries(map, "users", false, shape.users);
    entries(map, "groups", true, shape.groups);
    virtual_groups(map, shape);
    member_of(map, shape);
    members(map, shape);
    map.flag("flatten", shape.flatten);
    map.whole("uid_offset", shape.uid_offset, {0, kMaxOffset});
    map.whole("gid_offset", shape.gid_offset, {0, kMaxOffset});
    map.text("install_id", shape.install_id);
    map.flag("plain_names", shape.plain_names);
    checks(map, out.checks);
    map.finish();
    const EntryShape &users = shape.users, &groups = shape.groups;
    if (users.container == groups.container && users.container_type == groups.container_type) {
      context_.error(root.mark, "users and groups cannot have the same container");
    }
  }
  FileErrors take_errors() { return std::move(context_.errors); }

 private:
  static bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
  }
  static bool is_type(std::string_view text) {
    const auto alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && text.size() <= 64 && alpha(text[0]) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
             return alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
  }

  // A text or a list of texts.
  std::vector<const YamlNode*> texts(const YamlNode& node, const std::string& name) {
    std::vector<const YamlNode*> out;
    const auto add = [&](const YamlNode& item) {
      if (item.is_scalar() && item.tag.empty()) {
        out.push_back(&item);
      } else {
        context_.error(item.mark, "`" + name + "` is " + std::string(kind_text(item)) +
                                      "; allowed is a text or a list of texts");
      }
    };
    if (node.is_sequence()) {
      for (const YamlNode& item : node.items) add(item);
    } else {
      add(node);
    }
    return out;
  }

  void names(MapReader& map, std::string_view key, std::vector<std::string>& out,
             std::string_view what) {
    const YamlNode* node = map.take(key);
    if (node == nullptr) return;
    for (const YamlNode* item : texts(*node, map.name(key))) {
      // authentik's class names have a slash in them.
      std::string plain = item->text;
      std::replace_if(
          plain.begin(), plain.end(), [](char c) { return c == '/' || c == '.'; }, '-');
      if (is_type(plain)) {
        out.push_back(item->text);
      } else {
        context_.error(item->mark, "`" + map.name(key) + "` holds " + in_quotes(item->text) +
                                       "; allowed is " + std::string(what));
      }
    }
  }

  void container(MapReader& map, EntryShape& shape) {
    std::string text;
    const YamlNode* node = map.text("container", text);
    if (node == nullptr) return;
    const std::size_t equal = text.find('=');
    std::string type = equal == std::string::npos ? "ou" : text.substr(0, equal);
    type = core::ascii_lowered(type);
    const std::string value = equal == std::string::npos ? text : text.substr(equal + 1);
    if ((type != "ou" && type != "cn") || !is_container(value)) {
      context_.error(node->mark, "`" + map.name("container") + "` is " + in_quotes(text) +
                                     "; allowed is a name such as people, or cn=Users");
      return;
    }
    shape.container_type = type;
    shape.container = value;
  }
  static bool is_container(std::string_view text) {
    const auto good = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '_' || c == ' ' || c == '.';
    };
    return !text.empty() && text.size() <= 64 && text.front() != ' ' && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), good);
  }

  void entries(MapReader& whole, std::string_view key, bool groups, EntryShape& shape) {
    const YamlNode* node = whole.take(key);
    if (node == nullptr) return;
    MapReader map(*node, std::string(key), context_);
    constexpr std::array<std::string_view, 2> kNaming{"cn", "uid"};
    if (const auto at = map.choice("rdn", kNaming)) shape.rdn = kNaming[*at];
    container(map, shape);
    names(map, "object_classes", shape.classes, "the name of an object class");
    names(map, "keep", shape.keep, "the name of an attribute");
    names(map, "omit", shape.omit, "the name of an attribute");
    map.flag("custom", shape.custom);
    if (const YamlNode* attributes = map.take("attributes")) {
      attribute_map(*attributes, map.name("attributes"), groups, shape);
    }
    map.finish();
  }

  void attribute_map(const YamlNode& node, const std::string& name, bool groups,
                     EntryShape& shape) {
    if (!node.is_map()) {
      context_.error(node.mark, "`" + name + "` has to be a map of attributes and their values");
      return;
    }
    for (const YamlMember& member : node.members) {
      if (!mappable(member, name, shape)) continue;
      MappedAttribute mapped{.name = member.key, .values = {}};
      for (const YamlNode* item : texts(member.value, name + "." + member.key)) {
        std::string error;
        if (auto made = Template::parse(item->text, groups, error)) {
          mapped.values.push_back(*std::move(made));
        } else {
          context_.error(item->mark, "`" + name + "." + member.key + "`: " + error);
        }
      }
      shape.attributes.push_back(std::move(mapped));
    }
  }

  bool mappable(const YamlMember& member, const std::string& name, const EntryShape& shape) {
    constexpr std::array<std::string_view, 7> kComputed{"objectclass",  "memberof",  "member",
                                                        "uniquemember", "memberuid", "userpassword",
                                                        "entrydn"};
    const std::string lower = core::ascii_lowered(member.key);
    std::string_view why;
    const ldap::AttributeType* type = ldap::find_attribute(member.key);
    if (!is_type(member.key)) {
      why = "is no name of an attribute";
    } else if (lower == shape.rdn) {
      why = "names the entries: its value is the name itself";
    } else if (std::find(kComputed.begin(), kComputed.end(), lower) != kComputed.end() ||
               (type != nullptr && type->operational)) {
      why = "follows from the entry and cannot be mapped";
    }
    if (why.empty()) return true;
    context_.error(member.mark, "`" + name + "." + member.key + "` " + std::string(why));
    return false;
  }

  void virtual_groups(MapReader& map, directory::Profile& shape) {
    std::string text;
    const YamlNode* node = map.text("virtual_groups", text);
    if (node == nullptr) return;
    if (text == "off" || text == "false") {
      shape.virtual_groups.clear();
    } else if (is_container(text)) {
      shape.virtual_groups = text;
    } else {
      context_.error(node->mark, "`virtual_groups` is " + in_quotes(text) +
                                     "; allowed is off, or the name of their container");
    }
  }

  void member_of(MapReader& map, directory::Profile& shape) {
    constexpr std::array<std::string_view, 3> kForms{"direct", "transitive", "off"};
    const auto at = map.choice("member_of", kForms);
    if (!at) return;
    shape.member_of = *at != 2;
    shape.nested = *at == 1;
  }

  void members(MapReader& map, directory::Profile& shape) {
    const YamlNode* node = map.take("members");
    if (node == nullptr) return;
    shape.member = shape.unique_member = shape.member_uid = false;
    for (const YamlNode* item : texts(*node, "members")) {
      if (item->text == "member") {
        shape.member = true;
      } else if (item->text == "uniqueMember") {
        shape.unique_member = true;
      } else if (item->text == "memberUid") {
        shape.member_uid = true;
      } else {
        context_.error(item->mark, "`members` holds " + in_quotes(item->text) +
                                       "; allowed are member, uniqueMember and memberUid");
      }
    }
  }

  void checks(MapReader& map, std::vector<ProfileCheck>& out) {
    const YamlNode* node = map.take("test");
    if (node == nullptr) return;
    if (!node->is_sequence()) {
      context_.error(node->mark, "`test` has to be a list of searches and binds");
      return;
    }
    for (const YamlNode& item : node->items) {
      ProfileCheck check;
      MapReader entry(item, "test", context_);
      one_check(entry, item, check);
      entry.finish();
      out.push_back(std::move(check));
    }
  }

  void one_check(MapReader& map, const YamlNode& node, ProfileCheck& check) {
    if (map.text("what", check.what) == nullptr) {
      context_.error(node.mark, "`test.what` is missing: what the client does");
    }
    templated(map, "otherwise", check.otherwise);
    templated(map, "bind", check.bind);
    templated(map, "base", check.base);
    templated(map, "dn", check.dn);
    templated(map, "filter", check.filter);
    constexpr std::array<std::string_view, 3> kScopes{"base", "one", "sub"};
    if (const auto at = map.choice("scope", kScopes)) {
      check.scope = static_cast<ldap::Scope>(*at);
    }
    constexpr std::array<std::string_view, 3> kExpected{"one", "some", "none"};
    if (const auto at = map.choice("expect", kExpected)) {
      check.expected = static_cast<ProfileCheck::Expected>(*at);
    }
    for (const auto& [key, list] :
         {std::pair{"attributes", &check.attributes}, std::pair{"has", &check.has}}) {
      const YamlNode* given = map.take(key);
      if (given == nullptr) continue;
      for (const YamlNode* item : texts(*given, map.name(key))) list->push_back(item->text);
    }
  }

  // A text in which each %(...)s must be a placeholder.
  void templated(MapReader& map, std::string_view key, std::string& out) {
    const YamlNode* node = map.text(key, out);
    if (node == nullptr) return;
    const std::string_view text = out;
    for (std::size_t at = text.find("%("); at != std::string_view::npos; at = text.find("%(", at)) {
      const std::size_t end = text.find(")s", at);
      const std::string_view name =
          end == std::string_view::npos ? text.substr(at) : text.substr(at + 2, end - at - 2);
      if (std::find(std::begin(kPlaceholders), std::end(kPlaceholders), name) ==
          std::end(kPlaceholders)) {
        context_.error(node->mark, "there is no placeholder " + in_quotes(name));
      }
      at += 2;
    }
  }

  ConfigContext context_;
};

}  // namespace

std::variant<ClientProfile, FileErrors> parse_profile(std::string_view text,
                                                      const std::string& file) {
  const auto read = read_yaml(text, file);
  if (const auto* error = std::get_if<FileError>(&read)) return FileErrors{*error};
  ClientProfile profile;
  profile.file = file;
  profile.text = text;
  ProfileReader reader(file);
  reader.read(std::get<YamlNode>(read), profile);
  FileErrors errors = reader.take_errors();
  if (!errors.empty()) return errors;
  return profile;
}

}  // namespace postern::app
