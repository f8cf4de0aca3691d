// LINK: postern_app postern_core
// The configuration reader over any octets: it answers with settings or with errors that have a
// text. The file's folder does not exist, so that no !File finds anything.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/config/config.h"
#include "app/config/reload.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::app;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = load_config_text(text, "/nonexistent/postern.yaml", {"/nonexistent/state"});
  if (const auto* errors = std::get_if<FileErrors>(&loaded)) {
    if (errors->empty()) std::abort();
    for (const FileError& error : *errors) {
      if (error.text.empty() || to_text(error).find('\n') != std::string::npos) std::abort();
    }
    return 0;
  }
  const Config& config = std::get<Config>(loaded);
  if (!changes_between(config, config).empty()) std::abort();
  return 0;
}
