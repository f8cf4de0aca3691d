#pragma once
// MapReader: one map of the configuration, read key by key. The calls themselves are the list of
// known keys: finish() reports every key that was not asked for, with the nearest known one. A
// wrong value is reported with what is allowed, the setting keeps its default, and reading goes on,
// so that one run shows all errors.
//
//   MapReader map(node, "login", errors);
//   map.duration("handshake", limits.handshake, {1s, 1h});
//   map.finish();
//
// Thread: one. `node` outlives the reader.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/config/yaml_reader.h"

namespace postern::app {

// Where errors go and what relative paths start from.
struct ConfigContext {
  std::string file;
  std::filesystem::path folder;
  FileErrors errors;
  FileErrors warnings;

  void error(Mark mark, std::string text);
  void warning(Mark mark, std::string text);
  std::filesystem::path absolute(const std::string& path) const;
};

struct Bounds {
  std::int64_t least, most;
};

class MapReader {
 public:
  // A null node reads as an empty map; anything else but a map is reported. `path` is "" at the
  // top.
  MapReader(const YamlNode& node, std::string path, ConfigContext& context);

  bool has(std::string_view key) const { return node_ != nullptr && node_->find(key) != nullptr; }
  // The value when there is one (marks the key as known), for forms that are not here.
  const YamlNode* take(std::string_view key);

  // The node that was read, nullptr = not given or wrong.
  const YamlNode* text(std::string_view key, std::string& out);
  void path(std::string_view key, std::optional<std::filesystem::path>& out);
  void paths(std::string_view key, std::vector<std::filesystem::path>& out);
  void flag(std::string_view key, bool& out);
  void whole(std::string_view key, int& out, Bounds bounds);
  void whole(std::string_view key, std::int64_t& out, Bounds bounds);
  void size(std::string_view key, std::int64_t& out, Bounds bounds);
  void duration(std::string_view key, Millis& out, Bounds bounds);  // bounds in ms
  void duration_or_off(std::string_view key, std::optional<Millis>& out, Bounds bounds);
  // One of `words`; the index of the word, nullopt when the key is not there or wrong.
  std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> words);
  // Text, `!File path` or `!Env NAME`. Nothing of it comes into an error text.
  void secret(std::string_view key, core::Secret& out);
  void endpoints(std::string_view key, Endpoints& out);

  void finish();

  std::string name(std::string_view key) const;  // "tls.certificate"

 private:
  const YamlNode* scalar(std::string_view key, std::string_view allowed);
  bool plain_text(const YamlNode& node, std::string_view key, std::string_view allowed);
  void one_endpoint(const YamlNode& node, std::string_view key, Endpoints& out);
  void wrong(const YamlNode& node, std::string_view key, std::string_view allowed);

  const YamlNode* node_ = nullptr;
  std::string path_;
  ConfigContext& context_;
  std::vector<std::string_view> known_;
};

}  // namespace postern::app
