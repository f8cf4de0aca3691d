#include "app/console.h"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace postern::app {
namespace {

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

void Console::out(std::string_view text) const { write_all(out_, text); }

void Console::line(std::string_view text) const { write_all(out_, std::string(text) + "\n"); }

void Console::error(std::string_view text) const {
  write_all(err_, "postern: " + std::string(text) + "\n");
}

void Console::note(std::string_view text) const { write_all(err_, text); }

bool Console::err_is_terminal() const { return ::isatty(err_) == 1; }

}  // namespace postern::app
