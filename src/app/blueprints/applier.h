#pragma once
// Applier: the entries of one blueprint, run against one open transaction. Beginning and committing
// are the caller's. The first failing entry ends the run with error(). Thread: as the transaction.

#include <optional>
#include <string>

#include "app/blueprints/apply.h"
#include "app/blueprints/evaluator.h"

namespace postern::app {

class Applier {
 public:
  Applier(core::Transaction& transaction, const core::ObjectTools& tools,
          const Blueprint& blueprint, const core::Object& context);

  bool run();  // false: error()
  BlueprintReport report() && { return std::move(report_); }
  const FileError& error() const noexcept { return error_; }

 private:
  struct Target {         // what the identifiers say
    core::Object fields;  // but pk
    std::optional<core::Value> pk;
  };

  bool fail(Mark mark, std::string text);
  bool fail(const BlueprintEntry& entry, const core::Error& error);
  bool evaluator_failed();

  bool entry(const BlueprintEntry& entry, EntryReport& out);
  std::optional<bool> conditions_met(const BlueprintEntry& entry);
  bool identify(const BlueprintEntry& entry, Target& out);
  bool identifier(const BlueprintEntry& entry, const YamlMember& member, Target& out);
  bool existing(const BlueprintEntry& entry, const Target& target,
                std::optional<core::Object>& out);
  bool attributes(const BlueprintEntry& entry, core::Object& out);
  bool attribute(const BlueprintEntry& entry, const YamlMember& member, core::Object& out);
  bool reference(const YamlNode& node, const core::Field& field, const core::Value& value);
  bool user_permissions(const YamlNode& node, const core::Value& value);

  bool create(const BlueprintEntry& entry, const Target& target, EntryReport& out, core::Value& pk);
  bool update(const BlueprintEntry& entry, const Target& target, const core::Object& stored,
              EntryReport& out);
  bool erase(const BlueprintEntry& entry, const core::Value& pk, EntryReport& out);

  bool permissions(const BlueprintEntry& entry, const core::Value& pk, EntryReport& out);
  bool permission(const BlueprintEntry& entry, const YamlNode& node, const core::Value& pk,
                  EntryReport& out);
  std::optional<core::UserId> permitted_user(const YamlNode& node);
  void count(const EntryReport& entry);

  core::Transaction& transaction_;
  core::Objects objects_;
  const Blueprint& blueprint_;
  Evaluator evaluator_;
  BlueprintReport report_;
  FileError error_;
};

}  // namespace postern::app
