#pragma once
// Plan: where to look for entries that may match, so that few are examined: one posting list, a
// short list of gathered ids, or everything. A plan is a superset of the matches; the evaluator
// decides. In an AND the smallest source wins and looking stops at kFewEnough; an OR gathers a
// sorted union, up to kMaxUnion ids. Where a posting list stands for exactly one leaf of an AND,
// that leaf needs no second look (`proven`).
//
// Postings belong to users and groups; virtual groups are planned by what their user has.

#include <string>
#include <vector>

#include "directory/compiled_filter.h"
#include "directory/evaluate.h"

namespace postern::directory {

inline constexpr std::uint64_t kFewEnough = 16;
inline constexpr std::size_t kMaxUnion = 65'536;

struct Source {
  enum class Kind : std::uint8_t { everything, nothing, posting, ids } kind = Kind::everything;
  std::uint64_t count = ~std::uint64_t{0};
  std::uint32_t key = 0;            // posting: index into PlanScratch::keys
  std::size_t first = 0, last = 0;  // ids: segment of PlanScratch::ids, ascending
  std::uint32_t proven = kNoLeaf;
};

struct PlanScratch {
  TextPool keys;
  std::vector<EntryId> ids;
  std::string key;
  void clear() noexcept {
    keys.clear();
    ids.clear();
  }
};

// What the plan is for.
enum class Realm : std::uint8_t { stored, virtual_groups };

Source plan(const CompiledFilter& filter, Realm realm, Lease& lease, const View& view,
            PlanScratch& scratch);

// Up to `limit` ids of a posting list within [from, last], ascending, appended to `out`.
void read_posting(Lease& lease, std::string_view key, EntryId from, EntryId last, std::size_t limit,
                  std::vector<EntryId>& out);

}  // namespace postern::directory
