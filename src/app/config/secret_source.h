#pragma once
// Where secrets of files come from: `!File path` (a file, surrounding white space trimmed) and
// `!Env NAME`. Used by the configuration and by blueprints. Errors name the file or the variable,
// never its content. Thread: reads the environment, which nobody changes after the start.

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace postern::app {

std::optional<std::string> environment(const std::string& name);

struct SourceError {
  std::string text;
};
std::variant<std::string, SourceError> trimmed_file(const std::filesystem::path& path);

}  // namespace postern::app
