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
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/message.h"
#include "protocols/ldap/result_code.h"
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
  std::uint32_t size = 0;  // entries, 0 = none (already the smaller of the client's and ours)
  Instant deadline;        // timeLimit; Instant::max() = none
};

// Position of a suspended search. Reused by a session from search to search, so that its buffers
// keep their capacity. Contents belong to the implementation.
struct SearchCursor {
  bool started = false;
  std::uint8_t phase = 0;                 // containers, users, groups, virtual groups
  std::uint32_t next = 0;                 // the next entry id in this phase
  std::uint32_t sent = 0;                 // entries returned so far
  std::uint64_t examined = 0;             // entries looked at so far
  std::vector<std::uint32_t> candidates;  // ids, ascending, when they had to be gathered
  bool has_candidates = false;
  void reset() noexcept {
    started = has_candidates = false;
    phase = 0;
    next = sent = 0;
    examined = 0;
    candidates.clear();
  }
};

struct Turn {
  bool more = false;                      // call again with the same cursor; `code` is then unset
  ResultCode code = ResultCode::success;  // of the SearchResultDone
  std::string matched_dn;                 // only with noSuchObject
};

inline constexpr std::size_t kTurnOctets = 64 * 1024;
inline constexpr std::uint32_t kTurnEntries = 512;
inline constexpr std::chrono::microseconds kTurnTime{1000};

class Tree {
 public:
  virtual ~Tree() = default;
  virtual Turn search(const SearchRequest& request, std::int32_t message_id, const Viewer& viewer,
                      const SearchLimits& limits, SearchCursor& cursor, Octets& out) = 0;
  // One assertion on one entry (RFC 4511 4.10): compareTrue, compareFalse, or why it cannot be told.
  virtual Turn compare(const CompareRequest& request, const Viewer& viewer) = 0;
};

}  // namespace postern::ldap
