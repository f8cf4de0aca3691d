#include "app/config/map_reader.h"

#include <algorithm>
#include <limits>

#include "app/config/nearest.h"
#include "app/config/secret_source.h"
#include "app/config/setting_values.h"

namespace postern::app {
namespace {

std::string range_text(Bounds bounds) {
  if (bounds.most == std::numeric_limits<std::int64_t>::max()) {
    return "at least " + std::to_string(bounds.least);
  }
  return std::to_string(bounds.least) + " to " + std::to_string(bounds.most);
}

std::string duration_text(std::int64_t ms) {
  struct Unit {
    const char* name;
    std::int64_t factor;
  };
  for (const Unit unit :
       {Unit{"d", 86400000}, Unit{"h", 3600000}, Unit{"m", 60000}, Unit{"s", 1000}}) {
    if (ms != 0 && ms % unit.factor == 0) return std::to_string(ms / unit.factor) + unit.name;
  }
  return ms == 0 ? "0" : std::to_string(ms) + "ms";
}

std::string duration_range(Bounds bounds) {
  return "a duration such as 500ms, 30s, 5m or 1h30m, from " + duration_text(bounds.least) +
         " to " + duration_text(bounds.most);
}

bool inside(std::int64_t value, Bounds bounds) {
  return value >= bounds.least && value <= bounds.most;
}

}  // namespace

void ConfigContext::error(Mark mark, std::string text) {
  errors.push_back({file, mark.line, mark.column, std::move(text)});
}

void ConfigContext::warning(Mark mark, std::string text) {
  warnings.push_back({file, mark.line, mark.column, std::move(text)});
}

std::filesystem::path ConfigContext::absolute(const std::string& path) const {
  return (folder / path).lexically_normal();
}

MapReader::MapReader(const YamlNode& node, std::string path, ConfigContext& context)
    : path_(std::move(path)), context_(context) {
  if (!node.tag.empty() || !(node.is_map() || node.is_null())) {
    const std::string what = path_.empty() ? "the file" : "`" + path_ + "`";
    context_.error(node.mark, what + " has to be a map of settings (`key: value` lines)");
    return;
  }
  if (node.is_map()) node_ = &node;
}

std::string MapReader::name(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void MapReader::wrong(const YamlNode& node, std::string_view key, std::string_view allowed) {
  std::string text = "`" + name(key) + "` is ";
  text += node.is_scalar() ? in_quotes(node.text) : std::string(kind_text(node));
  context_.error(node.mark, text + "; allowed is " + std::string(allowed));
}

const YamlNode* MapReader::take(std::string_view key) {
  known_.push_back(key);
  return node_ == nullptr ? nullptr : node_->find(key);
}

bool MapReader::plain_text(const YamlNode& node, std::string_view key, std::string_view allowed) {
  if (!node.tag.empty()) {
    context_.error(node.mark, "`" + name(key) + "` cannot be given by " + node.tag +
                                  "; that is for secrets; allowed is " + std::string(allowed));
    return false;
  }
  if (node.is_scalar()) return true;
  wrong(node, key, allowed);
  return false;
}

const YamlNode* MapReader::scalar(std::string_view key, std::string_view allowed) {
  const YamlNode* node = take(key);
  return node != nullptr && plain_text(*node, key, allowed) ? node : nullptr;
}

const YamlNode* MapReader::text(std::string_view key, std::string& out) {
  const YamlNode* node = scalar(key, "text");
  if (node != nullptr) out = node->text;
  return node;
}

void MapReader::path(std::string_view key, std::optional<std::filesystem::path>& out) {
  constexpr std::string_view kAllowed = "the path of a file or folder";
  const YamlNode* node = scalar(key, kAllowed);
  if (node == nullptr) return;
  if (node->text.empty()) return wrong(*node, key, kAllowed);
  out = context_.absolute(node->text);
}

void MapReader::paths(std::string_view key, std::vector<std::filesystem::path>& out) {
  constexpr std::string_view kAllowed = "a list of folders";
  const YamlNode* node = take(key);
  if (node == nullptr) return;
  if (node->is_null()) return;
  if (!node->is_sequence() || !node->tag.empty()) return wrong(*node, key, kAllowed);
  for (const YamlNode& item : node->items) {
    if (!plain_text(item, key, kAllowed)) continue;
    if (item.text.empty()) {
      wrong(item, key, kAllowed);
      continue;
    }
    out.push_back(context_.absolute(item.text));
  }
}

void MapReader::flag(std::string_view key, bool& out) {
  constexpr std::string_view kAllowed = "true or false";
  const YamlNode* node = scalar(key, kAllowed);
  if (node == nullptr) return;
  const auto value = node->quoted ? std::nullopt : parse_switch(node->text);
  if (!value) return wrong(*node, key, kAllowed);
  out = *value;
}

void MapReader::whole(std::string_view key, std::int64_t& out, Bounds bounds) {
  const std::string allowed = "a whole number, " + range_text(bounds);
  const YamlNode* node = scalar(key, allowed);
  if (node == nullptr) return;
  const auto value = parse_whole(node->text);
  if (!value || !inside(*value, bounds)) return wrong(*node, key, allowed);
  out = *value;
}

void MapReader::whole(std::string_view key, int& out, Bounds bounds) {
  std::int64_t wide = out;
  whole(key, wide, bounds);
  out = static_cast<int>(wide);
}

void MapReader::size(std::string_view key, std::int64_t& out, Bounds bounds) {
  const std::string allowed =
      "a size such as 65536, 512KiB or 19MiB, " + range_text(bounds) + " octets";
  const YamlNode* node = scalar(key, allowed);
  if (node == nullptr) return;
  const auto value = parse_size(node->text);
  if (!value || !inside(*value, bounds)) return wrong(*node, key, allowed);
  out = *value;
}

void MapReader::duration(std::string_view key, Millis& out, Bounds bounds) {
  const std::string allowed = duration_range(bounds);
  const YamlNode* node = scalar(key, allowed);
  if (node == nullptr) return;
  const auto value = parse_duration_setting(node->text);
  if (!value || !inside(value->count(), bounds)) return wrong(*node, key, allowed);
  out = *value;
}

void MapReader::duration_or_off(std::string_view key, std::optional<Millis>& out, Bounds bounds) {
  const std::string allowed = "off, or " + duration_range(bounds);
  const YamlNode* node = scalar(key, allowed);
  if (node == nullptr) return;
  if (parse_switch(node->text) == std::optional<bool>(false)) {
    out.reset();
    return;
  }
  const auto value = parse_duration_setting(node->text);
  if (!value || !inside(value->count(), bounds)) return wrong(*node, key, allowed);
  out = *value;
}

std::optional<std::size_t> MapReader::choice(std::string_view key,
                                             std::span<const std::string_view> words) {
  std::string allowed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    allowed += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
  }
  const YamlNode* node = scalar(key, allowed);
  if (node == nullptr) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), std::string_view(node->text));
  if (found == words.end()) {
    wrong(*node, key, allowed);
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - words.begin());
}

