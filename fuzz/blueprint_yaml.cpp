// LINK: postern_app postern_core
// The blueprint parser over any octets: a blueprint whose entries have a model and identifiers, or
// errors.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/blueprints/blueprint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::app;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_blueprint(text, "b.yaml");
  if (const auto* errors = std::get_if<FileErrors>(&parsed)) {
    if (errors->empty()) std::abort();
    for (const FileError& error : *errors) {
      if (error.text.empty()) std::abort();
    }
    return 0;
  }
  for (const BlueprintEntry& entry : std::get<Blueprint>(parsed).entries) {
    if (entry.model == nullptr || entry.identifiers.members.empty()) std::abort();
  }
  return 0;
}
