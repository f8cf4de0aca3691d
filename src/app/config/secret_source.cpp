#include "app/config/secret_source.h"

#include <cstdlib>

#include "app/config/yaml_reader.h"

namespace postern::app {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::variant<std::string, SourceError> trimmed_file(const std::filesystem::path& path) {
  auto read = read_text_file(path);
  if (const auto* error = std::get_if<FileError>(&read)) {
    return SourceError{"file " + in_quotes(path.string()) + ": " + error->text};
  }
  const std::string& text = std::get<std::string>(read);
  constexpr const char* kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return std::string();
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace postern::app
