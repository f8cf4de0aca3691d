#pragma once
// Evaluator: nodes of a blueprint -> values, tags resolved against the open transaction at the
// moment they are needed. Follows authentik: a `!Find` without a match, an unset `!Env` and a
// missing context key are null unless a default is given; a `!File` that cannot be read and has no
// default is an error.
//
// Bounded: depth 200, and a budget of octets for everything that one blueprint produces, so that
// contexts which refer to themselves or double themselves end with an error.
// nullopt means error() is set. Thread: as the transaction. StoreError passes through.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/blueprints/blueprint.h"
#include "core/objects/objects.h"

namespace postern::app {

class Evaluator {
 public:
  // All of them outlive the evaluator.
  Evaluator(core::Transaction& transaction, const core::ObjectTools& tools,
            const Blueprint& blueprint, const core::Object& context);

  // What the later `!KeyOf id` gives; nullopt: the entry made no object (skipped, absent).
  void remember(const std::string& id, std::optional<core::Value> pk) {
    known_[id] = std::move(pk);
  }

  std::optional<core::Value> value(const YamlNode& node, const core::Field* field = nullptr);

  // "!Find found no authentik_core.group with name=x", "... X is not set": why the node is null; ""
  // when the node is not a lookup.
  std::string why_null(const YamlNode& node);

  const FileError& error() const noexcept { return error_; }

 private:
  using Result = std::optional<core::Value>;
  struct Frame {  // of !Enumerate
    core::Value index, value;
  };

  Result fail(const YamlNode& node, std::string text);
  bool spend(const YamlNode& node, std::size_t octets);
  Result paid(const YamlNode& node, core::Value value);

  Result untagged(const YamlNode& node, const core::Field* field);
  Result list(const YamlNode& node, const core::Field* field);
  Result map(const YamlNode& node);
  Result tagged(const YamlNode& node, const core::Field* field);

  Result key_of(const YamlNode& node);
  std::optional<std::optional<core::Object>> lookup(const YamlNode& node);
  Result find(const YamlNode& node);
  Result find_object(const YamlNode& node);
  Result context(const YamlNode& node);
  Result env(const YamlNode& node);
  Result file(const YamlNode& node);
  Result format(const YamlNode& node);
  Result condition(const YamlNode& node);
  Result if_(const YamlNode& node, const core::Field* field);
  Result at_index(const YamlNode& node);
  Result parse_json(const YamlNode& node);
  Result enumerate(const YamlNode& node);
  Result frame(const YamlNode& node, bool index);
  Result default_of(const YamlNode& node);

  core::Transaction& transaction_;
  core::Objects objects_;
  const Blueprint& blueprint_;
  const core::Object& context_;
  std::filesystem::path folder_;
  std::map<std::string, std::optional<core::Value>> known_;
  std::vector<Frame> frames_;
  std::size_t depth_ = 0;
  std::size_t spent_ = 0;
  FileError error_;
};

}  // namespace postern::app
