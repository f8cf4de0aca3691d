#include "directory/sorted_pairs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "directory/directory.h"

namespace postern::directory {
namespace {

constexpr std::size_t kBuffer = std::size_t{16} << 20U;      // octets of keys in memory
constexpr std::size_t kReadAhead = std::size_t{256} << 10U;  // of each run

[[noreturn]] void fail(const char* what) {
  throw DirectoryError(std::string(what) +
                       " a temporary file of the directory: " + std::strerror(errno));
}

void write_all(int file, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t size = ::write(file, octets.data(), octets.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) fail("cannot write");
    octets.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

// One sorted stretch of the file, read ahead in pieces.
class SortedPairs::Run {
 public:
  Run(int file, Range range) : file_(file), at_(range.first), last_(range.last) { next(); }

  bool done() const noexcept { return done_; }
  std::string_view key() const noexcept { return key_; }
  EntryId id() const noexcept { return id_; }

  void next() {
    std::uint16_t size = 0;
    if (!take(&size, sizeof size)) {
      done_ = true;
      return;
    }
    key_.resize(size);
    take(key_.data(), size);
    take(&id_, sizeof id_);
  }

 private:
  bool take(void* out, std::size_t size) {
    auto* to = static_cast<char*>(out);
    while (size > 0) {
      if (used_ == buffer_.size() && !fill()) return false;
      const std::size_t part = std::min(size, buffer_.size() - used_);
      std::memcpy(to, buffer_.data() + used_, part);
      used_ += part;
      to += part;
      size -= part;
    }
    return true;
  }

  bool fill() {
    if (at_ == last_) return false;
    buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kReadAhead, last_ - at_)));
    const ssize_t size = ::pread(file_, buffer_.data(), buffer_.size(), static_cast<off_t>(at_));
    if (size <= 0) fail("cannot read");
    buffer_.resize(static_cast<std::size_t>(size));
    at_ += static_cast<std::uint64_t>(size);
    used_ = 0;
    return true;
  }

  int file_;
  std::uint64_t at_, last_;
  std::string buffer_, key_;
  std::size_t used_ = 0;
  EntryId id_ = 0;
  bool done_ = false;
};

SortedPairs::~SortedPairs() {
  if (file_ >= 0) ::close(file_);
}

void SortedPairs::add(std::string_view key, EntryId id) {
  if (text_.size() + key.size() > kBuffer) spill();
  items_.push_back({.offset = static_cast<std::uint32_t>(text_.size()),
                    .size = static_cast<std::uint16_t>(key.size()),
                    .id = id});
  text_.append(key);
}

void SortedPairs::sort() {
  const auto less = [this](const Item& a, const Item& b) {
    const int order = key_of(a).compare(key_of(b));
    return order != 0 ? order < 0 : a.id < b.id;
  };
  const auto same = [this](const Item& a, const Item& b) {
    return a.id == b.id && key_of(a) == key_of(b);
  };
  std::sort(items_.begin(), items_.end(), less);
  items_.erase(std::unique(items_.begin(), items_.end(), same), items_.end());
}

void SortedPairs::spill() {
  if (file_ < 0) {
    file_ = ::open(folder_.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    if (file_ < 0) fail("cannot make");
  }
  sort();
  std::string out;
  for (const Item& item : items_) {
    out.append(reinterpret_cast<const char*>(&item.size), sizeof item.size);
    out.append(key_of(item));
    out.append(reinterpret_cast<const char*>(&item.id), sizeof item.id);
    if (out.size() < kReadAhead) continue;
    write_all(file_, out);
    written_ += out.size();
    out.clear();
  }
  write_all(file_, out);
  written_ += out.size();
  runs_.push_back({runs_.empty() ? 0 : runs_.back().last, written_});
  items_.clear();
  text_.clear();
}

void SortedPairs::drain(const std::function<void(std::string_view key, EntryId id)>& take) {
  if (runs_.empty()) {
    sort();
    for (const Item& item : items_) take(key_of(item), item.id);
    return;
  }
  spill();
  items_ = {};
  text_ = {};
  std::vector<std::unique_ptr<Run>> heap;
  for (const Range& range : runs_) heap.push_back(std::make_unique<Run>(file_, range));
  const auto later = [](const std::unique_ptr<Run>& a, const std::unique_ptr<Run>& b) {
    const int order = a->key().compare(b->key());
    return order != 0 ? order > 0 : a->id() > b->id();
  };
  std::erase_if(heap, [](const std::unique_ptr<Run>& run) { return run->done(); });
  std::make_heap(heap.begin(), heap.end(), later);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    Run& run = *heap.back();
    take(run.key(), run.id());
    run.next();
    if (run.done()) {
      heap.pop_back();
    } else {
      std::push_heap(heap.begin(), heap.end(), later);
    }
  }
}

}  // namespace postern::directory
