#include "app/config/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <istream>
#include <optional>
#include <streambuf>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace postern::app {
namespace {

// Leaves the parser from inside an event; never leaves this file.
struct Refused {
  Mark mark;
  std::string text;
};

Mark mark_of(const YAML::Mark& mark) {
  if (mark.line < 0) return {};
  return {mark.line + 1, mark.column + 1};
}

const std::string kCoreTags = "tag:yaml.org,2002:";

// "!Find" stays; YAML's own types that change nothing here are dropped; the rest is refused.
std::string local_tag(Mark mark, const std::string& tag) {
  if (tag.empty() || tag == "?" || tag == "!") return {};
  if (tag.front() == '!') return tag;
  for (const char* type : {"str", "seq", "map"}) {
    if (tag == kCoreTags + type) return {};
  }
  throw Refused{mark, "tag " + in_quotes(tag) + " is not supported"};
}

bool is_null_word(const std::string& text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// Builds the tree from the parser's events. Aliases are copied, so no cycle and no sharing can
// arise and every node that exists is counted.
class Builder final : public YAML::EventHandler {
 public:
  YamlNode take() { return std::move(root_); }
  int documents() const { return documents_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw Refused{mark_of(mark), "the file goes on after its end here; one document is allowed"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.mark = mark_of(mark);
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{mark_of(mark), "this alias contains itself"};
    count(mark_of(mark), size_of(found->second));
    if (open_.size() + depth_of(found->second) > kMaxYamlDepth) refuse_depth(mark_of(mark));
    place(YamlNode(found->second));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.mark = mark_of(mark);
    if (value.find('\0') != std::string::npos) throw Refused{node.mark, "NUL is not allowed"};
    node.quoted = tag == "!" || tag == kCoreTags + "str";
    node.tag = local_tag(node.mark, tag);
    const bool untyped = tag.empty() || tag == "?";
    if (!(untyped && is_null_word(value))) {
      node.kind = YamlNode::Kind::scalar;
      node.text = value;
    }
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::optional<YamlMember> member;  // a key that waits for its value
    std::unordered_set<std::string> keys;
  };

  [[noreturn]] static void refuse_depth(Mark mark) {
    throw Refused{mark, "nested deeper than " + std::to_string(kMaxYamlDepth) + " levels"};
  }

  void count(Mark mark, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > kMaxYamlNodes) {
      throw Refused{mark,
                    "more than " + std::to_string(kMaxYamlNodes) + " values, aliases counted"};
    }
  }

  static std::size_t size_of(const YamlNode& node) {
    std::size_t total = 1;
    for (const YamlNode& item : node.items) total += size_of(item);
    for (const YamlMember& member : node.members) total += size_of(member.value) + 1;
    return total;
  }

  static std::size_t depth_of(const YamlNode& node) {
    std::size_t deepest = 0;
    for (const YamlNode& item : node.items) deepest = std::max(deepest, depth_of(item));
    for (const YamlMember& member : node.members) {
      deepest = std::max(deepest, depth_of(member.value));
    }
    return deepest + 1;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    Open frame;
    frame.node.kind = kind;
    frame.node.mark = mark_of(mark);
    frame.node.tag = local_tag(frame.node.mark, tag);
    frame.anchor = anchor;
    count(frame.node.mark, 1);
    if (open_.size() + 1 > kMaxYamlDepth) refuse_depth(frame.node.mark);
    open_.push_back(std::move(frame));
  }

  void close() {
    Open frame = std::move(open_.back());
    open_.pop_back();
    if (frame.anchor != 0) anchors_[frame.anchor] = frame.node;
    place(std::move(frame.node));
  }

  void finish(YamlNode node, YAML::anchor_t anchor) {
    count(node.mark, 1);
    if (anchor != 0) anchors_[anchor] = node;
    place(std::move(node));
  }

  void place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.member) {
      if (node.is_null()) node.mark = parent.member->mark;  // nothing has no place of its own
      parent.member->value = std::move(node);
      parent.node.members.push_back(std::move(*parent.member));
      parent.member.reset();
    } else {
      take_key(parent, std::move(node));
    }
  }

  static void take_key(Open& parent, YamlNode key) {
    if (!key.is_scalar() || !key.tag.empty()) {
      throw Refused{key.mark, "a key has to be plain text without a tag"};
    }
    if (key.text == "<<" && !key.quoted) {
      throw Refused{key.mark, "merge keys (`<<`) are not supported: write the keys out"};
    }
    if (!parent.keys.insert(key.text).second) {
      throw Refused{key.mark, "key " + in_quotes(key.text) + " is there twice"};
    }
    parent.member = YamlMember{std::move(key.text), key.mark, {}};
  }

  YamlNode root_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, YamlNode> anchors_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

// Reads from the caller's text, without a copy.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // setg wants it so; nothing is written
    setg(begin, begin, begin + text.size());
  }
};

std::size_t utf8_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

// Well-formed UTF-8 of RFC 3629 (no overlong forms, no surrogates); what stands at `at` is one
// character.
std::size_t utf8_step(std::string_view text, std::size_t at) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = utf8_length(octet(at));
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(at + i) & 0xc0U) != 0x80U) return 0;
  }
  const unsigned char lead = octet(at);
  const unsigned char second = length > 1 ? octet(at + 1) : 0;
  if (lead == 0xe0 && second < 0xa0) return 0;
  if (lead == 0xed && second > 0x9f) return 0;
  if (lead == 0xf0 && second < 0x90) return 0;
  if (lead == 0xf4 && second > 0x8f) return 0;
  return length;
}

std::optional<FileError> bad_text(std::string_view text, const std::string& file) {
  if (text.size() > kMaxYamlSize) return FileError{file, 0, 0, "larger than 1 MiB"};
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t step = utf8_step(text, at);
    if (step == 0) return FileError{file, line, 0, "the text is not UTF-8"};
    if (text[at] == '\0') return FileError{file, line, 0, "NUL is not allowed"};
    if (text[at] == '\n') ++line;
    at += step;
  }
  return std::nullopt;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const noexcept {
  for (const YamlMember& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view kind_text(const YamlNode& node) noexcept {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a value";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  return "";
}

std::variant<YamlNode, FileError> read_yaml(std::string_view text, const std::string& file) {
  if (const auto bad = bad_text(text, file)) return *bad;
  Builder builder;
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return FileError{file, refused.mark.line, refused.mark.column, refused.text};
  } catch (const YAML::Exception& error) {
    const Mark mark = mark_of(error.mark);
    return FileError{file, mark.line, mark.column, "not valid YAML: " + error.msg};
  }
  return builder.take();
}

std::variant<std::string, FileError> read_text_file(const std::filesystem::path& path,
                                                    std::size_t limit) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status))
    return FileError{path.string(), 0, 0, "there is no such file"};
  if (!std::filesystem::is_regular_file(status)) {
    return FileError{path.string(), 0, 0, "this is not a regular file"};
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return FileError{path.string(), 0, 0, "cannot be read; check its permissions"};
  std::string text(limit + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad()) return FileError{path.string(), 0, 0, "cannot be read"};
  if (text.size() > limit) {
    return FileError{path.string(), 0, 0, "larger than " + std::to_string(limit) + " octets"};
  }
  return text;
}

}  // namespace postern::app
