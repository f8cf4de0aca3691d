#include "core/access/compile_prompt.h"

#include <algorithm>

#include "core/access/stored_fields.h"

namespace postern::core {
namespace {

namespace json = boost::json;

// authentik writes the choices as lines of the placeholder.
std::vector<std::string> choices_of(const json::object& prompt) {
  const std::string type = text_of(prompt, "type");
  std::vector<std::string> out;
  if (type != "dropdown" && type != "radio-button-group") return out;
  std::string line;
  for (const char c : text_of(prompt, "placeholder") + "\n") {
    if (c != '\n') {
      line.push_back(c);
    } else if (!line.empty()) {
      out.push_back(std::move(line));
      line.clear();
    }
  }
  return out;
}

PromptField field_of(const json::object& prompt) {
  return {text_of(prompt, "field_key"),
          text_of(prompt, "type"),
          flag_of(prompt, "required", true),
          integer_of(prompt, "order", 0),
          text_of(prompt, "label"),
          text_of(prompt, "placeholder"),
          text_of(prompt, "initial_value"),
          text_of(prompt, "sub_text"),
          choices_of(prompt)};
}

}  // namespace

void read_prompt(const json::object& row, const std::vector<const json::object*>& prompts,
                 const PolicyMap& policies, Stage& stage, std::vector<std::string>& problems) {
  std::map<std::string, const json::object*, std::less<>> by_pk;
  for (const json::object* one : prompts) by_pk[key_text(member(*one, "pk"))] = one;
  const auto each = [&](std::string_view name, const auto& use) {
    const json::value* list = member(row, name);
    if (list == nullptr || !list->is_array()) return;
    for (const json::value& item : list->get_array()) {
      if (use(key_text(&item))) continue;
      problems.push_back("stage " + stage.name + ": one of its " + std::string(name) +
                         " is missing, flows through it deny");
      stage.kind = StageKind::unsupported;
    }
  };
  each("fields", [&](const std::string& pk) {
    const auto found = by_pk.find(pk);
    if (found != by_pk.end()) stage.prompts.push_back(field_of(*found->second));
    return found != by_pk.end();
  });
  each("validation_policies", [&](const std::string& pk) {
    const auto found = policies.find(pk);
    if (found != policies.end()) stage.validation.push_back(found->second);
    return found != policies.end();
  });
  std::stable_sort(stage.prompts.begin(), stage.prompts.end(),
                   [](const PromptField& a, const PromptField& b) { return a.order < b.order; });
}

}  // namespace postern::core
