#include "directory/mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "directory/directory.h"

namespace postern::directory {
namespace {

constexpr std::string_view kFirstLine = "postern directory 1";
constexpr std::string_view kPrefix = "data-", kSuffix = ".mdb";

void write_durably(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) throw DirectoryError("cannot write " + path);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool durable = written && ::fsync(fd) == 0;
  ::close(fd);
  if (!durable) throw DirectoryError("cannot write " + path);
}

void sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw DirectoryError("cannot open " + folder);
  const bool durable = ::fsync(fd) == 0;
  ::close(fd);
  if (!durable) throw DirectoryError("cannot synchronise " + folder);
}

// The number in data-<number>.mdb or data-<number>.mdb-lock.
std::optional<std::uint64_t> file_number(std::string_view name) {
  if (name.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  std::uint64_t number = 0;
  const char* begin = name.data() + kPrefix.size();
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(begin, end, number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  const std::string_view rest(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  if (rest != kSuffix && rest != std::string(kSuffix) + "-lock") return std::nullopt;
  return number;
}

}  // namespace

std::optional<Mark> read_mark(const std::string& folder) {
  std::ifstream in(folder + "/mark");
  std::string line;
  if (!std::getline(in, line) || line != kFirstLine) return std::nullopt;
  Mark mark;
  std::string state;
  std::string number;
  if (!std::getline(in, number) || !std::getline(in, mark.boot) || !std::getline(in, mark.epoch) ||
      !std::getline(in, state)) {
    return std::nullopt;
  }
  std::string octets;
  if (!std::getline(in, octets)) return std::nullopt;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), mark.file);
  const auto sized = std::from_chars(octets.data(), octets.data() + octets.size(), mark.octets);
  if (parsed.ec != std::errc{} || sized.ec != std::errc{}) return std::nullopt;
  if (state != "clean" && state != "dirty") return std::nullopt;
  mark.clean = state == "clean";
  return mark;
}

void write_mark(const std::string& folder, const Mark& mark) {
  std::ostringstream text;
  text << kFirstLine << '\n'
       << mark.file << '\n'
       << mark.boot << '\n'
       << mark.epoch << '\n'
       << (mark.clean ? "clean" : "dirty") << '\n'
       << mark.octets << '\n';
  const std::string path = folder + "/mark";
  write_durably(path + ".new", text.str());
  if (::rename((path + ".new").c_str(), path.c_str()) != 0) {
    throw DirectoryError("cannot write " + path);
  }
  sync_folder(folder);
}

std::string this_boot() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  // Unreadable: every start counts as another boot, which costs a build but trusts nothing.
  if (!std::getline(in, id)) return "unknown-" + std::to_string(::getpid());
  return id;
}

std::uint64_t file_octets(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : size;
}

std::string data_path(const std::string& folder, std::uint64_t file) {
  return folder + "/" + std::string(kPrefix) + std::to_string(file) + std::string(kSuffix);
}

void remove_others(const std::string& folder, std::uint64_t keep) {
  std::error_code ignored;
  for (const auto& item : std::filesystem::directory_iterator(folder, ignored)) {
    const auto number = file_number(item.path().filename().string());
    if (number && *number != keep) std::filesystem::remove(item.path(), ignored);
  }
}

}  // namespace postern::directory
