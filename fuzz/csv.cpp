// LINK: postern_app postern_core postern_ldap
// The CSV reader over any octets, and what becomes of its rows under the first one as header.

#include "app/import/csv.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "app/import/entry.h"

namespace {

class FixedRandom : public postern::core::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out) octet = 7;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::app;
  const int fd = ::memfd_create("input", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  ::lseek(fd, 0, SEEK_SET);
  {
    CsvReader reader(fd);
    FixedRandom random;
    std::vector<std::string> header, cells;
    std::uint64_t last = 0;
    for (;;) {
      const auto next = reader.next(cells);
      if (next == CsvReader::Next::end) break;
      if (reader.line() <= last) std::abort();  // rows go forward
      last = reader.line();
      if (next == CsvReader::Next::fault) {
        if (reader.fault().empty()) std::abort();
        continue;
      }
      if (cells.empty() || cells.size() > 1001) std::abort();
      if (header.empty()) {
        header = cells;
      } else {
        entry_from_csv(header, cells, reader.line(), random);
      }
    }
    if (reader.source().octets() != size || reader.source().failed()) std::abort();
  }
  ::close(fd);
  return 0;
}
