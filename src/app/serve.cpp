#include "app/serve.h"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <chrono>

#include "app/admin_socket.h"
#include "app/command_line.h"
#include "app/config/reload.h"
#include "app/listening.h"
#include "app/service_manager.h"
#include "app/setup_link.h"
#include "app/version.h"
#include "core/log.h"

namespace postern::app {
namespace {

// Signals are taken by sigtimedwait alone; every thread started later inherits the block.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

void harden() {
  prctl(PR_SET_DUMPABLE, 0);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

int run_for_client(Appliance& appliance, const Listening& listening, AdminRequest& request,
                   const Console& console) {
  CommandLine line = parse_command_line(request.args);
  if (line.kind != CommandLine::Kind::command) {
    console.error("this command does not run at the server");
    return kUsage;
  }
  CommandContext context{appliance,
                         console,
                         std::move(request.secret),
                         std::move(request.files),
                         true,
                         listening.addresses(),
                         [&listening] { return listening.figures(); }};
  try {
    return line.action(context);
  } catch (const std::exception& error) {
    console.error(error.what());
    return kRefused;
  }
}

// Takes what can change at run time, or keeps everything as it is.
void reload(Appliance& appliance, Listening& listening, Config& running) {
  if (running.file.empty()) {
    log::info("config.reload.nothing", {{"why", "there is no configuration file"}});
    return;
  }
  const ConfigResult result = load_config(running.file);
  if (const auto* errors = std::get_if<std::vector<ConfigError>>(&result)) {
    for (const ConfigError& error : *errors) {
      log::error("config.reload.refused", {{"why", to_text(error)}});
    }
    return;
  }
  const Config& fresh = std::get<Config>(result);
  for (const SettingChange& change : changes_between(running, fresh)) {
    if (change.reload == Reload::restart) {
      log::warning("config.reload.restart_needed", {{"setting", change.key}});
    }
  }
  Config next = reloadable(running, fresh);
  std::string why;
  if (!listening.reload(next, why)) {
    log::error("config.reload.refused", {{"why", why}});
    return;
  }
  log::configure(next.log.level, next.log.format);
  appliance.reload_profiles(next);
  const FolderReport report = appliance.apply_blueprints(next);
  running = std::move(next);
  log::info("config.reloaded",
            {{"blueprints_applied", static_cast<std::int64_t>(report.applied.size())},
             {"blueprints_failed", static_cast<std::int64_t>(report.failed)}});
}

void keep_house(Appliance& appliance, Listening& listening, const Config& running,
                ServiceManager& manager) {
  if (listening.loops_answer()) manager.alive(std::chrono::steady_clock::now());
  try {
    appliance.housekeeping();
    listening.follow_certificates(running);
    listening.keep_house();
  } catch (const core::StoreError& error) {
    log::error("housekeeping.failed", {{"why", error.what()}});
  }
}

// Until a signal says stop.
void wait_for_signals(const sigset_t& signals, Appliance& appliance, Listening& listening,
                      Config& running, ServiceManager& manager) {
  for (;;) {
    const timespec second{1, 0};
    const int number = sigtimedwait(&signals, nullptr, &second);
    if (number == SIGTERM || number == SIGINT) return;
    if (number == SIGHUP) {
      manager.reloading();
      reload(appliance, listening, running);
      manager.ready(listening.addresses());
    } else if (errno == EAGAIN) {
      keep_house(appliance, listening, running, manager);
    }
  }
}

}  // namespace

int serve(const Config& config) {
  const sigset_t signals = block_signals();
  ServiceManager manager;
  harden();
  log::configure(config.log.level, config.log.format);
  log::start_writer();
  for (const FileError& warning : config.warnings) {
    log::warning("config.warning", {{"what", to_text(warning)}});
  }
  StateDir state(config.state_dir, config.sealing_key);
  if (!state.try_lock()) {
    throw StateError("another postern works with the state folder " + state.path().string());
  }
  Appliance appliance(config, state);
  Config running = config;
  Listening listening(appliance, state, manager.take_sockets());
  const std::string setup = offer_setup(appliance);
  AdminServer admin(state.admin_socket(), [&](AdminRequest& request, const Console& console) {
    return run_for_client(appliance, listening, request, console);
  });
  listening.start();
  appliance.start_deliveries();
  const Console console(1, 2);
  console.line("ready " + listening.addresses());
  // For whoever starts it, not for the log: the link makes an administrator.
  if (!setup.empty()) console.note("set up akadmin by this link, once: " + setup + "\n");
  log::info("server.ready", {{"version", kVersion}, {"listen", listening.addresses()}});
  manager.ready(listening.addresses());
  wait_for_signals(signals, appliance, listening, running, manager);
  manager.stopping();
  log::info("server.stopping");
  listening.stop();
  log::info("server.stopped");
  return kDone;
}

}  // namespace postern::app
