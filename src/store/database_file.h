#pragma once
// From a store's url to the file of its SQLite database. Forms: see store.h. Relative paths are
// taken from `base`. Errors: StoreError; no sentence repeats the url, which may hold a password.
// Pure.

#include <filesystem>
#include <string_view>

namespace postern::store {

std::filesystem::path database_file(std::string_view url, const std::filesystem::path& base);

}  // namespace postern::store
