#include "app/backup_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "app/state_dir.h"
#include "core/model/time_text.h"

namespace postern::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "postern-";
constexpr std::string_view kSuffix = ".db";
constexpr std::size_t kStamp = 16;  // 20270131T235959Z

std::string stamp() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return core::compact_time_text(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

bool is_ours(const std::string& name) {
  return name.size() == kPrefix.size() + kStamp + kSuffix.size() && name.starts_with(kPrefix) &&
         name.ends_with(kSuffix);
}

fs::path named(const fs::path& where) {
  if (!where.has_filename()) fs::create_directories(where);
  if (!fs::is_directory(where)) return where;
  return where / (std::string(kPrefix) + stamp() + std::string(kSuffix));
}

}  // namespace

BackupFile::BackupFile(const fs::path& where, std::optional<std::size_t> keep) : keep_(keep) {
  std::error_code error;
  name_ = fs::absolute(named(where));
  part_ = name_.string() + ".part";
  if (fs::exists(name_, error)) throw StateError(name_.string() + " exists already");
  fd_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd_ < 0) throw StateError(part_.string() + " cannot be written: " + std::strerror(errno));
}

BackupFile::~BackupFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!part_.empty()) ::unlink(part_.c_str());
}

void BackupFile::finish() {
  if (::rename(part_.c_str(), name_.c_str()) != 0) {
    throw StateError(name_.string() + " cannot be written: " + std::strerror(errno));
  }
  part_.clear();
  if (keep_) prune();
}

void BackupFile::prune() const {
  std::vector<fs::path> copies;
  for (const auto& entry : fs::directory_iterator(name_.parent_path())) {
    if (is_ours(entry.path().filename().string())) copies.push_back(entry.path());
  }
  std::sort(copies.begin(), copies.end());  // the names sort by time
  for (std::size_t i = 0; i + *keep_ < copies.size(); ++i) fs::remove(copies[i]);
}

}  // namespace postern::app
