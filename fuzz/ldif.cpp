// LINK: postern_app postern_core postern_ldap
// The LDIF reader over any octets, and what becomes of its records: it ends, a record has a dn, an
// entry's name and attributes hold no NUL, and a user has one.

#include <boost/json/object.hpp>
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

int file_of(const std::uint8_t* data, std::size_t size) {
  const int fd = ::memfd_create("input", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  ::lseek(fd, 0, SEEK_SET);
  return fd;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::app;
  const int fd = file_of(data, size);
  {
    LdifReader reader(fd);
    LdifRecord record;
    FixedRandom random;
    std::size_t count = 0;
    for (;;) {
      const auto next = reader.next(record);
      if (next == LdifReader::Next::end) break;
      if (++count > size) std::abort();  // each takes a line at least
      if (next == LdifReader::Next::fault) {
        if (reader.fault().empty()) std::abort();
        continue;
      }
      if (record.dn.empty() || record.line == 0) std::abort();
      const ImportEntry entry = entry_from_ldif(record, random);
      if (entry.uid_number < 0 || entry.gid_number < 0) std::abort();
      const bool object =
          entry.kind == ImportEntry::Kind::user || entry.kind == ImportEntry::Kind::group;
      if (object != entry.fields.contains("attributes")) std::abort();
    }
    if (reader.source().octets() != size || reader.source().failed()) std::abort();
  }
  ::close(fd);
  return 0;
}