void MapReader::secret(std::string_view key, core::Secret& out) {
  const YamlNode* node = take(key);
  if (node == nullptr) return;
  const std::string setting = "`" + name(key) + "`";
  if (!node->is_scalar() || node->text.empty()) {
    return context_.error(node->mark, setting + " has to be text, !File path or !Env NAME");
  }
  if (node->tag.empty()) {
    out = core::Secret(node->text);
    return;
  }
  if (node->tag == "!Env") {
    const auto value = environment(node->text);
    if (value && !value->empty()) {
      out = core::Secret(*value);
      return;
    }
    return context_.error(node->mark, setting + ": the environment variable " +
                                          in_quotes(node->text) + " is not set");
  }
  if (node->tag != "!File") {
    return context_.error(
        node->mark, setting + ": tag " + node->tag + " is unknown; allowed are !File and !Env");
  }
  const auto value = trimmed_file(context_.absolute(node->text));
  if (const auto* error = std::get_if<SourceError>(&value)) {
    return context_.error(node->mark, setting + ": " + error->text);
  }
  if (std::get<std::string>(value).empty()) {
    return context_.error(node->mark, setting + ": the file is empty");
  }
  out = core::Secret(std::get<std::string>(value));
}

void MapReader::one_endpoint(const YamlNode& node, std::string_view key, Endpoints& out) {
  constexpr std::string_view kAllowed =
      "host:port such as 127.0.0.1:389, [::1]:389 or *:389, a list of these, or off";
  if (!plain_text(node, key, kAllowed)) return;
  const auto endpoint = parse_endpoint(node.text);
  if (!endpoint) return wrong(node, key, kAllowed);
  const bool twice =
      endpoint->port != 0 && std::find(out.begin(), out.end(), *endpoint) != out.end();
  if (twice) {
    return context_.error(node.mark,
                          "`" + name(key) + "` names " + in_quotes(node.text) + " twice");
  }
  out.push_back(*endpoint);
}

void MapReader::endpoints(std::string_view key, Endpoints& out) {
  const YamlNode* node = take(key);
  if (node == nullptr) return;
  if (node->is_plain() && parse_switch(node->text) == std::optional<bool>(false)) return;
  if (!node->is_sequence() || !node->tag.empty()) return one_endpoint(*node, key, out);
  for (const YamlNode& item : node->items) one_endpoint(item, key, out);
}

void MapReader::finish() {
  if (node_ == nullptr) return;
  for (const YamlMember& member : node_->members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    const std::string where = path_.empty() ? "" : " in `" + path_ + "`";
    context_.error(member.mark,
                   "unknown key " + in_quotes(member.key) + where + suggestion(member.key, known_));
  }
}

}  // namespace postern::app
