#pragma once
// The admin socket: commands beside a running server. A client sends its arguments, the secret that
// it asked for, and its own file descriptors (stdout, stderr, input files), so that output and
// rights are the client's; the server runs the command against its live Appliance and answers the
// exit code.
//
// Frame: 4 octets length (big-endian), JSON {"args": [...], "secret": "...", "files": [...]}; the
// first octet carries the descriptors (SCM_RIGHTS). Answer: one octet. At most 1 MiB and 64
// descriptors. Only root and the user of the server are served (peer credentials). Thread: one per
// client, at most 8.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/context.h"

namespace postern::app {

struct AdminRequest {
  std::vector<std::string> args;
  std::optional<core::Secret> secret;
  std::vector<InputFile> files;
};

class AdminServer {
 public:
  using Handler = std::function<int(AdminRequest& request, const Console& console)>;

  AdminServer(std::filesystem::path path, Handler handler);  // throws StateError
  ~AdminServer();                                            // ends after running commands
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The exit code of the command, or nothing when no server listens there.
std::optional<int> run_at_server(const std::filesystem::path& socket, const AdminRequest& request);

}  // namespace postern::app
