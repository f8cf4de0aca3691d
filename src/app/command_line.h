#pragma once
// The command line: words and options to an Action. The client parses to know what to ask and which
// files to open; the server parses the same words again to know what to run.
// Pure but for the parse; thread-safe. Errors: usage text with exit code 2.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/context.h"

namespace postern::app {

struct CommandLine {
  enum class Kind { text, serve, check, restore, rotate, command } kind = Kind::text;
  enum class SecretInput { none, prompt_twice, standard_input } secret = SecretInput::none;

  std::string text;                 // help, version or a usage error, to print
  int exit_code = 0;                // of `text`
  std::string config;               // --config, "" = the default search
  std::vector<std::string> inputs;  // files that the client opens
  std::string secret_prompt;
  std::string backup;               // where the client puts a copy of the database
  std::optional<std::size_t> keep;  // copies that stay there
  bool leave_unreadable = false;    // of a rotation
  bool again_and_again = false;     // until the client ends it
  Action action;
};

CommandLine parse_command_line(const std::vector<std::string>& args);

}  // namespace postern::app
