#include "app/commands/sealing_key.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>

#include "app/commands/context.h"
#include "app/sealing_keys.h"
#include "app/system.h"
#include "core/credentials/reseal.h"
#include "store/reseal.h"

namespace postern::app {
namespace {

// Exit codes of the child beside those of commands.
constexpr int kNotCommitted = 10, kCommitted = 11, kEnded = 12;

bool take_lock(StateDir& state, const Console& console) {
  if (state.try_lock()) return true;
  console.error("a server works with the state folder " + state.path().string() +
                ": stop it first");
  return false;
}

// In the child: as the owner of the state folder.
int reseal_all(const Config& config, const core::SealingKey& fresh, bool leave_unopened,
               const Console& console) {
  SystemRandom random;
  StateDir state(config.state_dir, config.sealing_key);
  if (!take_lock(state, console)) return kRefused;
  const store::SealingState said = store::sealing_state(config.store.url);
  const core::SealingKey key = state.sealing_key(random);
  if (!said.subkeys.empty()) {
    const auto opened = core::unpack_subkeys(said.subkeys, core::Sealer(key, random));
    if (!opened) {
      console.error("the database is sealed under another key than that of " +
                    sealing_key_file(config).string());
      return kRefused;
    }
    core::keep_subkeys(key, *opened);
  }
  const core::Sealer from(key, random), to(fresh, random);
  const store::SealingState next{mark_text(fresh),
                                 core::pack_subkeys(core::kept_subkeys(from), to)};
  const auto report = store::reseal_database(
      config.store.url, mark_text(key), next,
      [&](const core::SealedPlace& place, std::string_view blob) {
        return core::reseal(from, to, place, blob);
      },
      leave_unopened);
  for (const std::string& place : report.unopened) {
    console.error("does not open: " + place);
  }
  if (!report.committed) {
    console.error("nothing was changed; --leave-unreadable leaves these as they are");
    return kRefused;
  }
  console.line(std::to_string(report.resealed) + " secrets resealed");
  return kDone;
}

// In the child: which of the two states an earlier rotation, ended before its end, has left.
int look_at_earlier(const Config& config, const Console& console) {
  SystemRandom random;
  StateDir state(config.state_dir, config.sealing_key);
  if (!take_lock(state, console)) return kRefused;
  const std::string said = store::sealing_state(config.store.url).mark;
  const std::string mark = mark_text(state.sealing_key(random));
  return said.empty() || said == mark ? kNotCommitted : kCommitted;
}

int in_a_child(const Console& console, const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child < 0) throw StateError("cannot make a process");
  if (child == 0) {
    int code = kRefused;
    try {
      code = work();
    } catch (const std::exception& error) {
      console.error(error.what());
    }
    ::_exit(code);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kEnded;
}

// As a start does, but with the rights of who runs the command.
int settle_earlier(const Config& config, const std::filesystem::path& file,
                   const Console& console) {
  if (!std::filesystem::exists(file.string() + ".next")) return kNotCommitted;
  const int code = in_a_child(console, [&] { return look_at_earlier(config, console); });
  if (code != kCommitted) return code;
  const std::filesystem::path kept = take_next_key(file);
  console.line("an earlier rotation is finished now; the former key is kept in " + kept.string());
  return kCommitted;
}

}  // namespace

int rotate_sealing_key(const Config& config, bool leave_unopened, const Console& console) {
  const std::filesystem::path file = sealing_key_file(config);
  const int earlier = settle_earlier(config, file, console);
  if (earlier != kNotCommitted) return earlier == kCommitted ? kDone : kRefused;
  SystemRandom random;
  const core::SealingKey fresh = write_next_key(file, random);
  const int code =
      in_a_child(console, [&] { return reseal_all(config, fresh, leave_unopened, console); });
  if (code == kRefused) {
    remove_next_key(file);
    return kRefused;
  }
  if (code != kDone) {  // it may have committed: the next start, or the next rotation, knows
    console.error("the rotation was ended; start postern, or run this again");
    return kRefused;
  }
  const std::filesystem::path kept = take_next_key(file);
  console.line("the former key is kept in " + kept.string() +
               ": copies of the database made until now need it");
  return kDone;
}

}  // namespace postern::app
