#include "app/blueprints/fingerprint.h"

#include "app/blueprints/tags.h"
#include "app/config/secret_source.h"
#include "core/credentials/digest.h"
#include "core/hex.h"

namespace postern::app {
namespace {

// Each part with its length before it, so that no two different lists of parts look the same.
void append(std::string& out, std::string_view part) {
  out += std::to_string(part.size()) + ":";
  out += part;
}

std::string present_value(const YamlNode& node, Tag tag, const std::filesystem::path& folder) {
  const bool listed = node.is_sequence() && !node.items.empty();
  const std::string& name = listed ? node.items.front().text : node.text;
  if (tag == Tag::env) return environment(name).value_or("");
  const auto text = trimmed_file(folder / name);
  const auto* content = std::get_if<std::string>(&text);
  return content == nullptr ? std::string() : *content;
}

void collect(const YamlNode& node, const std::filesystem::path& folder, std::string& out) {
  const auto tag = tag_of(node);
  if (tag == Tag::env || tag == Tag::file) append(out, present_value(node, *tag, folder));
  for (const YamlNode& item : node.items) collect(item, folder, out);
  for (const YamlMember& member : node.members) collect(member.value, folder, out);
}

}  // namespace

std::string fingerprint(std::string_view text, const Blueprint& blueprint,
                        const core::Sealer& sealer) {
  const std::filesystem::path folder = std::filesystem::path(blueprint.file).parent_path();
  std::string parts;
  append(parts, text);
  collect(blueprint.context, folder, parts);
  for (const BlueprintEntry& entry : blueprint.entries) {
    for (const YamlNode* node :
         {&entry.conditions, &entry.identifiers, &entry.attrs, &entry.permissions}) {
      collect(*node, folder, parts);
    }
  }
  const auto key = sealer.derive("blueprint fingerprint");
  return core::to_hex(core::hmac(core::DigestKind::sha256, core::as_text(key), parts));
}

}  // namespace postern::app
