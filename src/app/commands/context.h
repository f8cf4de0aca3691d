#pragma once
// What a command works with, wherever it runs: in the client's own process or in the server's.
// Exit codes: 0 done, 1 refused, 2 usage or configuration.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/appliance.h"
#include "app/console.h"
#include "app/live_figures.h"
#include "core/secret.h"

namespace postern::app {

// A file that the client opened, so that its rights count and not the server's.
struct InputFile {
  std::string name;  // as typed, for messages
  int fd = -1;       // readable, at its start; owned by the caller
};

struct CommandContext {
  Appliance& appliance;
  const Console& console;
  std::optional<core::Secret> secret;  // from the prompt or --password-stdin
  std::vector<InputFile> files;
  bool beside_server = false;  // logins go on meanwhile
  std::string listening = {};  // beside a server: its real addresses, "ldap=127.0.0.1:3389 ..."
  LiveSource live = {};        // beside a server: what it is doing
};

using Action = std::function<int(CommandContext&)>;

inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUsage = 2;

// Whole content, at most `limit` octets; an Error names the file.
core::Outcome<std::string> read_all(const InputFile& file, std::size_t limit);

// Runs `work` in one transaction. An Error is printed and nothing is kept; else commits, waits
// until the change is searchable, and records `action` in the events.
struct Audit {
  std::string action;  // "model_created", ...
  std::string model;
  std::string name;
  core::UserId user = 0;  // whose it is, as far as `work` has found out; 0 = nobody's
};
int change(
    CommandContext& context, const Audit& audit,
    const std::function<core::Outcome<core::Done>(core::Transaction&, core::Objects&)>& work);

}  // namespace postern::app
