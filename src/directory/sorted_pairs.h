#pragma once
// SortedPairs: (key, entry id) pairs in any order in, ascending out, in bounded memory: full
// buffers are sorted and go to an unlinked temporary file, drain() merges the runs. A table filled
// in ascending order has full pages and is several times faster to write.
//
// Thread: one. Errors: DirectoryError when the temporary file cannot be written or read.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/entry_id.h"

namespace postern::directory {

class SortedPairs {
 public:
  // `folder` takes the temporary file.
  explicit SortedPairs(std::string folder) : folder_(std::move(folder)) {}
  ~SortedPairs();
  SortedPairs(const SortedPairs&) = delete;
  SortedPairs& operator=(const SortedPairs&) = delete;

  void add(std::string_view key, EntryId id);
  // Ascending by key, then id; a pair that was added twice may come twice. Callable once.
  void drain(const std::function<void(std::string_view key, EntryId id)>& take);

 private:
  struct Item {
    std::uint32_t offset = 0;  // into text_
    std::uint16_t size = 0;
    EntryId id = 0;
  };
  struct Range {
    std::uint64_t first = 0, last = 0;  // octets of the file
  };
  class Run;

  std::string_view key_of(const Item& item) const noexcept {
    return std::string_view(text_).substr(item.offset, item.size);
  }
  void sort();
  void spill();

  std::string folder_;
  std::string text_;
  std::vector<Item> items_;
  std::vector<Range> runs_;
  int file_ = -1;
  std::uint64_t written_ = 0;
};

}  // namespace postern::directory
