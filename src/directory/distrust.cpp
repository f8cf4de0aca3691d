#include "directory/distrust.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace postern::directory {
namespace {

constexpr std::array<int, 3> kFaults{SIGSEGV, SIGBUS, SIGABRT};

// A signal handler may touch nothing that allocates.
std::array<char, 4096> mark_path{};
std::array<struct sigaction, kFaults.size()> before{};

extern "C" void on_fault(int number) {
  ::unlink(mark_path.data());
  for (std::size_t i = 0; i < kFaults.size(); ++i) {
    if (kFaults[i] == number) ::sigaction(number, &before[i], nullptr);
  }
  // On return the faulting instruction runs again, or abort() goes on, without this handler.
}

}  // namespace

void distrust_at_fault(const std::string& folder) {
  const std::string path = folder + "/mark";
  if (path.size() >= mark_path.size()) return;  // no such file can be opened either
  const bool installed = mark_path[0] != '\0';
  mark_path.fill('\0');
  std::copy(path.begin(), path.end(), mark_path.begin());
  if (installed) return;
  struct sigaction action {};
  action.sa_handler = on_fault;
  action.sa_flags =
      static_cast<int>(SA_RESETHAND);  // a second fault, on any thread, ends the process
  ::sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kFaults.size(); ++i) ::sigaction(kFaults[i], &action, &before[i]);
}

}  // namespace postern::directory
