#pragma once
// Parts of the command line, each the options of one group of commands. Used by command_line.cpp.

#include <CLI/CLI.hpp>

#include <utility>

#include "app/command_line.h"

namespace postern::app {

// What the parsed words chose; called by the callback of the innermost subcommand.
inline void choose(CommandLine& line, Action action) {
  line.kind = CommandLine::Kind::command;
  line.action = std::move(action);
}

inline void password_option(CLI::App& command, CommandLine& line) {
  command.add_flag_callback(
      "--password-stdin", [&line] { line.secret = CommandLine::SecretInput::standard_input; },
      "read the password from standard input, one line");
}

void add_insight(CLI::App& app, CommandLine& line);         // explain, events
void add_app_passwords(CLI::App& user, CommandLine& line);  // user app-password
void add_radius(CLI::App& app, CommandLine& line);          // radius

}  // namespace postern::app
