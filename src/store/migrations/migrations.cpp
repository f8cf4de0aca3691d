#include "store/migrations/migrations.h"

#include <array>

namespace postern::store {

std::span<const Migration> migrations() noexcept {
  static const std::array<Migration, 1> kAll{{{1, kMigration001}}};
  return kAll;
}

}  // namespace postern::store
