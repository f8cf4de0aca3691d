#pragma once
// The numbered steps of the schema. A step that has been released never changes; a new one is
// added. Words between @ differ by back end: @serial@ is the column type of a key that the database
// counts up. Static data.

#include <span>
#include <string_view>

namespace postern::store {

struct Migration {
  int version;  // 1, 2, 3, ... without gaps
  std::string_view sql;
};

extern const std::string_view kMigration001;
extern const std::string_view kMigration002;
extern const std::string_view kMigration003;
extern const std::string_view kMigration004;
extern const std::string_view kMigration005;
extern const std::string_view kMigration006;
extern const std::string_view kMigration007;
extern const std::string_view kMigration008;
extern const std::string_view kMigration009;
extern const std::string_view kMigration010;
extern const std::string_view kMigration011;
extern const std::string_view kMigration012;
extern const std::string_view kMigration013;
extern const std::string_view kMigration014;

std::span<const Migration> migrations() noexcept;

}  // namespace postern::store
