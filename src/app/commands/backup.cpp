#include "app/commands/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "store/backup.h"

namespace postern::app {
namespace {

constexpr std::size_t kPiece = 64 * 1024;
using Piece = std::array<char, kPiece>;

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& file)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

// Removed when it has been sent on, or when that failed.
class TemporaryCopy {
 public:
  explicit TemporaryCopy(std::filesystem::path file) : file_(std::move(file)) { remove(); }
  ~TemporaryCopy() { remove(); }
  TemporaryCopy(const TemporaryCopy&) = delete;
  TemporaryCopy& operator=(const TemporaryCopy&) = delete;
  const std::filesystem::path& file() const noexcept { return file_; }

 private:
  void remove() noexcept {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  std::filesystem::path file_;
};

// As much as there is, up to the piece's size; -1 with errno set.
ssize_t read_piece(int fd, off_t at, Piece& piece) {
  std::size_t size = 0;
  while (size < piece.size()) {
    const ssize_t got =
        ::pread(fd, piece.data() + size, piece.size() - size, at + static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(size);
}

bool write_all(int fd, std::span<const char> octets) {
  while (!octets.empty()) {
    const ssize_t put = ::write(fd, octets.data(), octets.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    octets = octets.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

bool copy_octets(int from, int to) {
  Piece piece{};
  off_t at = 0;
  for (;;) {
    const ssize_t size = read_piece(from, at, piece);
    if (size < 0) return false;
    if (size == 0) return ::fsync(to) == 0;
    if (!write_all(to, {piece.data(), static_cast<std::size_t>(size)})) return false;
    at += size;
  }
}

bool same_octets(int one, int other) {
  Piece a{}, b{};
  for (off_t at = 0;;) {
    const ssize_t size = read_piece(one, at, a);
    if (size < 0 || read_piece(other, at, b) != size) return false;
    if (size == 0) return true;
    if (!std::equal(a.begin(), a.begin() + size, b.begin())) return false;
    at += size;
  }
}

std::string described(const store::CopyReport& report) {
  return std::to_string(report.users) + " users, " + std::to_string(report.groups) +
         " groups, schema " + std::to_string(report.schema) + ", " + std::to_string(report.octets) +
         " octets";
}

}  // namespace

int back_up(CommandContext& context) {
  const InputFile& out = context.files.front();
  const Config& config = context.appliance.config();
  const TemporaryCopy copy(config.state_dir / "backup.copy");
  const store::CopyReport report = store::copy_database(config.store.url, {}, copy.file());
  const Descriptor made(copy.file());
  if (made.get() < 0 || !copy_octets(made.get(), out.fd)) {
    context.console.error(out.name + ": cannot be written: " + std::strerror(errno));
    return kRefused;
  }
  if (!same_octets(made.get(), out.fd)) {
    context.console.error(out.name + ": what was read back differs from what was written");
    return kRefused;
  }
  context.console.line(out.name + ": " + described(report) + ", verified");
  context.console.note(
      "The sealing key is not in it; without the key its secrets cannot be opened.\n");
  return kDone;
}

int restore(const Config& config, const std::filesystem::path& copy, const Console& console) {
  StateDir state(config.state_dir, config.sealing_key);
  if (!state.try_lock()) {
    console.error("a server works with the state folder " + state.path().string() +
                  ": stop it first");
    return kRefused;
  }
  const auto report = store::restore_database(config.store.url, {}, copy);
  console.line("restored: " + described(report.copy));
  if (!report.kept.empty()) console.line("the former database is kept: " + report.kept.string());
  return kDone;
}

}  // namespace postern::app
