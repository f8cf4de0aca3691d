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

void add_insight(CLI::App& app, CommandLine& line);         // explain, events
void add_app_passwords(CLI::App& user, CommandLine& line);  // user app-password

}  // namespace postern::app
