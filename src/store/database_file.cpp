#include "store/database_file.h"

#include "core/ports/store.h"

namespace postern::store {
namespace {

using core::StoreError;

constexpr std::string_view kSqlite = "sqlite:///";

}  // namespace

std::filesystem::path database_file(std::string_view url, const std::filesystem::path& base) {
  if (url.starts_with("postgresql:") || url.starts_with("postgres:")) {
    throw StoreError(StoreError::Kind::other,
                     "postgresql:// is not supported by this version; use sqlite:///<file>");
  }
  if (!url.starts_with(kSqlite)) {
    throw StoreError(StoreError::Kind::other,
                     "a store url is sqlite:////<absolute file> or sqlite:///<relative file>");
  }
  const std::filesystem::path file(url.substr(kSqlite.size()));
  if (file.filename().empty() || file == ":memory:") {
    throw StoreError(StoreError::Kind::other, "the store url names no file after sqlite:///");
  }
  return file.is_absolute() ? file : base / file;
}

}  // namespace postern::store
