#pragma once
// list, show, set, delete: the same for every kind of object, driven by its Model.

#include <string>
#include <vector>

#include "app/commands/context.h"
#include "core/model/model.h"

namespace postern::app {

struct ListOptions {
  core::Object equals;
  std::string search;
  std::size_t limit = 100;
  std::size_t offset = 0;
  bool json = false;
  std::vector<std::string> columns;  // fields of the text form
};

int list_objects(CommandContext& context, const core::Model& model, const ListOptions& options);
// `equals`: what the object has to be, else it is not found. Empty = anything.
int show_object(CommandContext& context, const core::Model& model, const std::string& name,
                bool json, const core::Object& equals = {});
// FIELD=VALUE; the value is JSON when it parses as such and the field is no text, else text.
int set_object(CommandContext& context, const core::Model& model, const std::string& name,
               const std::vector<std::string>& assignments, const core::Object& equals = {});
int delete_object(CommandContext& context, const core::Model& model, const std::string& name,
                  const core::Object& equals = {});

// The object by its natural name, or by its pk.
core::Outcome<core::Object> find_object(core::Objects& objects, core::Transaction& transaction,
                                        const core::Model& model, const std::string& name,
                                        const core::Object& equals = {});
core::Outcome<core::Object> parse_assignments(const core::Model& model,
                                              const std::vector<std::string>& assignments);

}  // namespace postern::app
