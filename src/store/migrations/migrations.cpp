#include "store/migrations/migrations.h"

#include <array>

namespace postern::store {

std::span<const Migration> migrations() noexcept {
  static const std::array<Migration, 14> kAll{{{1, kMigration001},
                                               {2, kMigration002},
                                               {3, kMigration003},
                                               {4, kMigration004},
                                               {5, kMigration005},
                                               {6, kMigration006},
                                               {7, kMigration007},
                                               {8, kMigration008},
                                               {9, kMigration009},
                                               {10, kMigration010},
                                               {11, kMigration011},
                                               {12, kMigration012},
                                               {13, kMigration013},
                                               {14, kMigration014}}};
  return kAll;
}

}  // namespace postern::store
