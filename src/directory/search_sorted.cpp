// The sorted part of Search: gathering keys, finding the window, sending by rank.

#include <algorithm>

#include "directory/search.h"

namespace postern::directory {
namespace {

using ldap::ResultCode;

constexpr std::size_t kMostBounded = 4096;  // a page of that many is kept as such, more as a whole
constexpr std::size_t kRanksAtOnce = 64;    // ranked between two looks at the clock
// Who asks for a second page will ask for more: so many are put in order at once, for the pages to
// come.
constexpr std::size_t kAhead = 16384;
constexpr std::uint8_t kUppers = 0, kVirtual = 2, kSorted = 3;

bool timed_out(Instant start) {
  return std::chrono::steady_clock::now() - start >= ldap::kTurnTime;
}

// Where a client's place in a list of `theirs` lies in one of `ours` (vlv-09 section 6.1).
std::size_t scaled(std::uint32_t offset, std::uint32_t theirs, std::size_t ours) {
  if (offset <= 1 || ours == 0) return 1;
  if (theirs == 0) return std::min<std::size_t>(offset, ours);
  if (offset >= theirs) return ours;
  const std::uint64_t place = static_cast<std::uint64_t>(ours) * offset / theirs;
  return std::max<std::size_t>(1, static_cast<std::size_t>(place));
}

}  // namespace

bool Search::begin_sorted() {
  if (scratch_.sort.resolve(extras_.sort, *lease_.snapshot().dictionary).code !=
      ResultCode::success) {
    return false;
  }
  if (!cursor_.state) open_sorted();
  auto& sorted = static_cast<SortedSearch&>(*cursor_.state);
  if (cursor_.phase <= kVirtual) collecting_ = &sorted;
  return true;
}

// Either the rest of what was put in order for the page before, or nothing yet.
void Search::open_sorted() {
  if (extras_.after != nullptr && !extras_.series.empty()) {
    cursor_.state = shared_.sorted->take(SortCache::key_of(extras_.series, *extras_.after), start_);
    if (cursor_.state) {
      cursor_.phase = kSorted;
      return;
    }
  }
  auto sorted = std::make_unique<SortedSearch>(shared_.sort_memory);
  // A page needs its own entries and one that tells of more, whatever lies behind.
  const bool bounded = extras_.page != 0 && extras_.page < kMostBounded && !extras_.window;
  const std::size_t needed = std::size_t{extras_.page} + 1;
  if (bounded) {
    sorted->store.keep_least(extras_.after == nullptr ? needed : std::max(needed, kAhead));
  }
  cursor_.state = std::move(sorted);
}

// The page is full. What is in order behind it is the beginning of the next one.
void Search::keep_rest() {
  const auto& sorted = static_cast<const SortedSearch&>(*cursor_.state);
  if (extras_.series.empty() || sorted.rank >= sorted.end) return;
  // Less than a page, and more behind it that was not kept: the next page gathers anew.
  if (sorted.store.dropped_some() && sorted.end - sorted.rank < extras_.page) return;
  shared_.sorted->keep(SortCache::key_of(extras_.series, cursor_.last), std::move(cursor_.state),
                       start_);
}

Search::Step Search::collect(const Subject& subject) {
  SortStore::Place place{.key = scratch_.sort.of(subject, *view_.layout, sight_),
                         .phase = cursor_.phase};
  place.id = place.phase == kUppers ? static_cast<EntryId>(subject.upper) : subject.id;
  if (const ldap::Position* after = extras_.after) {
    if (compare_places(place, {after->key, after->phase, after->id}) <= 0) return Step::next;
  }
  while (!collecting_->store.add(place)) {
    if (!shared_.sorted->evict()) return finish(ResultCode::adminLimitExceeded);
  }
  return Step::next;
}

Search::Step Search::send_sorted() {
  collecting_ = nullptr;
  auto& sorted = static_cast<SortedSearch&>(*cursor_.state);
  SortStore& store = sorted.store;
  store.finish();
  if (!sorted.placed) {
    if (const Step step = place_window(sorted); step != Step::next) return step;
  }
  for (std::size_t ranks = 1; sorted.rank < sorted.end; ++ranks) {
    if (store.ranked() <= sorted.rank) {
      store.rank_next();
      ++examined_;
      if (ranks % kRanksAtOnce == 0 && timed_out(start_)) return Step::turn_over;
      continue;
    }
    if (turn_over()) return Step::turn_over;
    const Step step = send_ranked(sorted, store.at(sorted.rank));
    if (step != Step::next) return step;
    ++sorted.rank;
  }
  // Some of those that were kept have gone meanwhile; those that were not come on the next page.
  if (store.dropped_some()) {
    note_last(sorted);
    return finish(ResultCode::success);
  }
  return Step::next;
}

void Search::note_last(const SortedSearch& sorted) {
  page_full_ = true;
  const SortStore::Place last = sorted.store.at(sorted.rank - 1);
  cursor_.last = {.phase = last.phase, .id = last.id, .key = std::string(last.key)};
}

// RFC 2891 knows no window: everything is sent. Otherwise the first and last place are worked out.
Search::Step Search::place_window(SortedSearch& sorted) {
  const ldap::VlvRequest* window = extras_.window;
  SortStore& store = sorted.store;
  const std::size_t size = store.size();
  if (window == nullptr) {
    sorted.end = size;
    sorted.placed = true;
    return Step::next;
  }
  cursor_.window_size = static_cast<std::uint32_t>(size);
  std::size_t target = 0;  // from 1
  if (window->assertion) {
    if (!scratch_.sort.of_value(*window->assertion, scratch_.value)) {
      return finish(ResultCode::inappropriateMatching);
    }
    // The first that is not less; behind the last if there is none.
    for (;; ++sorted.rank) {
      if (sorted.rank == size) break;
      if (store.ranked() <= sorted.rank) {
        if (sorted.rank % kRanksAtOnce == kRanksAtOnce - 1 && timed_out(start_)) {
          return Step::turn_over;
        }
        store.rank_next();
      }
      if (store.at(sorted.rank).key >= scratch_.value) break;
    }
    target = sorted.rank + 1;
  } else {
    const bool beyond = window->content_count != 0 && window->offset > window->content_count;
    if (window->offset == 0 || beyond) return finish(ResultCode::offsetRangeError);
    target = scaled(window->offset, window->content_count, size);
  }
  cursor_.window_target = static_cast<std::uint32_t>(target);
  const std::size_t before = std::min<std::size_t>(window->before, target - 1);
  sorted.rank = target - 1 - before;
  sorted.end = std::min<std::size_t>(size, target + window->after);
  sorted.placed = true;
  return Step::next;
}

Search::Step Search::send_ranked(SortedSearch& sorted, const SortStore::Place& place) {
  ++examined_;
  Target target{.kind = Target::Kind::upper, .upper = static_cast<Container>(place.id)};
  if (place.phase != kUppers) {
    target = {.kind = place.phase == kVirtual ? Target::Kind::virtual_group
                      : is_group(place.id)    ? Target::Kind::group
                                              : Target::Kind::user,
              .id = place.id};
  }
  if (!sight_.target(target)) return Step::next;
  auto subject = load_subject(lease_, view_, target, scratch_.subject);
  if (!subject) return Step::next;
  if (target.kind == Target::Kind::upper) subject = upper(target.upper);
  if (!evaluator_.matches(*subject, kNoLeaf)) return Step::next;
  const Step step = send(*subject);
  if (page_full_) note_last(sorted);
  return step;
}

}  // namespace postern::directory
