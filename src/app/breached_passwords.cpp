#include "app/breached_passwords.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>

#include "core/log.h"

namespace postern::app {
namespace {

constexpr std::size_t kHash = 40, kPrefixDigits = 5;
constexpr std::size_t kMostLine = 128;  // a hash, a count and what a tool puts behind
constexpr off_t kMostRange = off_t{4} << 20;

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ >= 0 && ::fstat(fd_, &status_) != 0) status_ = {};
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool good() const noexcept { return fd_ >= 0; }
  bool folder() const noexcept { return S_ISDIR(status_.st_mode); }
  off_t size() const noexcept { return status_.st_size; }
  // What there is at `at`, at most `out.size()` octets; empty at the end and at an error.
  std::string_view read(off_t at, std::span<char> out) const noexcept {
    const ssize_t got = ::pread(fd_, out.data(), out.size(), at);
    return {out.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  int fd_;
  struct stat status_ {};
};

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Below, equal, above 0: as the line stands before, at or behind the hash.
int order(std::string_view line, std::string_view hash) noexcept {
  for (std::size_t i = 0; i < hash.size(); ++i) {
    if (i >= line.size()) return -1;
    const char have = upper(line[i]);
    if (have != hash[i]) return have < hash[i] ? -1 : 1;
  }
  return 0;
}

std::uint64_t count_in(std::string_view line, std::size_t digits) noexcept {
  std::uint64_t count = 1;
  if (line.size() > digits + 1 && line[digits] == ':') {
    std::from_chars(line.data() + digits + 1, line.data() + line.size(), count);
  }
  return count;
}

std::string_view first_line(std::string_view text) noexcept {
  return text.substr(0, text.find('\n'));
}

// The first line that begins at or behind `at`, and where; empty = there is none.
std::string_view line_from(const File& file, off_t& at, std::span<char> room) {
  if (at > 0) {
    // The line to which the octet before belongs is not ours.
    const std::string_view before = file.read(at - 1, room);
    const std::size_t end = before.find('\n');
    if (end == std::string_view::npos) return {};
    at += static_cast<off_t>(end);
  }
  return first_line(file.read(at, room));
}

std::uint64_t search(const File& file, std::string_view hash) {
  std::array<char, kMostLine> room{};
  off_t low = 0, high = file.size();  // the line begins in [low, high)
  while (low < high) {
    const off_t middle = low + (high - low) / 2;
    off_t at = middle;
    const std::string_view line = line_from(file, at, room);
    const int where = line.empty() || at >= high ? 1 : order(line, hash);
    if (where == 0) return count_in(line, hash.size());
    if (where > 0) {
      high = middle;
    } else {
      low = at + 1;
    }
  }
  return 0;
}

std::optional<std::uint64_t> in_range(const File& file, std::string_view rest) {
  if (!file.good() || file.folder() || file.size() > kMostRange) return std::nullopt;
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const std::string_view got = file.read(static_cast<off_t>(have), std::span(text).subspan(have));
    if (got.empty()) return std::nullopt;
    have += got.size();
  }
  for (std::string_view left = text; !left.empty();) {
    const std::string_view line = first_line(left);
    if (order(line, rest) == 0) return count_in(line, rest.size());
    left.remove_prefix(std::min(line.size() + 1, left.size()));
  }
  return 0;
}

std::optional<std::uint64_t> look_up(const std::string& path, std::string_view sha1) {
  const File file(path);
  if (!file.good()) return std::nullopt;
  if (!file.folder()) return search(file, sha1);
  const std::string range = path + "/" + std::string(sha1.substr(0, kPrefixDigits));
  const std::string_view rest = sha1.substr(kPrefixDigits);
  const File plain(range);
  return plain.good() ? in_range(plain, rest) : in_range(File(range + ".txt"), rest);
}

}  // namespace

std::optional<std::uint64_t> BreachedPasswordFiles::count(std::string_view list,
                                                          std::string_view sha1) const {
  if (sha1.size() != kHash) return std::nullopt;
  const auto found = look_up(std::string(list), sha1);
  if (!found) log::error("password.breach_list_unreadable", {{"list", list}});
  return found;
}

}  // namespace postern::app
