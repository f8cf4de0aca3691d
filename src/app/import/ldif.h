#pragma once
// LDIF content records, as slapcat and ldapsearch print them: folded lines, comments, base64
// values. Change records other than `add` and values by URL (`attr:< file`) are faults, not
// records. Hostile input is bounded: 4 MiB a line, 100,000 values a record. Source: RFC 2849.
// Thread: one.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/import/line_source.h"

namespace postern::app {

struct LdifRecord {
  std::uint64_t line = 0;  // of its dn
  std::string dn;
  std::vector<std::pair<std::string, std::string>>
      values;  // attribute in lower case, value in octets
};

class LdifReader {
 public:
  explicit LdifReader(int fd) : source_(fd) {}

  enum class Next { record, fault, end };
  // fault: `record.line` says where, fault() what; reading goes on behind the record.
  Next next(LdifRecord& record);
  std::string_view fault() const noexcept { return fault_; }
  const LineSource& source() const noexcept { return source_; }

 private:
  bool logical_line(std::string& out, std::uint64_t& number);
  Next skip(std::string_view why);
  bool take(std::string_view line, LdifRecord& record);

  LineSource source_;
  std::string ahead_;
  bool has_ahead_ = false;
  std::uint64_t ahead_number_ = 0;
  bool cut_ = false;
  std::string_view fault_;
};

}  // namespace postern::app
