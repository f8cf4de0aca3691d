#pragma once
// The one way YAML comes in: text -> a small tree of our own with a mark on every node.
// Configuration and blueprints both read through it.
//
// Refused, always with the line: more than 1 MiB, text that is not UTF-8, NUL, several documents,
// nesting deeper than 64, more than 200,000 nodes (aliases are copied out and count), aliases of an
// unfinished or unknown anchor, duplicate keys, keys that are not plain text, merge keys (`<<`).
//
// Nothing is typed here: a scalar is its text. `quoted` and `tag` let the reader of a value decide
// what a plain `010`, `off` or `1.2` means to it. Pure; thread-safe; does not throw on input.

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config/file_error.h"

namespace postern::app {

inline constexpr std::size_t kMaxYamlSize = 1024 * 1024;
inline constexpr std::size_t kMaxYamlDepth = 64;
inline constexpr std::size_t kMaxYamlNodes = 200000;

struct YamlMember;

struct YamlNode {
  enum class Kind { null, scalar, sequence, map };

  Kind kind = Kind::null;
  Mark mark;
  std::string tag;                  // local tags only: "!KeyOf"; "" = none
  bool quoted = false;              // '...', "...", | and > scalars
  std::string text;                 // scalar
  std::vector<YamlNode> items;      // sequence
  std::vector<YamlMember> members;  // map, in the order of the file

  bool is_null() const noexcept { return kind == Kind::null; }
  bool is_scalar() const noexcept { return kind == Kind::scalar; }
  bool is_sequence() const noexcept { return kind == Kind::sequence; }
  bool is_map() const noexcept { return kind == Kind::map; }
  // A scalar without quotes and tag.
  bool is_plain() const noexcept { return is_scalar() && !quoted && tag.empty(); }
  // The value of a key in a map, nullptr = not there. Linear: for maps with a handful of known
  // keys.
  const YamlNode* find(std::string_view key) const noexcept;
};

struct YamlMember {
  std::string key;
  Mark mark;  // of the key
  YamlNode value;
};

// "a map", "a list", "a value", "nothing": for error texts.
std::string_view kind_text(const YamlNode& node) noexcept;

// An empty document is a null node. `file` is only used in errors.
std::variant<YamlNode, FileError> read_yaml(std::string_view text, const std::string& file);

// The octets of a regular file of at most `limit` octets. The error has no line.
std::variant<std::string, FileError> read_text_file(const std::filesystem::path& path,
                                                    std::size_t limit = kMaxYamlSize);

}  // namespace postern::app
