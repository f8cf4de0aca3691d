// The program: parse, gather what only the client can (secrets, files), then run the command at the
// server that holds the state folder, or here when there is none.

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>

#include "app/admin_socket.h"
#include "app/backup_file.h"
#include "app/check.h"
#include "app/command_line.h"
#include "app/commands/backup.h"
#include "app/commands/sealing_key.h"
#include "app/locate_config.h"
#include "app/serve.h"

namespace postern::app {
namespace {

constexpr std::size_t kMaxSecretLine = 4096;
constexpr int kPromptTries = 3;

// One line from a descriptor, without its newline. Nothing at end of file.
std::optional<core::Secret> read_line(int fd) {
  std::array<char, kMaxSecretLine> line{};
  std::size_t size = 0;
  bool any = false;
  while (size < line.size()) {
    const ssize_t got = ::read(fd, line.data() + size, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    any = true;
    if (line[size] == '\n') break;
    ++size;
  }
  std::optional<core::Secret> out;
  if (any) out.emplace(std::string_view(line.data(), size));
  ::explicit_bzero(line.data(), line.size());
  return out;
}

std::optional<core::Secret> prompt(int terminal, const std::string& text) {
  const Console console(terminal, terminal);
  termios old{};
  if (::tcgetattr(terminal, &old) != 0) return std::nullopt;
  termios quiet = old;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  // Silent before it asks: what is typed at once is neither shown nor thrown away.
  ::tcsetattr(terminal, TCSAFLUSH, &quiet);
  console.out(text + ": ");
  auto line = read_line(terminal);
  ::tcsetattr(terminal, TCSADRAIN, &old);
  console.out("\n");
  return line;
}

std::optional<core::Secret> prompt_twice(const std::string& text, const Console& console) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) {
    console.error("there is no terminal to ask for the password; use --password-stdin");
    return std::nullopt;
  }
  std::optional<core::Secret> out;
  for (int i = 0; i < kPromptTries && !out; ++i) {
    auto first = prompt(terminal, text);
    if (!first) break;
    const auto second = prompt(terminal, "Again");
    if (second && first->equal(second->reveal()) && !first->empty()) {
      out = std::move(first);
    } else {
      console.error("the two passwords are empty or differ");
    }
  }
  ::close(terminal);
  return out;
}

bool gather_secret(const CommandLine& line, AdminRequest& request, const Console& console) {
  switch (line.secret) {
    case CommandLine::SecretInput::none:
      return true;
    case CommandLine::SecretInput::prompt_twice:
      request.secret = prompt_twice(line.secret_prompt, console);
      break;
    case CommandLine::SecretInput::standard_input:
      request.secret = read_line(STDIN_FILENO);
      if (!request.secret) console.error("standard input holds no line");
      break;
  }
  return request.secret.has_value();
}

bool open_inputs(const CommandLine& line, AdminRequest& request, const Console& console) {
  for (const std::string& name : line.inputs) {
    const int fd = name == "-" ? ::dup(STDIN_FILENO) : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      console.error(name + ": cannot be opened: " + std::strerror(errno));
      return false;
    }
    request.files.push_back({name, fd});
  }
  return true;
}

int run_here(const CommandLine& line, const Config& config, AdminRequest request,
             const Console& console) {
  StateDir state(config.state_dir, config.sealing_key);
  if (!state.try_lock()) {
    console.error("another postern works with the state folder " + state.path().string() +
                  " and does not answer at its admin socket");
    return kRefused;
  }
  Appliance appliance(config, state);
  CommandContext context{appliance, console, std::move(request.secret), std::move(request.files)};
  return line.action(context);
}

int run_anywhere(const CommandLine& line, const Config& config, AdminRequest request,
                 const Console& console) {
  if (const auto code = run_at_server(config.state_dir / "admin.sock", request)) return *code;
  log::configure(log::Level::warning, config.log.format);
  return run_here(line, config, std::move(request), console);
}

int run_command(const CommandLine& line, const Config& config, std::vector<std::string> args,
                const Console& console) {
  AdminRequest request;
  request.args = std::move(args);
  if (!gather_secret(line, request, console)) return kRefused;
  if (!open_inputs(line, request, console)) return kUsage;
  std::optional<BackupFile> copy;
  if (!line.backup.empty()) {
    copy.emplace(line.backup, line.keep);
    request.files.push_back({copy->name().string(), copy->fd()});
  }
  int code = kDone;
  if (line.again_and_again) {  // until it is interrupted, or the server ends
    while ((code = run_anywhere(line, config, request, console)) == kDone) {
    }
    return code;
  }
  code = run_anywhere(line, config, std::move(request), console);
  if (copy && code == kDone) copy->finish();
  return code;
}

int run(std::vector<std::string> args) {
  const Console console(STDOUT_FILENO, STDERR_FILENO);
  const CommandLine line = parse_command_line(args);
  if (line.kind == CommandLine::Kind::text) {
    (line.exit_code == 0 ? std::cout : std::cerr) << line.text;
    return line.exit_code;
  }
  const ConfigResult result = locate_config(line.config);
  if (const auto* errors = std::get_if<std::vector<ConfigError>>(&result)) {
    for (const ConfigError& error : *errors) console.note(to_text(error) + "\n");
    return kUsage;
  }
  const Config& config = std::get<Config>(result);
  switch (line.kind) {
    case CommandLine::Kind::serve:
      return serve(config);
    case CommandLine::Kind::check:
      return check(config, console);
    case CommandLine::Kind::restore:
      return restore(config, line.inputs.front(), console);
    case CommandLine::Kind::rotate:
      return rotate_sealing_key(config, line.leave_unreadable, console);
    case CommandLine::Kind::command:
      return run_command(line, config, std::move(args), console);
    case CommandLine::Kind::text:
      break;
  }
  return kUsage;
}

}  // namespace
}  // namespace postern::app

int main(int argc, char** argv) {
  try {
    return postern::app::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "postern: " << error.what() << "\n";
    return postern::app::kRefused;
  }
}
