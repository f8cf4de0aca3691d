#pragma once
// Tree: the seam through which an LDAP session searches; the directory room implements it.
//
// A search runs in turns. Each turn appends whole SearchResultEntry PDUs to `out` and ends at
// kTurnOctets, kTurnEntries or kTurnTime, whichever comes first; nothing of the read model is held
// between turns. The caller keeps the request (decoded anew from its own octets at each turn) and
// the SearchCursor, which holds ids only, so a suspended search survives any write.
//
// Never throws on a request; a broken read model answers ResultCode::unavailable.
// Thread: any loop; each loop uses its own reader inside.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/locate.h"
#include "protocols/ldap/message.h"
#include "protocols/ldap/read_controls.h"
#include "protocols/ldap/result_code.h"
#include "protocols/ldap/result_set_controls.h"
#include "protocols/ldap/watch_controls.h"
#include "protocols/session.h"

namespace postern::ldap {

// Whom one sees (core/access/search_right.h).
enum class Sees : std::uint8_t { nothing, self, own_groups, members, everything };

// Who looks. Hidden entries and attributes behave as absent ones, in every way that can be
// observed. A plain value; what it points to must outlive the call.
struct Viewer {
  std::int64_t provider = 0;  // whose view of the tree: base DN, profile, numbering
  std::int64_t user = 0;      // pk of the bound user; 0 = anonymous
  Sees sees = Sees::nothing;
  bool with_members = false;                             // own_groups: also the users in them
  const std::vector<std::int64_t>* groups = nullptr;     // the only groups there are, ascending
  const std::vector<std::string>* attributes = nullptr;  // the only ones there are; nullptr = all
};

struct SearchLimits {
  std::uint32_t size = 0;      // entries, 0 = none (already the smaller of the client's and ours)
  Instant deadline;            // timeLimit; Instant::max() = none
  std::uint64_t examined = 0;  // entries looked at, 0 = none; beyond: adminLimitExceeded
};

// A place in the order in which a search gives its entries. Without a sort the order is that of
// (phase, id), else that of (key, phase, id). Stays meaningful whatever is written meanwhile.
struct Position {
  std::uint8_t phase = 0;
  std::uint32_t id = 0;
  std::string key;  // sorted only
};

// What the read model knows of an account; times in ms since 1970, 0 = none.
struct AccountFacts {
  std::int64_t user = 0;
  bool is_active = false;
  bool password_must_change = false;
  std::int64_t not_before = 0, not_after = 0, password_changed = 0;
};

// Controls that go with entries of users, from outside the read model. Called while the model is
// being read: an implementation must not look into it, it would wait for itself.
class UserNotes {
 public:
  virtual ~UserNotes() = default;
  virtual void append(const AccountFacts& account, Octets& controls) const = 0;
};

// What a search asks beyond its request; empty = a plain search. Views must outlive the call.
struct SearchExtras {
  std::uint32_t page = 0;  // entries after which the page is full, 0 = no pages
  std::span<const SortKey> sort;
  const VlvRequest* window = nullptr;  // with `sort` only
  const Position* after = nullptr;     // sorted pages: where the page before ended
  std::string_view series;             // sorted pages: what tells this series from every other
  const Filter* values = nullptr;      // matched values: an OR of simple items
  std::span<const DerefSpec> dereference;
  // With the user's own entry, and with every user's for who sees all there is.
  const UserNotes* notes = nullptr;
  const PersistentSearch* watch = nullptr;  // never over by itself; unsorted, without pages
};
inline constexpr std::size_t kServedSortKeys = 3;

// What became of the sort keys (RFC 2891 section 1.2).
struct SortVerdict {
  ResultCode code = ResultCode::success;
  std::size_t key = 0;  // the one that is to blame
};

// What an implementation keeps of a search between turns beyond the cursor's own fields.
class SearchState {
 public:
  virtual ~SearchState() = default;
};

// Position of a suspended search. Reused by a session from search to search, so that its buffers
// keep their capacity. Contents belong to the implementation.
struct SearchCursor {
  bool started = false;
  std::uint8_t phase = 0;                 // containers, users, groups, virtual groups
  std::uint32_t next = 0;                 // the next entry id in this phase
  std::uint32_t sent = 0;                 // entries returned so far
  std::uint64_t examined = 0;             // entries looked at so far
  std::uint32_t on_page = 0;              // of these, on this page
  std::vector<std::uint32_t> candidates;  // ids, ascending, when they had to be gathered
  bool has_candidates = false;
  std::unique_ptr<SearchState> state;  // of a sorted or watching search
  std::unique_ptr<SearchState> entry;  // of the next entry, which takes more than a turn
  std::uint64_t change = 0;            // watching: the last change that was looked at
  // Results beside the entries, valid when the last turn is over.
  Position last;                                     // sorted: the last entry of a full page
  std::uint32_t window_target = 0, window_size = 0;  // of a VlvRequest: list position and length
  void reset() noexcept {
    started = has_candidates = false;
    phase = 0;
    next = sent = on_page = 0;
    examined = 0;
    window_target = window_size = 0;
    candidates.clear();
    if (state) state.reset();
    if (entry) entry.reset();
  }
  // An unsorted page goes on where the one before ended, after `entries` in the whole series.
  void resume(const Position& at, std::uint32_t entries) noexcept {
    phase = at.phase;
    next = at.id;
    sent = entries;
  }
};

struct Turn {
  bool more = false;                      // call again with the same cursor; `code` is then unset
  ResultCode code = ResultCode::success;  // of the SearchResultDone
  std::string matched_dn;                 // only with noSuchObject
  // The page is full and there are more: the next one begins at the cursor's (phase, next), sorted:
  // behind its `last`.
  bool page_full = false;
  // With `more`, of a watching search: nothing to do before last_change() moves.
  bool idle = false;
};

inline constexpr std::size_t kTurnOctets = 64 * 1024;
inline constexpr std::uint32_t kTurnEntries = 512;
inline constexpr std::chrono::microseconds kTurnTime{1000};

class SchemaExtension;

class Tree {
 public:
  virtual ~Tree() = default;
  // The attribute types that entries have beside the built-in ones; null = none.
  virtual std::shared_ptr<const SchemaExtension> schema() const { return nullptr; }
  virtual Turn search(const SearchRequest& request, std::int32_t message_id, const Viewer& viewer,
                      const SearchLimits& limits, const SearchExtras& extras, SearchCursor& cursor,
                      Octets& out) = 0;
  // Whether a search could be sorted so.
  virtual SortVerdict judge_sort(std::span<const SortKey> keys) = 0;
  // Moves with every change that watching searches may want to see. One that has fallen further
  // behind than changes are kept has lost some and ends with adminLimitExceeded.
  virtual std::uint64_t last_change() const noexcept = 0;
  virtual bool has_lost_changes(const SearchCursor& cursor) const noexcept = 0;
  // One assertion on one entry (RFC 4511 4.10): compareTrue, compareFalse, or why it cannot be
  // told.
  virtual Turn compare(const CompareRequest& request, const Viewer& viewer) = 0;
  // `dn` in normal form (dn.h). May be called from any thread.
  virtual Located locate(std::string_view /*dn*/, std::int64_t /*provider*/) { return {}; }
};

}  // namespace postern::ldap
